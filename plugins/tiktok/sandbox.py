"""TikTok in miniature: OAuth with rotation, Content Posting with chunked upload and photo pull, Display API, oEmbed.

Switches are quotas of the world, so that they can be set while it runs: `tiktok.unaudited` (1: the app has not passed its audit),
`tiktok.min_chunk` (bytes), `tiktok.post_id_delay`, `tiktok.upload_url_seconds` and `tiktok.access_token_seconds` (seconds),
`tiktok.posts.per_day` (15), `tiktok.active_users`, `tiktok.pending_shares` (5), `tiktok.oauth_error_status` (200), and calls of an
account a minute: `tiktok.creator_info.per_minute` (20), `tiktok.video.init.per_minute`, `tiktok.content.init.per_minute` and
`tiktok.inbox.init.per_minute` (6), `tiktok.status.per_minute` (30), `tiktok.user_info.per_minute`, `tiktok.video.list.per_minute` and
`tiktok.video.query.per_minute` (600). `tiktok.video.query.strict` (1: ids that are not the user's are refused; 0). `tiktok.research`
(1: the office has a research client, which `settings()` names; 0) and `tiktok.research.per_day` (1000). Events of posts are pushed to
`world.webhook_url`.

An account's `extra` holds `private`, `banned`, `comment_disabled`, `duet_disabled`, `stitch_disabled`, `max_video_post_duration_sec`,
`scopes` and `lists_photos`. `state.fail_reason` is what a processing ends with that is made to fail.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from starlette.responses import Response
from starlette.routing import Route

from gaung.core.sandbox.base import PlatformSandbox, Refusal, SandboxAccount, SandboxPost
from gaung.core.sandbox.world import World
from gaung.plugins.tiktok.sandbox_display import Display
from gaung.plugins.tiktok.sandbox_oauth import OAuth
from gaung.plugins.tiktok.sandbox_people import DEEDS, People, has_research
from gaung.plugins.tiktok.sandbox_posting import Posting
from gaung.plugins.tiktok.sandbox_push import Push
from gaung.plugins.tiktok.sandbox_research import Research
from gaung.plugins.tiktok.sandbox_state import SCOPES, STATUSES, State, envelope
from gaung.plugins.tiktok.sandbox_upload import Uploads

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

_CODES = {
    "rate_limited": "rate_limit_exceeded",
    "token_expired": "access_token_invalid",
    "token_revoked": "scope_not_authorized",
    "refused": "spam_risk_user_banned_from_posting",
    "server_error": "internal_error",
}
_FLAT = {
    "rate_limited": ("temporarily_unavailable", 429),
    "token_expired": ("invalid_grant", 400),
    "token_revoked": ("invalid_grant", 400),
    "refused": ("invalid_client", 400),
    "server_error": ("server_error", 500),
}
_UPLOAD = {"rate_limited": 429, "token_expired": 403, "token_revoked": 403, "refused": 400, "server_error": 500}


class TikTokSandbox(PlatformSandbox):
    """What the server and the tests hold; `state` is there to be looked at and turned."""

    name = "tiktok"
    people: People

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.state = State(world, self.accounts, lambda: self.base_url)
        self.people = People(self.state)
        self.research = Research(self.state, self.people)
        self.push = Push(self.state)
        self.state.ended = self.push.ended
        self._oauth = OAuth(self.state, self.research)
        self._uploads = Uploads(self.state)
        self._posting = Posting(self.state)
        self._display = Display(self.state, self.number_of)

    def routes(self) -> Sequence["BaseRoute"]:
        """Every call of the documentation that publishing, finding and measuring need."""
        posting, display = self._posting, self._display
        table = [
            ("POST", "/v2/oauth/token/", "oauth.token", self._oauth.token),
            ("POST", "/v2/oauth/revoke/", "oauth.revoke", self._oauth.revoke),
            ("POST", "/v2/post/publish/creator_info/query/", "creator_info", posting.creator_info),
            ("POST", "/v2/post/publish/video/init/", "video.init", posting.video_init),
            ("POST", "/v2/post/publish/inbox/video/init/", "inbox.init", posting.inbox_init),
            ("POST", "/v2/post/publish/content/init/", "content.init", posting.content_init),
            ("POST", "/v2/post/publish/status/fetch/", "status", posting.status),
            ("POST", "/v2/post/publish/cancel/", "cancel", posting.cancel),
            ("PUT", "/video/", "upload", self._uploads.put),
            ("GET", "/v2/user/info/", "user_info", display.user_info),
            ("POST", "/v2/video/list/", "video.list", display.video_list),
            ("POST", "/v2/video/query/", "video.query", display.video_query),
            ("POST", "/v2/research/user/reposted_videos/", "research.reposted", self.research.reposted_videos),
            ("GET", "/oembed", "oembed", display.oembed),
        ]
        routes = [Route(path, handler, methods=[method], name=f"tiktok.{name}") for method, path, name, handler in table]
        return [*routes, Route("/{path:path}", _unknown, methods=["GET", "POST", "PUT", "DELETE"], name="tiktok.unknown")]

    def add_account(self, external_id: str, handle: str) -> SandboxAccount:
        """An account with every scope; again with the same id: new tokens, posts kept."""
        account = self.accounts.get(external_id)
        if account is None:
            extra = {"scopes": SCOPES, "max_video_post_duration_sec": 300}
            account = SandboxAccount(
                external_id=external_id, handle=handle, name=handle.replace("_", " ").title(), credentials={}, extra=extra
            )
            self.accounts[external_id] = account
        else:
            self._oauth.forget(external_id)
            account.handle = handle
        self.state.grant(account)
        return account

    def settings(self) -> dict[str, str]:
        """Where the plugin finds this sandbox; the research client too, where the office has one."""
        here = {"api_url": self.base_url, "oembed_url": f"{self.base_url}/oembed"}
        key, secret = self.research.client
        return here | ({"research_client_key": key, "research_client_secret": secret} if has_research(self.state) else {})

    def refusal(self, kind: Refusal, request: "Request") -> Response:
        """By status alone on the upload server, flat at the token endpoint, else with `error.code`."""
        path = request.url.path
        if request.method == "PUT":
            return Response(status_code=_UPLOAD[kind])
        if "/oauth/" in path:
            error, status = _FLAT[kind]
            return self._oauth.flat(error, f"injected: {kind}", status)
        code = _CODES[kind]
        return envelope({}, code, f"injected: {kind}", STATUSES[code])

    def break_token(self, external_id: str, how: Literal["expire", "revoke"]) -> None:
        """Expired: access tokens end, the refresh token lives. Revoked: neither lives."""
        if how == "revoke":
            self._oauth.forget(external_id)
            return
        for token in self.state.tokens.values():
            if token.open_id == external_id:
                token.expires_at = self.world.now()

    def post_by_hand(self, external_id: str, text: str, created_at: float | None = None) -> SandboxPost:
        """A video made in the app."""
        when = self.world.now() if created_at is None else created_at
        return self.state.new_post(self.accounts[external_id], "video", text, when, made_by="hand", extra={"privacy": "PUBLIC_TO_EVERYONE"})

    @property
    def deeds(self) -> tuple[str, ...]:
        """Reposts, which research clients see; shares, messages, duets and stitches, of which nobody is told who made them."""
        return DEEDS

    @property
    def traits(self) -> tuple[frozenset[str], ...]:
        """Public accounts, and private ones."""
        return (frozenset(), frozenset({"private"}))

    def grant_all(self) -> None:
        """Research access, and no bound on calls and posts."""
        self.world.quotas["tiktok.research"] = 1
        calls = ("user_info", "video.list", "video.query", "creator_info", "video.init", "inbox.init", "content.init", "status")
        names = ("research.per_day", "posts.per_day", "pending_shares", *(f"{call}.per_minute" for call in calls))
        self.world.quotas |= {f"tiktok.{name}": 10**9 for name in names}

    def wait_for_pushes(self, seconds: float) -> bool:
        """Events of posts come from a thread of their own."""
        return self.push.wait(seconds)

    def account_of(self, request: "Request") -> str | None:
        """By token, or by the upload that a URL names."""
        if request.method == "PUT":
            task = self._uploads.task_of(request)
            return task.open_id if task else None
        token = self.state.token_of(request)
        return token.open_id if token else None

    def shares_of(self, post: SandboxPost) -> int:
        """How often the share button was used."""
        return int(post.extra.get("share_count", 0))

    def posts(self) -> list[SandboxPost]:
        """All posts, those that are due by now included."""
        self.state.settle()
        return super().posts()


async def _unknown(request: "Request") -> Response:
    return envelope({}, "unsupported_path", f"Unsupported path: {request.method} {request.url.path}", STATUSES["unsupported_path"])
