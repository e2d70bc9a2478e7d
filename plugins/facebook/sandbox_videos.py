"""Reels and videos of the imitated Facebook.

Sources: Reels publishing guide; Business SDK, page.py and video_uploader.py; Video API error codes.
"""

from typing import TYPE_CHECKING, Any

from gaung.core.sandbox.base import SandboxAccount
from gaung.plugins.facebook.sandbox_files import fetch, video_problem
from gaung.plugins.facebook.sandbox_state import Video
from gaung.plugins.meta.sandbox_error import GraphError, missing, wrong
from gaung.plugins.meta.sandbox_fields import page, select, timestamp
from gaung.plugins.meta.sandbox_graph import Call

if TYPE_CHECKING:
    from gaung.plugins.facebook.sandbox import FacebookSandbox

DAY = 86400.0
CHUNK = 1 << 20
"""Bytes that a transfer is asked for; `world.quotas["facebook.chunk"]` changes it."""
REELS_A_DAY = 30
VIDEO_FIELDS = frozenset((
    "id", "status", "title", "description", "created_time", "updated_time", "permalink_url", "published", "length", "post_id", "from",
    "source",
))  # fmt: skip
_WORDS = ("title", "description", "place", "scheduled_publish_time", "targeting", "feed_targeting")
_PAGING = ("fields", "limit", "after", "before", "since", "until", "summary")


class Videos:
    """`/video_reels`, `/videos` and the bytes' own host."""

    def __init__(self, facebook: "FacebookSandbox") -> None:
        self.facebook = facebook
        self.world = facebook.world
        self._pending: list[Video] = []

    async def reels(self, call: Call) -> dict[str, Any]:
        """`POST /{page}/video_reels`: `upload_phase` start or finish."""
        owner = self.facebook.owner(call, "post")
        phase = call.need("upload_phase").lower()
        self._cap(owner)
        if phase == "start":
            call.allow("upload_phase", "file_size")
            video = self._new(owner, "reel")
            return {"video_id": video.id, "upload_url": f"{self.facebook.base_url}/video-upload/{call.path['version']}/{video.id}"}
        if phase != "finish":
            raise wrong("Param upload_phase must be one of {start, finish}")
        call.allow("upload_phase", "video_id", "video_state", "is_ai_generated", *_WORDS)
        video = self._of(owner, call.need("video_id"), "post")
        state = call.need("video_state").upper()
        if state not in ("PUBLISHED", "SCHEDULED", "DRAFT"):
            raise wrong("Param video_state must be one of {PUBLISHED, SCHEDULED, DRAFT}")
        return self._finish(call, video, state)

    async def upload(self, call: Call) -> dict[str, Any]:
        """`POST /video-upload/{version}/{video}`: bytes, or the header `file_url`."""
        video = self.facebook.videos.get(call.path["video"])
        if video is None or not call.token.subject or video.page != call.token.subject:
            raise missing(call.path["video"], "post")
        headers = call.request.headers
        if "file_url" in headers:
            video.received[:] = await fetch(headers["file_url"])
            video.size = len(video.received)
        else:
            self._take(call, video)
        if not call.complete or len(video.received) < (video.size or 0):
            raise Broken("PartialRequestError", "fewer bytes came than file_size says", retriable=True)
        self._uploaded(video)
        if video.problem:
            raise Broken("ProcessingFailedError", video.problem)
        return {"success": True}

    async def videos(self, call: Call) -> dict[str, Any]:
        """`POST /{page}/videos`: chunked phases, one multipart `source`, or `file_url`."""
        owner = self.facebook.owner(call, "post")
        phase = call.params.get("upload_phase", "").lower()
        if phase == "start":
            return self._start(call, owner)
        if phase in ("transfer", "finish", "cancel"):
            session = call.need("upload_session_id")
            video = next((video for video in self.facebook.videos.values() if video.session == session), None)
            if video is None or video.page != owner.external_id:
                raise GraphError(6000, "There was a problem uploading your video file: unknown upload session.", subcode=1363026)
            return getattr(self, f"_{phase}_chunked")(call, video)  # type: ignore[no-any-return]
        if phase:
            raise wrong("Param upload_phase must be one of {start, transfer, finish, cancel}")
        return await self._at_once(call, owner)

    async def listed(self, call: Call) -> dict[str, Any]:
        """`GET /{page}/videos` and `/video_reels`: what is published, newest first."""
        owner = self.facebook.owner(call)
        call.allow(*_PAGING)
        reels = call.request.url.path.endswith("/video_reels")
        kept = [video for video in self.facebook.videos.values() if video.page == owner.external_id and video.post is not None]
        shown = [self.node(video) for video in reversed(kept) if not reels or video.kind == "reel"]
        fields, default = call.params.get("fields", ""), ("description", "updated_time", "id")
        url = str(call.request.url.replace(query=""))
        return page(
            shown, {**call.params, "access_token": call.raw_token}, url, lambda node: select(node, fields, VIDEO_FIELDS, default)
        )  # fmt: skip

    def node(self, video: Video) -> dict[str, Any]:
        """A video with all its fields; the permalink comes without a host."""
        now, seconds = self.world.now(), self.world.processing_seconds
        return {
            "id": video.id,
            "status": video.status(now, seconds),
            "title": video.title or None,
            "description": video.description or None,
            "created_time": timestamp(video.created_at),
            "updated_time": timestamp(video.created_at),
            "permalink_url": f"/reel/{video.id}/" if video.kind == "reel" else f"/{video.page}/videos/{video.id}/",
            "published": video.published(now, seconds),
            "post_id": video.post.id if video.post else None,
        }

    def settle(self) -> None:
        """Make posts of the videos whose time has come."""
        now, seconds = self.world.now(), self.world.processing_seconds
        for video in [video for video in self._pending if video.published(now, seconds)]:
            self._pending.remove(video)
            if video.id not in self.facebook.videos:
                continue
            owner = self.facebook.accounts[video.page]
            files = [video.file] if video.file else []
            video.post = self.facebook.add_post(owner, video.kind, video.description, files=files, extra={"video": video.id})
            video.post.title = video.title
            video.post.created_at = max(video.publish_time, (video.finished_at or now) + seconds)

    def _cap(self, owner: SandboxAccount) -> None:
        since = self.world.now() - DAY
        mine = [video for video in self.facebook.videos.values() if video.page == owner.external_id and video.kind == "reel"]
        if sum((video.finished_at or 0) > since for video in mine) >= self.world.quota("facebook.reels", REELS_A_DAY):
            raise GraphError(613, "(#613) Calls to this api have exceeded the rate limit: 30 reels in 24 hours.")

    def _new(self, owner: SandboxAccount, kind: Any) -> Video:
        video = Video(id=self.facebook.new_id(), page=owner.external_id, kind=kind, created_at=self.world.now())
        self.facebook.videos[video.id] = video
        return video

    def _of(self, owner: SandboxAccount, identity: str, method: str) -> Video:
        video = self.facebook.videos.get(identity)
        if video is None or video.page != owner.external_id:
            raise missing(identity, method)
        return video

    def _take(self, call: Call, video: Video) -> None:
        headers = call.request.headers
        offset, size = headers.get("offset", ""), headers.get("file_size", "")
        if not offset.isdecimal() or not size.isdecimal():
            raise wrong("The headers offset and file_size are required")
        if int(offset) != len(video.received):
            raise Broken("OffsetInvalidError", f"offset {offset} is not {len(video.received)}", retriable=True)
        video.size = int(size)
        video.received += call.data

    def _uploaded(self, video: Video) -> None:
        data = bytes(video.received)
        video.problem = video_problem(data, reel=video.kind == "reel")
        if not video.problem:
            video.uploaded = True
            video.file = self.world.keep(data, "video/mp4")

    def _finish(self, call: Call, video: Video, state: Any) -> dict[str, Any]:
        """Finishing a video again changes nothing."""
        if not video.uploaded:
            raise GraphError(6000, "There was a problem uploading your video file: the upload is not complete.")
        if video.finished_at is None:
            now = self.world.now()
            video.publish_time = self._time(call, now) if state == "SCHEDULED" else now
            video.finished_at, video.state = now, state
            video.title, video.description = call.params.get("title", ""), call.params.get("description", "")
            video.fails = self.world.fails_now("facebook")
            self._pending.append(video)
            self.settle()
        return {"success": True}

    def _time(self, call: Call, now: float) -> float:
        at = call.need("scheduled_publish_time")
        if not at.isdecimal() or not 600 < int(at) - now <= 29 * DAY:
            raise wrong("The specified scheduled publish time is invalid: 10 minutes to 29 days from now")
        return float(at)

    def _start(self, call: Call, owner: SandboxAccount) -> dict[str, Any]:
        call.allow("upload_phase", "file_size")
        size = call.need("file_size")
        if not size.isdecimal() or int(size) < 1024:
            raise GraphError(6000, "The video file you selected is too small.", subcode=1363022)
        video = self._new(owner, "video")
        video.size, video.session = int(size), self.facebook.new_id()
        return {"video_id": video.id, "upload_session_id": video.session, **self._offsets(video)}

    def _transfer_chunked(self, call: Call, video: Video) -> dict[str, Any]:
        call.allow("upload_phase", "upload_session_id", "start_offset")
        chunk = call.files.get("video_file_chunk")
        if chunk is None:
            raise wrong("The parameter video_file_chunk is required")
        if call.need("start_offset") != str(len(video.received)):
            said = "There was a problem uploading your video file: the start offset is not the expected one."
            raise GraphError(6000, said, subcode=1363037, data=self._offsets(video))
        video.received += chunk.data[: (video.size or 0) - len(video.received)]
        if len(video.received) == video.size:
            self._uploaded(video)
        return self._offsets(video)

    def _finish_chunked(self, call: Call, video: Video) -> dict[str, Any]:
        call.allow("upload_phase", "upload_session_id", "published", "unpublished_content_type", *_WORDS)
        if video.problem:
            raise GraphError(6000, f"There was a problem uploading your video file. {video.problem}", subcode=1363024)
        return self._finish(call, video, "PUBLISHED" if call.flag("published", True) else "DRAFT")

    def _cancel_chunked(self, call: Call, video: Video) -> dict[str, Any]:
        call.allow("upload_phase", "upload_session_id")
        del self.facebook.videos[video.id]
        return {"success": True}

    async def _at_once(self, call: Call, owner: SandboxAccount) -> dict[str, Any]:
        call.allow("file_url", "published", "unpublished_content_type", *_WORDS)
        source = call.files.get("source")
        if source is None and "file_url" not in call.params:
            raise wrong("No video file was given: source, file_url or upload_phase is required")
        data = source.data if source is not None else await fetch(call.params["file_url"])
        if len(data) < 1024:
            raise GraphError(6000, "The video file you selected is too small.", subcode=1363022)
        problem = video_problem(data, reel=False)
        if problem:
            raise GraphError(6000, f"There was a problem uploading your video file. {problem}", subcode=1363024)
        video = self._new(owner, "video")
        video.received += data
        self._uploaded(video)
        self._finish(call, video, "PUBLISHED" if call.flag("published", True) else "DRAFT")
        return {"id": video.id}

    def _offsets(self, video: Video) -> dict[str, str]:
        start = len(video.received)
        return {"start_offset": str(start), "end_offset": str(min(start + self.world.quota("facebook.chunk", CHUNK), video.size or 0))}


class Broken(GraphError):
    """An upload error of rupload: `{"debug_info": {"retriable", "type", "message"}}`."""

    def __init__(self, kind: str, message: str, *, retriable: bool = False) -> None:
        super().__init__(0, message, kind=kind, transient=retriable)

    def body(self) -> dict[str, Any]:
        """As rupload answers."""
        return {"debug_info": {"retriable": self.transient, "type": self.kind, "message": self.message}}
