"""An imitated Instagram: containers, publishing, quota, listing and the byte upload, with the JSON of Meta's reference.

Shares nothing with the client of this plugin, so that a misunderstanding of one is not repeated by the other.
"""

import itertools
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from starlette.convertors import StringConvertor, register_url_convertor

from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.plugins.instagram.sandbox_containers import Container, Containers
from gaung.plugins.instagram.sandbox_nodes import CONTAINER_FIELDS, MEDIA_FIELDS, container_node
from gaung.plugins.instagram.sandbox_numbers import InstagramNumbers
from gaung.plugins.instagram.sandbox_people import DEEDS, InstagramPeople
from gaung.plugins.instagram.sandbox_publish import publish, publishing_limit
from gaung.plugins.instagram.sandbox_upload import upload
from gaung.plugins.meta.sandbox_batch import batch
from gaung.plugins.meta.sandbox_error import missing
from gaung.plugins.meta.sandbox_fields import page, select
from gaung.plugins.meta.sandbox_graph import VERIFY_TOKEN, Call, GraphSandbox
from gaung.plugins.meta.sandbox_push import Pusher

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from gaung.core.sandbox.world import World

CONTAINER, MEDIA = "1788", "1801"
"""How ids of the two kinds begin here, so that the journal can tell a look at a container from one at a media."""
SCOPES = ("instagram_basic", "instagram_content_publish", "pages_read_engagement")


class _ContainerId(StringConvertor):
    regex = f"{CONTAINER}[0-9]{{13}}"


class _MediaId(StringConvertor):
    regex = f"{MEDIA}[0-9]{{13}}"


register_url_convertor("ig_container", _ContainerId())
register_url_convertor("ig_media", _MediaId())


class InstagramSandbox(GraphSandbox):
    """All professional accounts of the sandbox."""

    name = "instagram"
    people: InstagramPeople
    usage_type = "instagram"
    limit_code = 80002

    def __init__(self, world: "World") -> None:
        super().__init__(world)
        self.containers = Containers(world)
        self.media: dict[str, SandboxPost] = {}
        self._count = itertools.count(1)
        self.people = InstagramPeople(self)
        self.numbers = InstagramNumbers(self)
        self.pusher = Pusher(world, self.name, "instagram", self.app_secret, VERIFY_TOKEN, flat=True)

    def routes(self) -> Sequence["BaseRoute"]:
        """The calls of design.md's flows, then a last route for everything that is not there."""
        from starlette.routing import Route

        def route(path: str, work: Any, operation: str, method: str = "GET") -> list[Route]:
            # The Business SDK puts a slash at the end when it reads a node.
            endpoint, name = self.endpoint(work), f"instagram.{operation}"
            return [Route(each, endpoint, methods=[method], name=name) for each in (path, f"{path}/")]

        return [
            Route("/ig-api-upload/{version}/{container}", self._upload, methods=["POST"], name="instagram.upload"),
            *route("/{version}/{user}/media", self._create, "media", "POST"),
            *route("/{version}/{user}/media", self._list, "media_list"),
            *route("/{version}/{user}/media_publish", self._publish, "media_publish", "POST"),
            *route("/{version}/{user}/content_publishing_limit", self._limit, "content_publishing_limit"),
            *route("/{version}/{node:ig_container}", self._container, "container"),
            *route("/{version}/{node:ig_media}", self._media, "media_node"),
            *route("/{version}/{node:ig_media}/children", self._children, "children"),
            *route("/{version}/{node:ig_media}/collaborators", self.people.collaborators, "collaborators"),
            *route("/{version}/{node:ig_media}/insights", self.numbers.of_media, "insights"),
            *route("/{version}/{user}/insights", self.numbers.of_account, "account_insights"),
            *route("/{version}/{user}/tags", self.people.tags, "tags"),
            *route("/{version}/{user}", self._user, "user"),
            *route("/{version}", batch, "batch", "POST"),
            Route("/{path:path}", self._nothing, methods=["GET", "POST", "PUT", "DELETE"], name="instagram.unknown"),
        ]

    def add_account(self, external_id: str, handle: str) -> SandboxAccount:
        """An account whose token is that of the linked Page."""
        former = self.accounts.get(external_id)
        token = self.new_token("PAGE", external_id, SCOPES)
        kept = SandboxAccount(
            external_id=external_id, handle=handle, name=f"Akun {handle}", credentials={"access_token": token.value},
            posts=former.posts if former else [], extra=former.extra if former else {"published": []},
        )  # fmt: skip
        self.accounts[external_id] = kept
        return kept

    def settings(self) -> dict[str, str]:
        """Aims API and upload at this mount; the secret is that of the sandbox's own app."""
        secrets = {"app_secret": self.app_secret, "webhook_verify_token": VERIFY_TOKEN}
        return {"api_url": self.base_url, "upload_url": self.base_url, **secrets}

    def post_by_hand(self, external_id: str, text: str, created_at: float | None = None) -> SandboxPost:
        """A picture posted in the app."""
        when = self.world.now() if created_at is None else created_at
        return self.show(self.accounts[external_id], text, "photo", when, {"media_type": "IMAGE", "product": "FEED"}, made_by_hand=True)

    @property
    def deeds(self) -> tuple[str, ...]:
        """What people can do here; of `repost`, `story` and `private_share` no API tells more than a number."""
        return DEEDS

    @property
    def traits(self) -> tuple[frozenset[str], ...]:
        """Ordinary, professional and private accounts."""
        return (frozenset(), frozenset({"professional"}), frozenset({"private"}))

    def wait_for_pushes(self, seconds: float) -> bool:
        """Meta's pushes come from a thread of their own."""
        return self.pusher.wait(seconds)

    def grant_all(self) -> None:
        """No bound on posts."""
        self.world.quotas |= {"instagram.publish": 10**9, "instagram.containers": 10**9}

    def show(
        self, account: SandboxAccount, text: str, kind: str, created_at: float, extra: dict[str, Any], *, made_by_hand: bool = False
    ) -> SandboxPost:
        """Make a media visible on an account."""
        media = self.new_id(MEDIA, account.external_id)
        shortcode = f"C{zlib.crc32(media.encode()):08x}{media[-4:]}"
        folder = "reel" if extra["product"] == "REELS" else "p"
        post = SandboxPost(
            id=media, account=account.external_id, kind=kind, text=text, created_at=created_at,
            url=f"https://www.instagram.com/{folder}/{shortcode}/", made_by="hand" if made_by_hand else "api",
            extra={**extra, "shortcode": shortcode},
        )  # fmt: skip
        account.posts.append(post)
        self.media[media] = post
        return post

    def new_id(self, prefix: str, account: str) -> str:
        """Seventeen digits: kind, account, counter."""
        return f"{prefix}{zlib.crc32(account.encode()) % 100_000:05d}{next(self._count):08d}"

    def account_of(self, request: "Request") -> str | None:
        """By the account's own id, or by that of a container or media."""
        for segment in request.scope["path"].split("/"):
            if segment in self.accounts:
                return str(segment)
            if segment in self.containers.all:
                return self.containers.all[segment].account
            if segment in self.media:
                return self.media[segment].account
        return None

    def shares_of(self, post: SandboxPost) -> int:
        """What was passed on; reposts are counted apart."""
        return self.people.kept.count("passed_on", post.id)

    def owned(self, call: Call) -> SandboxAccount:
        """The account of the path, if the token speaks for it."""
        user = call.path["user"]
        account = self.accounts.get(call.token.subject if user == "me" else user)
        if account is None or account.external_id != call.token.subject:
            raise missing(user, call.request.method)
        return account

    async def _create(self, call: Call) -> dict[str, Any]:
        account = self.owned(call)
        box = await self.containers.make(self.new_id(CONTAINER, account.external_id), account.external_id, call.params)
        if box.params.get("upload_type") != "resumable":
            return {"id": box.id}
        return {"id": box.id, "uri": f"{self.base_url}/ig-api-upload/{call.path['version']}/{box.id}"}

    async def _publish(self, call: Call) -> dict[str, Any]:
        return {"id": publish(self, self.owned(call), call.need("creation_id")).id}

    async def _limit(self, call: Call) -> dict[str, Any]:
        return publishing_limit(self, self.owned(call), call.params)

    async def _list(self, call: Call) -> dict[str, Any]:
        account = self.owned(call)
        call.allow("fields", "limit", "after", "before", "since", "until", "summary")
        since, until = float(call.params.get("since", 0)), float(call.params.get("until", "inf"))
        posts = sorted(account.posts, key=lambda post: (post.created_at, post.id), reverse=True)
        nodes = [self.numbers.media(post, account) for post in posts if since <= post.created_at <= until]
        url = f"{self.base_url}/{call.path['version']}/{account.external_id}/media"
        fields = call.params.get("fields", "")
        with_token = {**call.params, "access_token": call.raw_token}
        answer = page(nodes, with_token, url, lambda node: select(node, fields, MEDIA_FIELDS))
        return {**answer, "summary": {"total_count": len(nodes)}} if call.flag("summary", default=False) else answer

    async def _container(self, call: Call) -> dict[str, Any]:
        box = self.containers.all.get(call.path["node"])
        if box is None or box.account != call.token.subject:
            raise missing(call.path["node"])
        return select(container_node(box, self.world.now()), call.params.get("fields", ""), CONTAINER_FIELDS)

    def _node(self, call: Call) -> dict[str, Any]:
        post = self.media.get(call.path["node"])
        if post is None or post.account != call.token.subject:
            raise missing(call.path["node"])
        return self.numbers.media(post, self.accounts[post.account])

    async def _media(self, call: Call) -> dict[str, Any]:
        return select(self._node(call), call.params.get("fields", ""), MEDIA_FIELDS)

    async def _children(self, call: Call) -> dict[str, Any]:
        return dict(self._node(call)["children"] or {"data": []})

    async def _user(self, call: Call) -> dict[str, Any]:
        account = self.owned(call)
        return self.people.user(call, account)

    async def _upload(self, request: "Request") -> "Response":
        return await upload(self, request)

    async def _nothing(self, request: "Request") -> "Response":
        error = missing(request.path_params["path"].rpartition("/")[2], request.method)
        return self.reply(error.body(), status=error.status)

    def waiting(self, container: str, subject: str) -> Container | None:
        """The container that waits for bytes from this account."""
        box = self.containers.all.get(container)
        ours = box is not None and box.account == subject and box.params.get("upload_type") == "resumable"
        return box if ours else None
