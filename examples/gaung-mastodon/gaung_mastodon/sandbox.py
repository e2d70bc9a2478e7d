"""A Mastodon instance as `gaung sandbox` imitates it, written from docs.joinmastodon.org: it shares no code with the client."""

import functools
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from gaung.core.sandbox.base import PlatformSandbox, Refusal, SandboxAccount, SandboxPost
from gaung.core.sandbox.world import World
from gaung_mastodon.sandbox_files import Files
from gaung_mastodon.sandbox_numbers import counted
from gaung_mastodon.sandbox_people import DEEDS, People
from gaung_mastodon.sandbox_reply import API, DELETIONS, UPLOADS, Refused, Windows, account_json, instance_json
from gaung_mastodon.sandbox_statuses import Statuses

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

Handler = Callable[[Request, SandboxAccount], Awaitable[Response]]
INVALID = "The access token is invalid"
REVOKED = "The access token was revoked"


class MastodonSandbox(PlatformSandbox):
    """One instance. Quotas by name: `mastodon.api`, `mastodon.uploads`, `mastodon.deletions`, `mastodon.statuses` (docs: api/rate-limits).

    `accounts[id].extra`: `followers`, a list of handles. People of the public are made by `add_profile`.
    """

    name = "mastodon"
    people: People

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.windows = Windows(world)
        self.files = Files(world)
        self.statuses = Statuses(self)
        self.people = People(self)
        self._revoked: set[str] = set()

    def routes(self) -> Sequence["BaseRoute"]:
        """Every call, by its operation; any other address is Mastodon's own 404."""
        statuses, files = self.statuses, self.files
        table: tuple[tuple[str, str, str, Handler], ...] = (
            ("POST", "/api/v2/media", "media.create", files.create),
            ("GET", "/api/v1/media/{id}", "media.show", files.show),
            ("POST", "/api/v1/statuses", "statuses.create", statuses.create),
            ("GET", "/api/v1/statuses/{id}", "statuses.show", statuses.show),
            ("DELETE", "/api/v1/statuses/{id}", "statuses.delete", statuses.delete),
            ("GET", "/api/v1/statuses/{id}/source", "statuses.source", statuses.source),
            ("GET", "/api/v1/statuses/{id}/reblogged_by", "statuses.reblogged_by", self.people.reblogged_by),
            ("GET", "/api/v1/accounts/verify_credentials", "accounts.verify_credentials", self._me),
            ("GET", "/api/v1/accounts/{id}/statuses", "accounts.statuses", statuses.of_account),
            ("GET", "/api/v1/accounts/{id}/followers", "accounts.followers", self._followers),
            ("GET", "/api/v1/apps/verify_credentials", "apps.verify_credentials", self._app),
            ("GET", "/api/v2/instance", "instance", self._instance),
            ("GET", "/api/v2/search", "search", self.people.search),
        )
        routes = [Route(path, self._answering(work), methods=[how], name=f"mastodon.{name}") for how, path, name, work in table]
        return [*routes, Route("/{path:path}", _no_page, methods=["GET", "POST", "PUT", "DELETE"], name="mastodon.unknown")]

    def add_account(self, external_id: str, handle: str) -> SandboxAccount:
        """An account with a token of the app Gaung."""
        account = self.accounts.setdefault(external_id, SandboxAccount(external_id=external_id, handle=handle, name=handle, credentials={}))
        account.handle = account.name = handle
        account.credentials = {"access_token": secrets.token_urlsafe(32)}
        account.extra.setdefault("followers", [])
        return account

    def settings(self) -> dict[str, str]:
        """Where the plugin finds this instance."""
        return {"api_url": self.base_url}

    def refusal(self, kind: Refusal, request: Request) -> Response:  # noqa: ARG002 - every call answers alike
        """Mastodon's own answers. Its tokens do not expire, so both ends of a token look alike; a 500 is a page, not JSON."""
        if kind == "server_error":
            return HTMLResponse("<title>We're sorry, but something went wrong (500)</title>", 500)
        if kind == "rate_limited":
            return self.windows.refused()
        if kind in ("token_expired", "token_revoked"):
            return JSONResponse({"error": REVOKED}, 401)
        return JSONResponse({"error": "Validation failed: Text is not allowed here"}, 422)

    def break_token(self, external_id: str, how: Literal["expire", "revoke"]) -> None:  # noqa: ARG002 - see `refusal`
        """The token stops working."""
        self._revoked.add(self.accounts[external_id].credentials["access_token"])

    def post_by_hand(self, external_id: str, text: str, created_at: float | None = None) -> SandboxPost:
        """What a person posts in the browser: its app is "Web"."""
        return self.statuses.by_hand(self.accounts[external_id], text, created_at)

    @property
    def deeds(self) -> tuple[str, ...]:
        """Boosts, statuses that link, and messages that nobody is told of."""
        return DEEDS

    @property
    def traits(self) -> tuple[frozenset[str], ...]:
        """People whom the instance shows, and people whom it has limited."""
        return (frozenset(), frozenset({"hidden"}))

    def shares_of(self, post: SandboxPost) -> int:
        """Boosts."""
        return len(post.extra["boosters"])

    def account_of(self, request: Request) -> str | None:
        """Only the token tells."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return next((one.external_id for one in self.accounts.values() if one.credentials.get("access_token") == token), None)

    def _answering(self, work: Handler) -> Callable[[Request], Awaitable[Response]]:
        @functools.wraps(work)
        async def answer(request: Request) -> Response:
            account = self.accounts.get(self.account_of(request) or "")
            if account is None:
                return JSONResponse({"error": INVALID}, 401)
            if account.credentials["access_token"] in self._revoked:
                return JSONResponse({"error": REVOKED}, 401)
            try:
                for window in _windows(request):
                    self.windows.count(window, account.external_id)
                response = await work(request, account)
            except Refused as refused:
                response = refused.response
            response.headers.update(self.windows.headers(account.external_id))
            return response

        return answer

    async def _me(self, _: Request, account: SandboxAccount) -> Response:
        source = {"privacy": "public", "sensitive": False, "language": "id", "note": "", "fields": [], "follow_requests_count": 0}
        return JSONResponse({**counted(self, account, account_json(self.base_url, account)), "source": source})

    async def _app(self, _: Request, __: SandboxAccount) -> Response:
        return JSONResponse({"id": "1", "name": "Gaung", "website": None, "scopes": ["read", "write:media", "write:statuses"]})

    async def _instance(self, _: Request, __: SandboxAccount) -> Response:
        return JSONResponse(instance_json(self.world))

    async def _followers(self, request: Request, _: SandboxAccount) -> Response:
        account = self.accounts.get(request.path_params["id"])
        if account is None:
            raise Refused(404, "Record not found")
        return JSONResponse([account_json(self.base_url, _stranger(handle)) for handle in account.extra["followers"]])


def _windows(request: Request) -> list[str]:
    path, method = request.url.path, request.method
    windows = [API]
    if method == "POST" and path.endswith("/media"):
        windows.append(UPLOADS)
    if method == "DELETE":
        windows.append(DELETIONS)
    return windows


def _stranger(handle: str) -> SandboxAccount:
    return SandboxAccount(external_id=str(sum(handle.encode()) * 7919), handle=handle, name=handle, credentials={})


async def _no_page(_: Request) -> Response:
    error: dict[str, Any] = {"error": "The page you are looking for isn't here."}
    return JSONResponse(error, 404)
