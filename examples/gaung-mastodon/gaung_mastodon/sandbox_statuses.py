"""Statuses of the imitated instance: posting with an idempotency key, reading, deleting."""

import json
import re
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung_mastodon.sandbox_files import Upload
from gaung_mastodon.sandbox_numbers import counted
from gaung_mastodon.sandbox_reply import FILES, LINK_CHARS, SITE, STATUSES, TEXT_CHARS, Refused, status_json

if TYPE_CHECKING:
    from gaung_mastodon.sandbox import MastodonSandbox

KEY_SECONDS = 3600
"""Source: docs, methods/statuses, Idempotency-Key."""

MISSING = "Record not found"


class Statuses:
    """All statuses."""

    def __init__(self, side: "MastodonSandbox") -> None:
        self.side = side
        self._keys: dict[tuple[str, str], tuple[float, str]] = {}
        self._last = 0

    async def create(self, request: Request, account: SandboxAccount) -> Response:
        """`POST /api/v1/statuses`, as JSON. The same key within the hour answers the same status."""
        try:
            values = json.loads(await request.body())
        except ValueError:
            raise Refused(400, "The request cannot be read") from None
        key = (account.external_id, request.headers.get("idempotency-key", ""))
        kept = self._keys.get(key)
        if key[1] and kept is not None and self.side.world.now() < kept[0] + KEY_SECONDS:
            return self._answer(account, self.find(kept[1], account))
        self.side.windows.count(STATUSES, account.external_id)
        uploads = self._uploads(values, account)
        text = self._text(values, bool(uploads))
        post = self._new(account, text, self.side.world.now(), "Gaung", values, uploads)
        self._keys[key] = (self.side.world.now(), post.id)
        return self._answer(account, post)

    async def show(self, request: Request, account: SandboxAccount) -> Response:
        """`GET /api/v1/statuses/:id`."""
        return self._answer(account, self.find(request.path_params["id"], account))

    async def source(self, request: Request, account: SandboxAccount) -> Response:
        """`GET /api/v1/statuses/:id/source`: the text as it was written."""
        post = self.find(request.path_params["id"], account)
        return JSONResponse({"id": post.id, "text": post.text, "spoiler_text": post.title})

    async def delete(self, request: Request, account: SandboxAccount) -> Response:
        """`DELETE /api/v1/statuses/:id`: answers what it was, with its text."""
        post = self.find(request.path_params["id"], account)
        account.posts.remove(post)
        return JSONResponse({**self._shown(account, post), "text": post.text})

    async def of_account(self, request: Request, account: SandboxAccount) -> Response:
        """`GET /api/v1/accounts/:id/statuses`: newest first, 20 unless asked, 40 at most."""
        if request.path_params["id"] != account.external_id:
            raise Refused(404, MISSING)
        query = request.query_params
        before = int(query["max_id"]) if query.get("max_id", "").isdecimal() else None
        after = int(query["min_id"]) if query.get("min_id", "").isdecimal() else 0
        most = min(40, int(query["limit"]) if query.get("limit", "").isdecimal() else 20)
        posts = sorted(account.posts, key=lambda post: int(post.id), reverse=True)
        page = [post for post in posts if after < int(post.id) and (before is None or int(post.id) < before)][:most]
        return JSONResponse([self._shown(account, post) for post in page])

    def by_hand(self, account: SandboxAccount, text: str, created_at: float | None) -> SandboxPost:
        """A public text from the browser."""
        post = self._new(account, text.strip(), self.side.world.now() if created_at is None else created_at, "Web", {}, [])
        post.made_by = "hand"
        return post

    def _shown(self, account: SandboxAccount, post: SandboxPost) -> dict[str, Any]:
        return counted(self.side, post, status_json(self.side.base_url, account, post))

    def _answer(self, account: SandboxAccount, post: SandboxPost) -> Response:
        return JSONResponse(self._shown(account, post))

    def find(self, number: str, account: SandboxAccount) -> SandboxPost:
        """A status of the account. Raises `Refused` when there is none."""
        post = next((post for post in account.posts if post.id == number), None)
        if post is None:
            raise Refused(404, MISSING)
        return post

    def _uploads(self, values: dict[str, Any], account: SandboxAccount) -> list[Upload]:
        wanted = [str(number) for number in values.get("media_ids") or ()]
        if len(wanted) > FILES:
            raise Refused(422, f"Validation failed: Cannot attach more than {FILES} files")
        try:
            uploads = [self.side.files.free(number, account) for number in wanted]
        except Refused:
            raise Refused(422, "Validation failed: Media not found or already attached to another post") from None
        if len(uploads) > 1 and any(upload.kind == "video" for upload in uploads):
            raise Refused(422, "Validation failed: Cannot attach a video to a post that already contains images")
        if any(self.side.files.working(upload) or upload.failed for upload in uploads):
            raise Refused(422, "Validation failed: Cannot attach files that have not finished processing. Try again in a moment!")
        return uploads

    def _text(self, values: dict[str, Any], has_files: bool) -> str:
        text = str(values.get("status") or "").strip()
        if not text and not has_files:
            raise Refused(422, "Validation failed: Text can't be blank")
        most = self.side.world.quota("mastodon.max_characters", TEXT_CHARS)
        if len(re.sub(r"https?://\S+", "x" * LINK_CHARS, text) + str(values.get("spoiler_text") or "")) > most:
            raise Refused(422, f"Validation failed: Text character limit of {most} exceeded")
        return text

    def _new(
        self, account: SandboxAccount, text: str, at: float, app: str, values: dict[str, Any], uploads: list[Upload]
    ) -> SandboxPost:  # fmt: skip
        """Ids grow with time, as Mastodon's do: milliseconds in front, a counter behind."""
        visibility = str(values.get("visibility") or "public")
        if visibility not in ("public", "unlisted", "private", "direct"):
            raise Refused(422, "Validation failed: Visibility is not included in the list")
        self._last += 1
        number = str((int(at * 1000) << 16) + self._last % 65536)
        post = SandboxPost(
            id=number, account=account.external_id, kind=uploads[0].kind if uploads else "text", text=text, created_at=at,
            url=f"{SITE}/@{account.handle}/{number}", title=str(values.get("spoiler_text") or ""),
            files=[upload.file for upload in uploads],
            extra={
                "visibility": visibility, "sensitive": bool(values.get("sensitive")), "language": values.get("language"), "app": app,
                "media": [self.side.files.as_json(upload) for upload in uploads], "boosters": [],
            },
        )  # fmt: skip
        for upload in uploads:
            upload.status = number
        account.posts.append(post)
        return post
