"""The Research API: a client token by `client_credentials`, and what a user reposted. Source: Research API reference."""

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from gaung.plugins.tiktok.sandbox_people import People, has_research
from gaung.plugins.tiktok.sandbox_state import Refusal, State, answering, envelope, json_body

if TYPE_CHECKING:
    from starlette.requests import Request

FIELDS = frozenset({"id", "create_time", "username", "region_code", "video_description", "share_count", "view_count", "like_count"})
LIFETIME = 7200


class Research:
    """The handlers. `per_page` is the most that one page holds, to make tests of many pages cheap."""

    def __init__(self, state: State, people: People) -> None:
        self.state = state
        self.people = people
        self.client = ("awcontohresearch", secrets.token_hex(16))
        self.tokens: dict[str, float] = {}
        self.per_page = 100
        self._day = ("", 0)

    def token(self, form: dict[str, str]) -> Response:
        """A client token for whoever has a client: a client of the other products gets one too, which opens nothing here."""
        now = self.state.world.now()
        research = (form.get("client_key"), form.get("client_secret")) == self.client
        name = f"clt.{secrets.token_urlsafe(24)}"
        if research:
            self.tokens[name] = now + LIFETIME
        return JSONResponse({"access_token": name, "expires_in": LIFETIME, "token_type": "Bearer"}, headers={"cache-control": "no-store"})

    @answering
    async def reposted_videos(self, request: "Request") -> Response:
        """What a public user reposted, newest first; `cursor` is an index."""
        self._enter(request)
        body = await json_body(request)
        wanted = [name for name in request.query_params.get("fields", "").split(",") if name]
        most, cursor = body.get("max_count", 20), body.get("cursor", 0)
        if not wanted or not FIELDS.issuperset(wanted) or not isinstance(cursor, int) or not isinstance(most, int) or not 1 <= most <= 100:
            raise Refusal("invalid_params", "fields, max_count or cursor is invalid.")
        profile = self.people.by_handle(str(body.get("username", "")))
        if profile is None or "private" in profile.traits:
            raise Refusal("invalid_params", "The user cannot be found.")
        posts = [post for post in reversed(self.people.reposts.get(profile.external_id, [])) if post.visible]
        page = posts[cursor : cursor + min(most, self.per_page)]
        videos = [{name: value for name, value in self._video(post).items() if name in wanted} for post in page]
        following = cursor + len(page)
        return envelope({"cursor": following, "has_more": following < len(posts), "reposted_videos": videos})

    def _enter(self, request: "Request") -> None:
        self.state.settle()
        now = self.state.world.now()
        word, _, value = request.headers.get("authorization", "").partition(" ")
        if word.lower() != "bearer" or self.tokens.get(value.strip(), 0.0) <= now:
            known = value.strip().startswith("clt.") and value.strip() not in self.tokens
            code = "scope_not_authorized" if known else "access_token_invalid"
            raise Refusal(code, "The client is not authorized for research.data.basic.")
        if not has_research(self.state):
            raise Refusal("scope_not_authorized", "The client is not authorized for research.data.basic.")
        today = datetime.fromtimestamp(now, UTC).date().isoformat()
        used = self._day[1] if self._day[0] == today else 0
        if used >= self.state.world.quota("tiktok.research.per_day", 1000):
            raise Refusal("daily_quota_limit_exceeded", "The daily quota of the Research API is used up.")
        self._day = (today, used + 1)

    def _video(self, post: Any) -> dict[str, Any]:
        return {
            "id": int(post.id), "create_time": int(post.created_at), "username": self.state.accounts[post.account].handle,
            "region_code": "ID", "video_description": post.text, "share_count": post.extra.get("share_count", 0), "view_count": 0,
            "like_count": 0,
        }  # fmt: skip
