"""Feed and photos of the imitated Facebook. Sources: Pages API Posts guide; Photo node reference."""

import json
from typing import TYPE_CHECKING, Any

from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.core.sandbox.world import StoredFile
from gaung.plugins.facebook.sandbox_files import fetch, keep_photo
from gaung.plugins.facebook.sandbox_state import APP_NAME, Photo
from gaung.plugins.meta.sandbox_error import GraphError, wrong
from gaung.plugins.meta.sandbox_fields import page, select, timestamp
from gaung.plugins.meta.sandbox_graph import APP_ID, Call

if TYPE_CHECKING:
    from gaung.plugins.facebook.sandbox import FacebookSandbox

DAY = 86400.0
POST_FIELDS = frozenset((
    "id", "message", "story", "created_time", "updated_time", "permalink_url", "application", "from", "status_type", "is_published",
    "scheduled_publish_time", "attachments", "shares", "reactions", "comments", "parent_id",
))  # fmt: skip
PHOTO_FIELDS = frozenset(["id", "created_time", "page_story_id", "link", "alt_text", "from"])
_FEED = (
    "message", "link", "published", "scheduled_publish_time", "unpublished_content_type", "backdated_time", "backdated_time_granularity",
    "attached_media", "child_attachments", "call_to_action", "targeting", "feed_targeting", "place", "tags", "name", "caption",
    "description", "picture",
)  # fmt: skip
_PHOTO = (
    "url", "caption", "message", "name", "published", "temporary", "no_story", "alt_text_custom", "scheduled_publish_time",
    "unpublished_content_type", "backdated_time", "backdated_time_granularity", "place", "tags", "targeting", "feed_targeting",
)  # fmt: skip


class Posts:
    """`/feed`, `/published_posts`, `/photos` and the nodes they make."""

    def __init__(self, facebook: "FacebookSandbox") -> None:
        self.facebook = facebook
        self._planned: list[SandboxPost] = []

    def settle(self) -> None:
        """Show the scheduled posts whose time has come."""
        for post in [post for post in self._planned if post.extra["scheduled"] <= self.facebook.world.now()]:
            self._planned.remove(post)
            post.visible, post.created_at = True, float(post.extra["scheduled"])

    async def feed(self, call: Call) -> dict[str, Any]:
        """`POST /{page}/feed` -> `{"id"}`."""
        owner = self.facebook.owner(call, "post")
        attached = _attached(call)
        call.allow(*_FEED)
        message, link = call.params.get("message", ""), call.params.get("link", "")
        photos = [self._free(owner, photo) for photo in attached]
        if not message and not link and not photos:
            raise wrong("The post is empty: message, link or attached_media is required")
        if link and not link.startswith(("http://", "https://")):
            raise GraphError(1609005, "(#1609005) Error Posting Link: The url you supplied could not be scraped.")
        latest = max(owner.posts, key=lambda post: post.created_at, default=None)
        if not photos and latest is not None and self._same(latest, message, link):
            raise GraphError(506, "(#506) Duplicate status message")
        extra = {"link": link, **self._schedule(call)}
        files = [photo.file for photo in photos]
        post = self.facebook.add_post(owner, "carousel" if photos else "text", message, files=files, extra=extra)
        post.visible = call.flag("published", True)
        if "scheduled" in extra:
            self._planned.append(post)
        for photo in photos:
            photo.story = post.id
        return {"id": post.id}

    async def photo(self, call: Call) -> dict[str, Any]:
        """`POST /{page}/photos` -> `{"id","post_id"}`, without `post_id` for an unpublished one."""
        owner = self.facebook.owner(call, "post")
        call.allow(*_PHOTO)
        file = next(iter(call.files.values()), None)
        if file is None and "url" not in call.params:
            raise GraphError(324, "(#324) Requires upload file")
        published = call.flag("published", True)
        data = file.data if file is not None else await fetch(call.params["url"])
        stored = keep_photo(self.facebook.world, data)
        photo = Photo(
            id=self.facebook.new_id(),
            page=owner.external_id,
            file=stored,
            created_at=self.facebook.world.now(),
            alt_text=call.params.get("alt_text_custom", ""),
        )
        self.facebook.photos[photo.id] = photo
        if not published:
            return {"id": photo.id}
        words = call.params.get("caption") or call.params.get("message") or call.params.get("name") or ""
        photo.story = self.facebook.add_post(owner, "photo", words, files=[stored]).id
        return {"id": photo.id, "post_id": photo.story}

    async def published(self, call: Call) -> dict[str, Any]:
        """`GET /{page}/published_posts` and `/feed`: newest first."""
        owner = self.facebook.owner(call)
        call.allow("fields", "limit", "after", "before", "since", "until", "include_hidden", "show_expired", "with", "summary")
        fields = call.params.get("fields", "")
        posts = sorted((post for post in owner.posts if post.visible), key=lambda post: post.created_at, reverse=True)
        shown = [self.node(owner, post, fields) for post in posts if _within(post.created_at, call)]
        return page(
            shown, {**call.params, "access_token": call.raw_token}, str(call.request.url.replace(query="")),
            lambda node: select(node, fields, POST_FIELDS, ("created_time", "message", "id")),
        )  # fmt: skip

    def node(self, owner: SandboxAccount, post: SandboxPost, fields: str) -> dict[str, Any]:
        """A post with all the fields it can be asked for; `application` is absent for what is made by hand."""
        return {
            "id": post.id,
            "message": post.text or None,
            "created_time": timestamp(post.created_at),
            "updated_time": timestamp(post.created_at),
            "permalink_url": post.url,
            "application": {"id": APP_ID, "name": APP_NAME} if post.made_by == "api" else None,
            "from": {"name": owner.name, "id": owner.external_id},
            "status_type": "mobile_status_update" if post.kind == "text" else "added_photos",
            "is_published": post.visible,
            "scheduled_publish_time": post.extra.get("scheduled"),
            "attachments": self._attachments(post),
            **self.facebook.numbers.post(post, fields),
        }

    def photo_node(self, photo: Photo) -> dict[str, Any]:
        """A photo with all its fields."""
        return {
            "id": photo.id,
            "created_time": timestamp(photo.created_at),
            "page_story_id": photo.story,
            "link": f"https://www.facebook.com/photo.php?fbid={photo.id}",
            "alt_text": photo.alt_text or None,
        }

    def _attachments(self, post: SandboxPost) -> dict[str, Any] | None:
        if post.extra.get("link"):
            return {"data": [{"type": "share", "url": post.extra["link"]}]}
        shown = [photo for photo in self.facebook.photos.values() if photo.story == post.id]
        parts = [{"type": "photo", "target": {"id": photo.id}} for photo in shown]
        if len(parts) > 1:
            return {"data": [{"type": "album", "subattachments": {"data": parts}}]}
        return {"data": parts} if parts else None

    def _same(self, post: SandboxPost, message: str, link: str) -> bool:
        """`world.quotas["facebook.duplicates"] = 1` lets an identical post through, for load tests."""
        if self.facebook.world.quota("facebook.duplicates", 0):
            return False
        files: list[StoredFile] = post.files
        return post.text == message and post.extra.get("link", "") == link and not files

    def _free(self, owner: SandboxAccount, identity: str) -> Photo:
        photo = self.facebook.photos.get(identity)
        if photo is None or photo.page != owner.external_id:
            raise wrong(f"Invalid parameter: media_fbid {identity} does not exist")
        if photo.story is not None:
            raise wrong(f"Invalid parameter: media_fbid {identity} was already posted")
        return photo

    def _schedule(self, call: Call) -> dict[str, Any]:
        at = call.params.get("scheduled_publish_time")
        if at is None:
            return {}
        if call.flag("published", True) or not at.isdecimal():
            raise wrong("scheduled_publish_time is a Unix time and needs published=false")
        if not 600 <= int(at) - self.facebook.world.now() <= 30 * DAY:
            raise wrong("The specified scheduled publish time is invalid: 10 minutes to 30 days from now")
        return {"scheduled": int(at)}


def _attached(call: Call) -> list[str]:
    """`attached_media` as one JSON list, or as keys `attached_media[0]`, which are taken out of the parameters."""
    keys = sorted((key for key in call.params if key.startswith("attached_media[")), key=lambda key: int(key[15:-1]))
    try:
        entries = [json.loads(call.params.pop(key)) for key in keys] or json.loads(call.params.get("attached_media", "[]"))
        return [str(entry["media_fbid"]) for entry in entries]
    except (ValueError, KeyError, TypeError):
        raise wrong('Param attached_media must be a list of {"media_fbid": "<photo id>"}') from None


def _within(created: float, call: Call) -> bool:
    since, until = call.params.get("since"), call.params.get("until")
    if not all(value is None or value.isdecimal() for value in (since, until)):
        raise wrong("since and until are Unix times")
    return (since is None or created >= int(since)) and (until is None or created <= int(until))
