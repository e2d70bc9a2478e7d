"""The sample platform, imitated: uploads that are worked on, posts, tokens that end. It shares no code with the client."""

import functools
import itertools
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar, Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from gaung.core.sandbox.base import PlatformSandbox, Refusal, SandboxAccount, SandboxPost, read_body
from gaung.core.sandbox.people import Deed, SandboxProfile
from gaung.core.sandbox.world import World
from gaung.core.testkit.sample.people import APP_SECRET, DEEDS, People

TEXT_CHARS = 500
UPLOAD_SECONDS = 86_400
"""How long an upload waits for its post."""
PAGE = 20
SHARES_PAGE = 2

Handler = Callable[[Request, SandboxAccount], Awaitable[dict[str, Any]]]


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.response = JSONResponse({"error": {"code": code, "message": f"refused: {code}"}}, status)


class SampleSandbox(PlatformSandbox):
    """Accounts, uploads and posts."""

    name = "sample"
    people: People
    refusals: ClassVar[dict[Refusal, tuple[int, str]]] = {
        "rate_limited": (429, "rate_limited"), "token_expired": (401, "token_expired"), "token_revoked": (401, "token_revoked"),
        "refused": (403, "not_allowed"), "server_error": (500, "server_error"),
    }  # fmt: skip

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.media: dict[str, dict[str, Any]] = {}
        self.people = People(world, self.name)
        self._count = itertools.count(1001)

    def routes(self) -> Sequence[BaseRoute]:
        """Every call, by its operation."""
        table: tuple[tuple[str, str, str, Handler], ...] = (
            ("GET", "/me", "me", self._me), ("POST", "/media", "media", self._upload), ("GET", "/media/{id}", "media_state", self._state),
            ("POST", "/posts", "post", self._post), ("GET", "/posts", "list", self._list),
            ("GET", "/posts/{id}", "read", self._read), ("DELETE", "/posts/{id}", "delete", self._delete),
            ("GET", "/posts/{id}/shares", "shares", self._shares), ("GET", "/people/{handle}/shares", "page", self._page),
            ("GET", "/shares/{id}", "share", self._share), ("GET", "/me/numbers", "account_numbers", self._numbers),
            ("GET", "/numbers", "post_numbers", self._post_numbers),
        )  # fmt: skip
        routes = [
            Route(path, functools.partial(self._answer, work), methods=[how], name=f"{self.name}.{name}") for how, path, name, work in table
        ]
        return [Route("/token", self._token, methods=["POST"], name=f"{self.name}.token"), *routes]

    def add_account(self, external_id: str, handle: str) -> SandboxAccount:
        """An account with new tokens."""
        account = self.accounts.setdefault(external_id, SandboxAccount(external_id=external_id, handle=handle, name=handle, credentials={}))
        account.credentials = {"token": f"tok-{secrets.token_hex(12)}", "refresh_token": f"ref-{secrets.token_hex(12)}"}
        account.extra["ended"] = ""
        return account

    def settings(self) -> dict[str, str]:
        """Where the plugin finds this sandbox."""
        return {"api_url": self.base_url, "app_secret": APP_SECRET}

    def refusal(self, kind: Refusal, request: Request) -> Response:  # noqa: ARG002 - every call answers alike
        """The platform's error body."""
        return Refused(*self.refusals[kind]).response

    def break_token(self, external_id: str, how: Literal["expire", "revoke"]) -> None:
        """Expired: refreshing helps. Revoked: nothing does."""
        self.accounts[external_id].extra["ended"] = "token_expired" if how == "expire" else "token_revoked"

    def post_by_hand(self, external_id: str, text: str, created_at: float | None = None) -> SandboxPost:
        """A text that a person posted."""
        post = self._new_post(self.accounts[external_id], text, self.world.now() if created_at is None else created_at)
        post.made_by = "hand"
        return post

    @property
    def deeds(self) -> tuple[str, ...]:
        """See `people.py`."""
        return DEEDS

    @property
    def traits(self) -> tuple[frozenset[str], ...]:
        """People who are not named, and people who are."""
        return (frozenset({"shy"}), frozenset())

    def do(self, profile: SandboxProfile, signal: str, account: str, post: str) -> Deed:
        """Something that a person does with a post."""
        if not any(one.id == post for one in self.accounts[account].posts):
            raise KeyError(post)
        return super().do(profile, signal, account, post)

    def wait_for_pushes(self, seconds: float) -> bool:
        """Mentions are pushed from a thread of their own."""
        return self.people.wait_for_pushes(seconds)

    def account_of(self, request: Request) -> str | None:
        """By the token."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return next((one.external_id for one in self.accounts.values() if one.credentials["token"] == token), None)

    async def _answer(self, work: Handler, request: Request) -> Response:
        account = self.accounts.get(self.account_of(request) or "")
        ended = account.extra["ended"] if account else "token_revoked"
        if account is None or ended:
            return Refused(401, ended).response
        try:
            return JSONResponse(await work(request, account))
        except Refused as error:
            return error.response

    async def _token(self, request: Request) -> Response:
        given = (await request.json()).get("refresh_token")
        account = next((one for one in self.accounts.values() if one.credentials["refresh_token"] == given), None)
        if account is None or account.extra["ended"] == "token_revoked":
            return Refused(401, "token_revoked").response
        account.credentials = {**account.credentials, "token": f"tok-{secrets.token_hex(12)}"}
        account.extra["ended"] = ""
        return JSONResponse({"token": account.credentials["token"]})

    async def _me(self, _: Request, account: SandboxAccount) -> dict[str, Any]:
        return {"id": account.external_id, "handle": account.handle}

    async def _upload(self, request: Request, account: SandboxAccount) -> dict[str, Any]:
        received, mime = await read_body(request), request.headers.get("content-type", "")
        if not received.complete or not received.data:
            raise Refused(400, "not_allowed")
        video, number = mime.startswith("video/"), str(next(self._count))
        ready_at = self.world.now() + (self.world.processing_seconds if video else 0)
        failed = video and self.world.fails_now(self.name)
        file = self.world.keep(received.data, mime)
        self.media[number] = {"account": account.external_id, "file": file, "at": self.world.now(), "ready_at": ready_at, "failed": failed}
        return {"id": number}

    def _mine(self, number: str, account: SandboxAccount) -> dict[str, Any]:
        media = self.media.get(number)
        if media is None or media["account"] != account.external_id or self.world.now() > media["at"] + UPLOAD_SECONDS:
            raise Refused(404, "not_found")
        return media

    async def _state(self, request: Request, account: SandboxAccount) -> dict[str, Any]:
        media, number = self._mine(request.path_params["id"], account), request.path_params["id"]
        if self.world.now() < media["ready_at"]:
            return {"id": number, "state": "processing"}
        return {"id": number, "state": "failed" if media["failed"] else "ready"}

    async def _post(self, request: Request, account: SandboxAccount) -> dict[str, Any]:
        body = await request.json()
        if len(body["text"]) > TEXT_CHARS:
            raise Refused(422, "text_too_long")
        media = [self._mine(number, account) for number in body["media"]]
        if any(self.world.now() < one["ready_at"] or one["failed"] for one in media):
            raise Refused(422, "media_not_ready")
        post = self._new_post(account, body["text"], self.world.now())
        post.files = [one["file"] for one in media]
        return {"id": post.id, "url": post.url}

    async def _list(self, request: Request, account: SandboxAccount) -> dict[str, Any]:
        before = request.query_params.get("before") or "inf"
        rest = [post for post in reversed(account.posts) if float(post.id) < float(before)]
        posts = [{"id": post.id, "url": post.url, "text": post.text, "created_at": post.created_at} for post in rest[:PAGE]]
        return {"posts": posts, "next": posts[-1]["id"] if len(rest) > PAGE else None}

    async def _read(self, request: Request, account: SandboxAccount) -> dict[str, Any]:
        post = self._find(request, account)
        return {"id": post.id, "url": post.url, "text": post.text}

    async def _delete(self, request: Request, account: SandboxAccount) -> dict[str, Any]:
        account.posts.remove(self._find(request, account))
        return {"deleted": True}

    async def _shares(self, request: Request, account: SandboxAccount) -> dict[str, Any]:
        every, after = self.people.listed(self._find(request, account).id), request.query_params.get("after") or "0"
        rest = [share for share in every if int(share.id) > int(after)]
        page = rest[:SHARES_PAGE]
        following = page[-1].id if len(rest) > SHARES_PAGE else None
        return {"count": len(every), "shares": [self.people.as_json(share) for share in page], "next": following}

    async def _page(self, request: Request, _: SandboxAccount) -> dict[str, Any]:
        page = self.people.page_of(request.path_params["handle"])
        if page is None:
            raise Refused(404, "not_found")
        return {"shares": [self.people.as_json(share) for share in page]}

    async def _share(self, request: Request, _: SandboxAccount) -> dict[str, Any]:
        share = self.people.shares.get(request.path_params["id"])
        if share is None or share.kind == "whisper":
            raise Refused(404, "not_found")
        return self.people.as_json(share)

    async def _numbers(self, _: Request, account: SandboxAccount) -> dict[str, Any]:
        followers, posts = self.number_of(account, "followers"), self.number_of(account, "posts")
        return _told({"as_of": self.world.today().isoformat(), "followers": _rounded(followers), "posts": posts})

    async def _post_numbers(self, request: Request, account: SandboxAccount) -> dict[str, Any]:
        ids = request.query_params["ids"].split(",")
        names = {"shown": "views", "likes": "likes", "stars": f"{self.name}.stars"}
        found = [
            _told({"id": post.id} | {key: self.number_of(post, name) for key, name in names.items()})
            for post in account.posts
            if post.id in ids
        ]
        return {"as_of": self.world.today().isoformat(), "posts": found}

    def _find(self, request: Request, account: SandboxAccount) -> SandboxPost:
        post = next((post for post in account.posts if post.id == request.path_params["id"]), None)
        if post is None:
            raise Refused(404, "not_found")
        return post

    def _new_post(self, account: SandboxAccount, text: str, created_at: float) -> SandboxPost:
        number = str(next(self._count))
        url = f"https://{self.name}.example/@{account.handle}/{number}"
        post = SandboxPost(id=number, account=account.external_id, kind="post", text=text, created_at=created_at, url=url)
        account.posts.append(post)
        account.posts.sort(key=lambda post: post.created_at)
        return post


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """What is not told is left out."""
    return {key: value for key, value in values.items() if value is not None}


def _rounded(value: float | None) -> float | None:
    """Three digits, the others 0: so the platform tells followers."""
    digits = len(str(int(value or 0))) - 3
    return value if value is None or digits <= 0 else float(int(value) // 10**digits * 10**digits)
