"""The calls to an instance, one method a request. Nothing in here sends any request twice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from gaung.core import pacing
from gaung.core.errors import Rejected
from gaung.core.http import Effect, Reply, call
from gaung.core.records import Account, Media
from gaung.core.urls import join
from gaung_mastodon import parse
from gaung_mastodon.const import BOOSTERS, NEAR, PAGE_SIZE, POLL_SECONDS
from gaung_mastodon.errors import GONE, UNPROCESSABLE, refusal, wait
from gaung_mastodon.parse_people import Person, Said, person, said

MediaState = Literal["processing", "ready", "failed", "gone"]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an account's statuses, newest first, and the instance's clock."""

    statuses: list[parse.Status]
    server_now: datetime | None


class Mastodon:
    """One account's way to its instance. Raises `gaung_mastodon.errors`; an answer that is none is `Transient`, of a post `Ambiguous`."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.poll_seconds = float(account.settings.get("poll_seconds") or POLL_SECONDS)

    def upload(self, media: Media, alt_text: str) -> str:
        """`POST /api/v2/media`, streamed: the id of a file that nobody sees before a status shows it. Source: methods/media."""
        data = {"description": alt_text} if alt_text else {}
        with media.path.open("rb") as file:
            part = (f"{media.sha256[:16]}{media.extension}", file, media.mime)
            reply = self._send("POST", "api/v2/media", Effect.PREPARE, data=data, files={"file": part})
        return parse.text(reply, reply.json(), "id")

    def media_state(self, media: str) -> MediaState:
        """`GET /api/v1/media/:id`: 206 while it is processed, 422 when that failed, 404 once a status has it. Source: methods/media."""
        try:
            reply = self._send("GET", f"api/v1/media/{media}", Effect.READ)
        except Rejected as error:
            if error.code not in (GONE, UNPROCESSABLE):
                raise
            return "gone" if error.code == GONE else "failed"
        return "processing" if reply.status == 206 else "ready"

    def post(self, values: Mapping[str, Any], key: str) -> parse.Status:
        """`POST /api/v1/statuses`. For an hour the instance answers the same key by the same status. Source: methods/statuses."""
        reply = self._send("POST", "api/v1/statuses", Effect.PUBLISH, json_body=dict(values), headers={"idempotency-key": key})
        return parse.status(reply, reply.json())

    def status(self, status: str) -> parse.Status | None:
        """`GET /api/v1/statuses/:id`; None when there is none."""
        try:
            reply = self._send("GET", f"api/v1/statuses/{status}", Effect.READ)
        except Rejected as error:
            if error.code == GONE:
                return None
            raise
        return parse.status(reply, reply.json())

    def source(self, status: str) -> str | None:
        """`GET /api/v1/statuses/:id/source`: the text as it was sent, which lists give as HTML only; None when the status is gone."""
        try:
            reply = self._send("GET", f"api/v1/statuses/{status}/source", Effect.READ)
        except Rejected as error:
            if error.code == GONE:
                return None
            raise
        return str(parse.mapping(reply, reply.json()).get("text") or "")

    def statuses(self) -> Iterator[Page]:
        """`GET /api/v1/accounts/:id/statuses`, newest first, page after page; what the account boosted is left out."""
        before = ""
        while True:
            params = {"limit": PAGE_SIZE, "exclude_reblogs": "true"} | ({"max_id": before} if before else {})
            reply = self._send("GET", f"api/v1/accounts/{self.account.external_id}/statuses", Effect.READ, params=params)
            body = reply.json()
            items = [parse.status(reply, item) for item in body] if isinstance(body, list) else []
            yield Page(items, reply.server_now())
            if not items or items[-1].id == before:
                return
            before = items[-1].id

    def status_counts(self, status: str) -> tuple[Mapping[str, Any], datetime] | None:
        """`GET /api/v1/statuses/:id` with its counts, and the instance's clock; None when the status is gone. Source: entities/Status."""
        try:
            reply = self._send("GET", f"api/v1/statuses/{status}", Effect.READ)
        except Rejected as error:
            if error.code == GONE:
                return None
            raise
        return parse.mapping(reply, reply.json()), reply.server_now() or datetime.now(UTC)

    def account_counts(self) -> tuple[Mapping[str, Any], datetime]:
        """`GET /api/v1/accounts/verify_credentials` with its counts, and the instance's clock. Source: entities/Account."""
        reply = self._send("GET", "api/v1/accounts/verify_credentials", Effect.READ)
        return parse.mapping(reply, reply.json()), reply.server_now() or datetime.now(UTC)

    def reblogged_by(self, status: str, pages: int) -> tuple[list[Person], bool]:
        """`GET /api/v1/statuses/:id/reblogged_by`: who boosted it, and whether there are more pages than were read.

        The header `Link` names the next page; its numbers are of no use elsewhere. Source: methods/statuses; api/guidelines, pagination.
        """
        people: list[Person] = []
        params: dict[str, str] = {}
        for _ in range(pages):
            query = {"limit": str(BOOSTERS), **params}
            reply = self._send("GET", f"api/v1/statuses/{status}/reblogged_by", Effect.READ, params=query)
            body = reply.json()
            people += [person(reply, item) for item in body] if isinstance(body, list) else []
            params = parse.next_page(reply)
            if not params:
                return people, False
        return people, True

    def resolve(self, url: str) -> Said | None:
        """`GET /api/v2/search?resolve=true`: the status behind an address of any instance, if there is one. Source: methods/search."""
        query = {"q": url, "type": "statuses", "resolve": "true", "limit": "1"}
        reply = self._send("GET", "api/v2/search", Effect.READ, params=query)
        found = parse.mapping(reply, reply.json()).get("statuses")
        return said(reply, found[0]) if isinstance(found, list) and found else None

    def delete(self, status: str) -> None:
        """`DELETE /api/v1/statuses/:id`. To ask for it twice does no harm."""
        self._send("DELETE", f"api/v1/statuses/{status}", Effect.PREPARE)

    def me(self) -> tuple[str, str, str]:
        """`GET /api/v1/accounts/verify_credentials`: id, handle and display name of whoever the token stands for."""
        reply = self._send("GET", "api/v1/accounts/verify_credentials", Effect.READ)
        body = reply.json()
        handle = parse.text(reply, body, "acct")
        return parse.text(reply, body, "id"), handle, str(body.get("display_name") or handle)

    def app(self) -> str:
        """`GET /api/v1/apps/verify_credentials`: the name of the app that the token was made for."""
        reply = self._send("GET", "api/v1/apps/verify_credentials", Effect.READ)
        return parse.text(reply, reply.json(), "name")

    def limits(self) -> dict[str, int]:
        """`GET /api/v2/instance`: the limits that the instance declares."""
        return parse.limits(self._send("GET", "api/v2/instance", Effect.READ).json())

    def _send(self, method: str, path: str, effect: Effect, headers: Mapping[str, str] | None = None, **more: Any) -> Reply:
        base = str(self.account.settings.get("api_url") or "")
        if not base:
            raise Rejected("the office has no instance: set plugins.mastodon.api_url", code="no_api_url")
        token = self.account.credentials["access_token"]
        reply = call(method, join(base, path), effect=effect, headers={"authorization": f"Bearer {token}", **(headers or {})}, **more)
        if not reply.ok:
            raise refusal(reply)
        _mind_the_limit(reply)
        return reply


def _mind_the_limit(reply: Reply) -> None:
    """Ask for a pause before a call is refused. Source: api/rate-limits."""
    try:
        most, left = (int(reply.headers[f"x-ratelimit-{name}"]) for name in ("limit", "remaining"))
    except (KeyError, ValueError):
        return
    seconds = wait(reply)
    if left <= most * NEAR and seconds:
        pacing.report("account", seconds, f"{left} of {most} requests are left until the instance's window is over")
