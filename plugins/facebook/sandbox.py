"""An imitation of Facebook Pages: real HTTP, the shapes of the fact sheet, strict about tokens, parameters, limits and files.

Pages publish and read with their Page tokens; `user_token(page)` is the person behind one, for `/me/accounts`.
Switches in `world.quotas`: `facebook.reels`, `facebook.chunk`, `facebook.duplicates`, `facebook.app_usage`, `facebook.usage`,
`facebook.regain_minutes`.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.core.sandbox.world import StoredFile, World
from gaung.plugins.facebook.sandbox_login import Login
from gaung.plugins.facebook.sandbox_numbers import FacebookNumbers
from gaung.plugins.facebook.sandbox_people import DEEDS, FacebookPeople
from gaung.plugins.facebook.sandbox_posts import PHOTO_FIELDS, POST_FIELDS, Posts
from gaung.plugins.facebook.sandbox_state import Photo, Video
from gaung.plugins.facebook.sandbox_videos import VIDEO_FIELDS, Videos
from gaung.plugins.meta.sandbox_batch import batch
from gaung.plugins.meta.sandbox_error import GraphError, missing, wrong
from gaung.plugins.meta.sandbox_fields import select
from gaung.plugins.meta.sandbox_graph import VERIFY_TOKEN, Call, GraphSandbox, Work
from gaung.plugins.meta.sandbox_push import Pusher

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

SCOPES = ("pages_show_list", "pages_read_engagement", "pages_manage_posts", "publish_video")
PAGE_FIELDS = frozenset((
    "id", "name", "username", "link", "category", "followers_count", "fan_count", "talking_about_count", "new_like_count", "rating_count",
    "access_token",
))  # fmt: skip
FIRST_ID = 122_100_000_000_000


class FacebookSandbox(GraphSandbox):
    """One Facebook for all Pages."""

    name = "facebook"
    people: FacebookPeople
    usage_type: ClassVar[str] = "pages"
    limit_code: ClassVar[int] = 80001

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.photos: dict[str, Photo] = {}
        self.videos: dict[str, Video] = {}
        self._last_id = FIRST_ID
        self._posts, self._videos, self._login = Posts(self), Videos(self), Login(self)
        self.people = FacebookPeople(self)
        self.numbers = FacebookNumbers(self)
        self.pusher = Pusher(world, self.name, "page", self.app_secret, VERIFY_TOKEN)

    def routes(self) -> Sequence["BaseRoute"]:
        """Every call, by its operation."""
        posts, videos, login = self._posts, self._videos, self._login
        table: tuple[tuple[str, str, str, Work], ...] = (
            ("POST", "/video-upload/{version}/{video}", "facebook.upload", videos.upload),
            ("GET", "/{version}/debug_token", "facebook.debug_token", login.debug_token),
            ("GET", "/{version}/me/accounts", "facebook.accounts", login.accounts),
            ("GET", "/{version}/{page}/accounts", "facebook.accounts", login.accounts),
            ("POST", "/{version}/{page}/feed", "facebook.feed", posts.feed),
            ("GET", "/{version}/{page}/feed", "facebook.feed.list", posts.published),
            ("GET", "/{version}/{page}/posts", "facebook.posts.list", posts.published),
            ("GET", "/{version}/{page}/published_posts", "facebook.published_posts", posts.published),
            ("POST", "/{version}/{page}/photos", "facebook.photos", posts.photo),
            ("POST", "/{version}/{page}/video_reels", "facebook.video_reels", videos.reels),
            ("GET", "/{version}/{page}/video_reels", "facebook.video_reels.list", videos.listed),
            ("POST", "/{version}/{page}/videos", "facebook.videos", videos.videos),
            ("GET", "/{version}/{page}/videos", "facebook.videos.list", videos.listed),
            ("GET", "/{version}/{page}/tagged", "facebook.tagged", self.people.tagged),
            ("POST", "/{version}", "facebook.batch", batch),
            ("GET", "/{version}/{node}/insights", "facebook.insights", self.numbers.insights),
            ("GET", "/{version}/{node}/sharedposts", "facebook.sharedposts", self.people.sharedposts),
            ("GET", "/{version}/{node}", "facebook.node", self._node),
            ("DELETE", "/{version}/{node}", "facebook.delete", self._delete),
        )
        # The Business SDK ends the path of a node with a slash.
        routes = [self._route(method, path + end, name, work) for method, path, name, work in table for end in ("", "/")]
        return [*self._open_routes(), *routes, self._anything_else()]

    def add_account(self, external_id: str, handle: str) -> SandboxAccount:
        """A Page with a fresh Page token that has no end."""
        account = self.accounts.get(external_id)
        if account is None:
            account = SandboxAccount(external_id=external_id, handle=handle, name=handle.replace("_", " ").title(), credentials={})
            self.accounts[external_id] = account
        account.handle = handle
        account.credentials = {"access_token": self.new_token("PAGE", external_id, SCOPES).value}
        return account

    def user_token(self) -> str:
        """A long-lived token of the person who manages every Page."""
        return self.new_token("USER", self._login.user, SCOPES, prefix="EAAU").value

    def settings(self) -> dict[str, str]:
        """All three hosts are this one; the app is the sandbox's own."""
        urls = {"api_url": self.base_url, "video_url": self.base_url, "upload_url": self.base_url}
        return {**urls, "app_id": self.app_id, "app_secret": self.app_secret, "webhook_verify_token": VERIFY_TOKEN}

    def post_by_hand(self, external_id: str, text: str, created_at: float | None = None) -> SandboxPost:
        """A post made on facebook.com: no app is named with it."""
        post = self.add_post(self.accounts[external_id], "text", text)
        post.made_by = "hand"
        post.created_at = created_at if created_at is not None else post.created_at
        return post

    def posts(self) -> list[SandboxPost]:
        """All posts, newest first, with the videos whose processing is over."""
        self.settle()
        return super().posts()

    @property
    def deeds(self) -> tuple[str, ...]:
        """What people can do here; of `private_share` and `story` no API tells."""
        return DEEDS

    @property
    def traits(self) -> tuple[frozenset[str], ...]:
        """Pages, which are named, and people, who are not."""
        return (frozenset({"page"}), frozenset({"page"}), frozenset(), frozenset({"tester"}), frozenset({"private"}))

    def wait_for_pushes(self, seconds: float) -> bool:
        """Meta's pushes come from a thread of their own."""
        return self.pusher.wait(seconds)

    def grant_all(self) -> None:
        """No bound on reels, and Page Public Content Access for the app."""
        self.world.quotas |= {"facebook.reels": 10**9, "facebook.public_content_access": 1}

    def settle(self) -> None:
        """Let happen what the clock has brought about."""
        self._posts.settle()
        self._videos.settle()

    def new_id(self) -> str:
        """A number that no other object has."""
        self._last_id += 7
        return str(self._last_id)

    def add_post(
        self, owner: SandboxAccount, kind: str, text: str, *, files: list[StoredFile] | None = None, extra: dict[str, Any] | None = None
    ) -> SandboxPost:
        """Put a post on a Page."""
        number = self.new_id()
        post = SandboxPost(
            id=f"{owner.external_id}_{number}", account=owner.external_id, kind=kind, text=text, created_at=self.world.now(),
            url=f"https://www.facebook.com/{owner.external_id}/posts/{number}", files=files or [], extra=extra or {},
        )  # fmt: skip
        owner.posts.append(post)
        return post

    def owner(self, call: Call, method: str = "get") -> SandboxAccount:
        """The Page in the path, which the token must be for: `me` is the token's own."""
        asked = call.path.get("page", "me")
        page = self.accounts.get(call.token.subject if asked == "me" else asked)
        if page is None:
            raise missing(asked, method)
        if method == "post" and call.token.kind == "USER":
            raise GraphError(1705, "(#1705) There was an error posting to this wall: use a Page access token.")
        if call.token.kind == "APP" or (call.token.kind == "PAGE" and call.token.subject != page.external_id):
            raise GraphError(200, "(#200) Requires pages_manage_posts permission to manage the object")
        self.settle()
        return page

    async def _node(self, call: Call) -> dict[str, Any]:
        """`GET /{id}`: a Page, post, photo or video."""
        call.allow("fields")
        self.settle()
        identity, fields = call.path["node"], call.params.get("fields", "")
        if identity == "me":
            identity = call.token.subject
        if identity == self._login.user:
            return select({"id": identity, "name": "Admin Contoh"}, fields, {"id", "name"}, ("name", "id"))
        if identity in self.accounts:
            return select(self.page_node(self.accounts[identity]), fields, PAGE_FIELDS, ("name", "id"))
        foreign = self.people.node(call, identity)
        if foreign is not None:
            return foreign
        owner = self.reader(call, identity)
        if identity in self.videos:
            default = ("description", "updated_time", "id")
            return select(self._videos.node(self.videos[identity]), fields, VIDEO_FIELDS, default)
        if identity in self.photos:
            return select(self._posts.photo_node(self.photos[identity]), fields, PHOTO_FIELDS, ("created_time", "id"))
        post = next((post for post in owner.posts if post.id == identity), None)
        if post is None:
            raise missing(identity)
        return select(self._posts.node(owner, post, fields), fields, POST_FIELDS, ("created_time", "message", "id"))

    async def _delete(self, call: Call) -> dict[str, Any]:
        """`DELETE /{id}` -> `{"success": true}`."""
        call.allow()
        identity = call.path["node"]
        owner = self.reader(call, identity, "delete")
        self.settle()
        video = self.videos.pop(identity, None)
        photo = self.photos.pop(identity, None)
        story = video.post.id if video and video.post else photo.story if photo else identity
        kept = [post for post in owner.posts if post.id != story]
        if video is None and photo is None and len(kept) == len(owner.posts):
            raise missing(identity, "delete")
        owner.posts[:] = kept
        return {"success": True}

    def page_node(self, account: SandboxAccount) -> dict[str, Any]:
        """A Page with all its fields."""
        return {
            "id": account.external_id, "name": account.name, "username": account.handle, "category": "Government Organization",
            "link": f"https://www.facebook.com/{account.handle}", **self.numbers.page(account),
            "talking_about_count": 12, "new_like_count": 3, "rating_count": 0, "access_token": account.credentials["access_token"],
        }  # fmt: skip

    def shares_of(self, post: SandboxPost) -> int:
        """Whatever `shares` counts, private shares too."""
        return self.people.kept.count("counted", post.id)

    def reader(self, call: Call, identity: str, method: str = "get") -> SandboxAccount:
        """The Page that owns an object; the token must be its."""
        thing = self.videos.get(identity) or self.photos.get(identity)
        page = self.accounts.get(thing.page if thing else identity.partition("_")[0])
        if page is None or (call.token.kind == "PAGE" and call.token.subject != page.external_id) or call.token.kind == "APP":
            raise missing(identity, method)
        return page

    def _route(self, method: str, path: str, name: str, work: Work) -> "BaseRoute":
        from starlette.routing import Route

        async def versioned(call: Call) -> Any:
            if not re.fullmatch(r"v\d+\.\d+", call.path["version"]):
                raise wrong(f"Unknown path components: /{call.path['version']}")
            return await work(call)

        return Route(path, self.endpoint(versioned), methods=[method], name=name)

    def _open_routes(self) -> list["BaseRoute"]:
        """Calls that need no token."""
        from starlette.routing import Route

        exchange = self.endpoint(self._login.exchange, auth=False)
        paths = ("/{version}/oauth/access_token", "/oauth/access_token")
        return [Route(path, exchange, methods=["GET", "POST"], name="facebook.access_token") for path in paths]

    def _anything_else(self) -> "BaseRoute":
        from starlette.routing import Route

        async def unknown(call: Call) -> Any:
            raise GraphError(2500, f"Unknown path components: {call.request.url.path}")

        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        return Route("/{rest:path}", self.endpoint(unknown, auth=False), methods=methods, name="facebook.unknown")

    def account_of(self, request: "Request") -> str | None:
        """By the path, or by the owner of the object that it names."""
        found = super().account_of(request)
        if found is not None:
            return found
        last = request.scope["path"].rpartition("/")[2]
        thing = self.videos.get(last) or self.photos.get(last)
        page = thing.page if thing else last.partition("_")[0]
        return page if page in self.accounts else None
