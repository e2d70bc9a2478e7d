"""YouTube as `gaung sandbox` imitates it. Written from the platform's documentation, not from our client: it shares no code with it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gaung.core.sandbox.base import PlatformSandbox, Refusal, SandboxAccount, SandboxPost
from gaung.core.sandbox.world import World
from gaung.plugins.youtube.sandbox_auth import Tokens
from gaung.plugins.youtube.sandbox_lists import Lists
from gaung.plugins.youtube.sandbox_numbers import Numbers
from gaung.plugins.youtube.sandbox_people import DEEDS, People
from gaung.plugins.youtube.sandbox_reply import error
from gaung.plugins.youtube.sandbox_social import Social
from gaung.plugins.youtube.sandbox_upload import Uploads
from gaung.plugins.youtube.sandbox_videos import Videos

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class YouTubeSandbox(PlatformSandbox):
    """One Google Cloud project and its channels.

    Quotas by name: `youtube.videos.insert`, `youtube.search.list` and `youtube.videos.batchGetStats` (calls a day), `youtube.units`
    (everything else), all of the project and anew at midnight in California; `youtube.uploads_per_channel` (24 hours, none unless set).
    Operations of an upload: `youtube.videos.insert` opens the session, `youtube.upload.chunk`, `.last` and `.status` are its PUTs.
    `accounts[id].extra`: `long_uploads` (YouTube's longUploadsStatus), `closed` (the Google account has no channel).
    """

    name = "youtube"
    people: People

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.tokens = Tokens(world)
        self.numbers = Numbers(self)
        self.videos = Videos(world, self.numbers.video)
        self.uploads = Uploads(self)
        self.lists = Lists(self)
        self.people = People(self)
        self.social = Social(self)

    def routes(self) -> Sequence["BaseRoute"]:
        """Token host, uploads, lists; anything else is not found."""
        return [
            Route("/token", self.tokens.token, methods=["POST"], name="youtube.token"),
            *self.uploads.routes(),
            *self.numbers.routes(),
            *self.lists.routes(),
            *self.social.routes(),
            Route("/{path:path}", _not_found, methods=_METHODS, name="youtube.unknown"),
        ]

    def add_account(self, external_id: str, handle: str) -> SandboxAccount:
        """A channel that may do long uploads, with a fresh consent."""
        account = self.accounts.get(external_id)
        if account is None:
            extra = {"long_uploads": "allowed", "closed": False}
            account = SandboxAccount(external_id=external_id, handle=handle, name=handle, credentials={}, extra=extra)
            self.accounts[external_id] = account
        account.handle = account.name = handle
        account.credentials = self.tokens.connect(external_id)
        return account

    def settings(self) -> dict[str, str]:
        """All addresses point here, so that nothing leaves the machine."""
        return {
            "api_url": self.base_url,
            "token_url": f"{self.base_url}/token",
            "analytics_url": f"{self.base_url}/analytics",
            "oembed_url": f"{self.base_url}/oembed",
        }

    def refusal(self, kind: Refusal, request: Request) -> Response:
        """YouTube's, or on `/token` the token host's, answer. A broken token is really broken, so that the next call fails as well."""
        if request.url.path.endswith("/token"):
            return _token_refusal(kind)
        if kind in ("token_expired", "token_revoked"):
            channel = self.tokens.channel_of(request)
            if channel is not None:
                self.tokens.drop(channel, "revoke" if kind == "token_revoked" else "expire")
            return error(401, "authError", "Invalid credentials.", "global")
        if kind == "rate_limited":
            return error(403, "rateLimitExceeded", "Rate limit exceeded.", "usageLimits")
        if kind == "server_error":
            return error(500, "internalError", "Internal error.", "global")
        return error(403, "forbidden", "Access forbidden. The request may not be properly authorized.", "youtube.video")

    def break_token(self, external_id: str, how: Literal["expire", "revoke"]) -> None:
        """Access tokens stop working; with `revoke` the refresh token answers `invalid_grant`."""
        self.tokens.drop(external_id, how)

    def post_by_hand(self, external_id: str, text: str, created_at: float | None = None, title: str | None = None) -> SandboxPost:
        """A video from YouTube Studio. `title` None: that of the newest API video with the same text, else the first line.

        The same title and text are the hardest case for whoever must tell the two apart.
        """
        account = self.accounts[external_id]
        alike = [post.title for post in account.posts if post.made_by == "api" and post.text == text.strip()]
        first_line = (text.strip().splitlines() or ["Video"])[0][:100]
        return self.videos.make_by_hand(account, title or (alike[-1] if alike else first_line), text.strip(), created_at)

    @property
    def deeds(self) -> tuple[str, ...]:
        """Playlists, linking videos and comments; shares by button, community posts and private playlists, which no API tells."""
        return DEEDS

    @property
    def traits(self) -> tuple[frozenset[str], ...]:
        """Open channels, and channels whose playlists nobody sees."""
        return (frozenset(), frozenset({"private"}))

    def grant_all(self) -> None:
        """No bound on units and uploads: an extended quota is given on application."""
        names = ("units", "videos.insert", "search.list", "videos.batchGetStats", "uploads_per_channel")
        self.world.quotas |= {f"youtube.{name}": 10**9 for name in names}

    def account_of(self, request: Request) -> str | None:
        """Only the bearer token tells."""
        return self.tokens.channel_of(request)


async def _not_found(request: Request) -> Response:
    return error(404, "notFound", f"The requested URL {request.url.path} was not found on this server.", "global")


def _token_refusal(kind: Refusal) -> Response:
    if kind == "rate_limited":
        return JSONResponse({"error": "rate_limit_exceeded", "error_description": "Rate limit exceeded."}, 429)
    if kind == "server_error":
        return JSONResponse({"error": "internal_failure", "error_description": "Backend error."}, 500)
    if kind == "refused":
        return JSONResponse({"error": "invalid_client", "error_description": "The OAuth client was not found."}, 401)
    return JSONResponse({"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, 400)
