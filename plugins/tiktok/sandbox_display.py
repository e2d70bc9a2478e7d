"""The Display API (user info, own public videos) and oEmbed. Sources: Display API reference; Embed Videos."""

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.plugins.tiktok.sandbox_numbers import OF_USER, OF_VIDEO, NumberOf, counts
from gaung.plugins.tiktok.sandbox_state import Refusal, State, answering, envelope, json_body

if TYPE_CHECKING:
    from starlette.requests import Request

PROFILE = ("username", "bio_description", "profile_deep_link", "is_verified")
STATS = tuple(OF_USER)


class Display:
    """The handlers."""

    def __init__(self, state: State, number_of: NumberOf) -> None:
        self.state, self.number_of = state, number_of

    @answering
    async def user_info(self, request: "Request") -> Response:
        """The fields asked for, each behind its scope."""
        account = self.state.enter(request, "user.info.basic", limit=("user_info", 600))
        token = self.state.token_of(request)
        scopes = token.scopes if token else ()
        wanted = _fields(request)
        everything = _user(account, f"{self.state.base_url()}/avatar.jpg") | counts(self.number_of, account, OF_USER)
        for name in wanted:
            if name not in everything:
                raise Refusal("invalid_params", f"{name} is not a field of the user.")
            needed = "user.info.profile" if name in PROFILE else "user.info.stats" if name in STATS else "user.info.basic"
            if needed not in scopes:
                raise Refusal("scope_not_authorized", f"The user did not authorize the scope required: {needed}.")
        return envelope({"user": {name: everything[name] for name in wanted if everything[name] is not None}})

    @answering
    async def video_list(self, request: "Request") -> Response:
        """The user's own public posts, newest first, from `cursor` (milliseconds) backwards."""
        account = self.state.enter(request, "video.list", limit=("video.list", 600))
        wanted, body = _fields(request), await json_body(request)
        most, cursor = body.get("max_count", 10), body.get("cursor")
        if not isinstance(most, int) or not 1 <= most <= 20 or not (cursor is None or isinstance(cursor, int)):
            raise Refusal("invalid_params", "max_count must be 1 to 20, cursor an integer.")
        found = [post for post in self._public(account) if not cursor or _millis(post) < cursor]
        page = found[:most]
        following = _millis(page[-1]) if page else cursor or 0
        videos = [self._video(post, wanted) for post in page]
        return envelope({"videos": videos, "cursor": following, "has_more": len(found) > most})

    @answering
    async def video_query(self, request: "Request") -> Response:
        """Posts by id, those of the token's user only. Others are left out, or the call is refused: TikTok does not say which."""
        account = self.state.enter(request, "video.list", limit=("video.query", 600))
        wanted, body = _fields(request), await json_body(request)
        filters = body.get("filters")
        ids = filters.get("video_ids") if isinstance(filters, dict) else None
        if not isinstance(ids, list) or not 1 <= len(ids) <= 20:
            raise Refusal("invalid_params", "filters.video_ids must hold 1 to 20 ids.")
        found = [post for post in self._public(account) if post.id in ids]
        if len(found) < len(set(ids)) and self.state.world.quota("tiktok.video.query.strict", 0):
            raise Refusal("invalid_params", "video_ids holds a video that is not the user's.")
        return envelope({"videos": [self._video(post, wanted) for post in found]})

    async def oembed(self, request: "Request") -> Response:
        """Title and author of a public post, without a token."""
        self.state.settle()
        url = request.query_params.get("url", "").partition("?")[0]
        for account in self.state.accounts.values():
            for post in account.posts:
                if post.visible and post.url == url:
                    return JSONResponse(_embed(account, post))
        return JSONResponse({"code": 400, "message": "Something went wrong"}, 400)

    def _public(self, account: SandboxAccount) -> list[SandboxPost]:
        """`lists_photos` in the account's `extra` set to False leaves photos out: whether TikTok lists them is not documented."""
        photos = account.extra.get("lists_photos", True)
        public = [post for post in account.posts if post.visible and (photos or post.kind != "photo")]
        return sorted(public, key=lambda post: (post.created_at, int(post.id)), reverse=True)

    def _video(self, post: SandboxPost, wanted: list[str]) -> dict[str, Any]:
        everything: dict[str, Any] = {
            "id": post.id, "create_time": int(post.created_at), "share_url": post.url, "video_description": post.text,
            "title": (post.title or post.text)[:150], "duration": 0, "height": 1280, "width": 720, "embed_link": post.url, "embed_html": "",
            "cover_image_url": f"{self.state.base_url()}/cover.jpg", **counts(self.number_of, post, OF_VIDEO),
        }  # fmt: skip
        unknown = [name for name in wanted if name not in everything]
        if unknown:
            raise Refusal("invalid_params", f"{unknown[0]} is not a field of a video.")
        return {name: everything[name] for name in wanted if everything[name] is not None}


def _fields(request: "Request") -> list[str]:
    wanted = [name.strip() for name in request.query_params.get("fields", "").split(",") if name.strip()]
    if not wanted:
        raise Refusal("invalid_params", "The fields parameter is required.")
    return wanted


def _millis(post: SandboxPost) -> int:
    return int(post.created_at * 1000)


def _user(account: SandboxAccount, avatar: str) -> dict[str, Any]:
    link = f"https://www.tiktok.com/@{account.handle}"
    basic = {
        "open_id": account.external_id, "union_id": f"union-{account.external_id}", "avatar_url": avatar, "avatar_url_100": avatar,
        "avatar_large_url": avatar, "display_name": account.name,
    }  # fmt: skip
    profile = {"username": account.handle, "bio_description": "", "profile_deep_link": link, "is_verified": False}
    return {**basic, **profile}


def _embed(account: SandboxAccount, post: SandboxPost) -> dict[str, Any]:
    author = f"https://www.tiktok.com/@{account.handle}"
    return {
        "version": "1.0", "type": "video", "title": post.text, "author_url": author, "author_name": account.name,
        "width": "100%", "height": "100%",
        "html": f'<blockquote class="tiktok-embed" cite="{post.url}" data-video-id="{post.id}"></blockquote>',
        "provider_url": "https://www.tiktok.com", "provider_name": "TikTok",
    }  # fmt: skip
