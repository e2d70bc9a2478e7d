"""The calls, one method each. What each may make visible is its `Effect`; nothing in here repeats a call."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gaung.core.errors import Rejected
from gaung.core.http import Effect
from gaung.core.records import Account
from gaung.core.urls import join
from gaung.plugins.facebook import const, parse
from gaung.plugins.facebook.parse import Body, Offsets, Post, VideoState
from gaung.plugins.facebook.payloads import Form
from gaung.plugins.facebook.pictures import Part
from gaung.plugins.facebook.slices import Slice
from gaung.plugins.meta import paging, rupload
from gaung.plugins.meta.graph import Graph

MISSING = "100/33"
"""Object missing, or no access to it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a listing, and the platform's clock when it was sent."""

    posts: list[Post]
    server_now: datetime | None


class Facebook:
    """One Page's way to Facebook."""

    def __init__(self, account: Account) -> None:
        self.graph = Graph.of(account)
        self.page = account.external_id
        self._video_url = str(account.settings.get("video_url") or const.VIDEO_URL)
        self._upload_url = str(account.settings.get("upload_url") or const.UPLOAD_URL)

    # Posts and photos

    def feed(self, form: Form) -> str:
        """`POST /{page}/feed` -> `{"id": "<page>_<post>"}`."""
        return self._id(f"{self.page}/feed", form, Effect.PUBLISH)

    def photo(self, form: Form, part: Part) -> Body:
        """`POST /{page}/photos`, published -> `{"id", "post_id"}`; `post_id` is missing for a photo in an album."""
        answer = self.graph.post(f"{self.page}/photos", form, effect=Effect.PUBLISH, files={"source": part}, timeout=const.UPLOAD_TIMEOUT)
        parse.text(answer.body, "id", Effect.PUBLISH)
        return answer.body

    def unpublished_photo(self, form: Form, part: Part) -> str:
        """`POST /{page}/photos` with `published=false` -> `{"id"}`: seen by nobody until a post attaches it."""
        files = {"source": part}
        answer = self.graph.post(f"{self.page}/photos", form, effect=Effect.PREPARE, files=files, timeout=const.UPLOAD_TIMEOUT)
        return parse.text(answer.body, "id", Effect.PREPARE)

    def photo_story(self, photo: str) -> str | None:
        """The id of the post that shows a photo (`page_story_id`), None while there is none. Raises `Rejected` where it is gone."""
        value = self.graph.get(photo, fields=["id", "page_story_id"]).body.get("page_story_id")
        return str(value) if value else None

    def exists(self, node: str) -> bool:
        """Whether a node can be read."""
        try:
            self.graph.get(node, fields=["id"])
        except Rejected as error:
            if error.code == MISSING:
                return False
            raise
        return True

    def permalink(self, node: str) -> str | None:
        """The public address of a post or video."""
        return parse.link(self.graph.get(node, fields=["permalink_url"]).body)

    def delete(self, node: str) -> None:
        """`DELETE /{id}` -> `{"success": true}`."""
        parse.acknowledged(self.graph.delete(node).body, Effect.PREPARE)

    # Listings

    def published_posts(self) -> Iterator[Listed]:
        """`GET /{page}/published_posts`, newest first; where Facebook refuses to name the app (`application`), without it."""
        fields, answered = ["id", "message", "created_time", "permalink_url"], False
        try:
            for listed in self._listed("published_posts", [*fields, "application"], "message"):
                answered = True
                yield listed
        except Rejected:
            if answered:
                raise
            yield from self._listed("published_posts", fields, "message")

    def videos(self) -> Iterator[Listed]:
        """`GET /{page}/videos`, newest first."""
        yield from self._listed("videos", ["id", "description", "created_time", "permalink_url"], "description")

    # Reels

    def start_reel(self) -> tuple[str, str | None]:
        """`upload_phase=start` -> video id and where its bytes go."""
        answer = self.graph.post(f"{self.page}/video_reels", {"upload_phase": "start"}, effect=Effect.PREPARE)
        url = answer.body.get("upload_url")
        return parse.text(answer.body, "video_id", Effect.PREPARE), url if isinstance(url, str) and url else None

    def upload_address(self, video: str, returned: str | None) -> str:
        """Where a reel's bytes go: the address that was returned if it is on the configured host, else the documented path there.

        Raises `Rejected("untrusted_url")` for an address that is neither on a configured nor on Meta's own upload host.
        """
        documented = join(self._upload_url, "video-upload", self.graph.version, video)
        settings = (self._upload_url, self.graph.api_url, self._video_url)
        return rupload.address(returned, documented, settings_urls=settings, hosts=const.UPLOAD_HOSTS)

    def send_reel(self, url: str, path: Path, size: int, offset: int) -> None:
        """Stream the bytes from `offset` on."""
        rupload.send(self.graph, url, path, size, offset=offset, timeout=const.UPLOAD_TIMEOUT)

    def finish_reel(self, video: str, words: Form) -> None:
        """`upload_phase=finish`, `video_state=PUBLISHED` -> `{"success": true}`: an acknowledgement, the status tells the rest."""
        form = {"upload_phase": "finish", "video_id": video, "video_state": "PUBLISHED", **words}
        answer = self.graph.post(f"{self.page}/video_reels", form, effect=Effect.PUBLISH)
        parse.acknowledged(answer.body, Effect.PUBLISH)

    # Ordinary videos

    def start_video(self, size: int) -> tuple[str, str, Offsets]:
        """`upload_phase=start` -> session, video id, first offsets. Source: Business SDK, video_uploader.py."""
        body = self._videos({"upload_phase": "start", "file_size": str(size)}, Effect.PREPARE)
        session, video = (parse.text(body, key, Effect.PREPARE) for key in ("upload_session_id", "video_id"))
        return session, video, parse.offsets(body, Effect.PREPARE)

    def transfer_video(self, session: str, part: Slice, start: int) -> Offsets:
        """`upload_phase=transfer` with one slice of the file -> the next offsets."""
        form = {"upload_phase": "transfer", "upload_session_id": session, "start_offset": str(start)}
        files = {"video_file_chunk": ("chunk.bin", part, "application/octet-stream")}
        return parse.offsets(self._videos(form, Effect.PREPARE, files), Effect.PREPARE)

    def finish_video(self, session: str, words: Form) -> None:
        """`upload_phase=finish` -> `{"success": true}`."""
        body = self._videos({"upload_phase": "finish", "upload_session_id": session, **words}, Effect.PUBLISH)
        parse.acknowledged(body, Effect.PUBLISH)

    def video_at_once(self, part: Slice, name: str, mime: str, words: Form) -> str:
        """The whole file as `source` in one publishing call -> `{"id"}`."""
        return parse.text(self._videos(words, Effect.PUBLISH, {"source": (name, part, mime)}), "id", Effect.PUBLISH)

    def video(self, video: str) -> VideoState | None:
        """`GET /{video}?fields=status`; None when there is no such video."""
        try:
            return parse.video(self.graph.get(video, fields=["status"]).body)
        except Rejected as error:
            if error.code == MISSING:
                return None
            raise

    def _videos(self, form: Form, effect: Effect, files: dict[str, tuple[str, Slice, str]] | None = None) -> Body:
        path, timeout = f"{self.page}/videos", const.UPLOAD_TIMEOUT if files else None
        return self.graph.post(path, form, effect=effect, files=files, base=self._video_url, timeout=timeout).body

    def _id(self, path: str, form: Form, effect: Effect) -> str:
        return parse.text(self.graph.post(path, form, effect=effect).body, "id", effect)

    def _listed(self, edge: str, fields: list[str], said: str) -> Iterator[Listed]:
        for answer in paging.pages(self.graph, f"{self.page}/{edge}", fields=fields, params={"limit": const.PAGE_SIZE}):
            yield Listed([parse.post(item, said) for item in paging.items(answer)], answer.server_now)
