"""What the imitated Facebook knows beside posts: photos and videos, and how far each is."""

from dataclasses import dataclass, field
from typing import Any, Literal

from gaung.core.sandbox.base import SandboxPost
from gaung.core.sandbox.world import StoredFile

APP_NAME = "Gaung (contoh)"


@dataclass(slots=True, kw_only=True)
class Photo:
    """A photo of a Page; `story` is the post that shows it, None while it is unpublished."""

    id: str
    page: str
    file: StoredFile
    created_at: float
    alt_text: str = ""
    story: str | None = None


@dataclass(slots=True, kw_only=True)
class Video:
    """A reel or video from its start on. `size` None: the bytes came in one call, or will be fetched."""

    id: str
    page: str
    kind: Literal["reel", "video"]
    created_at: float
    size: int | None = None
    session: str = ""
    received: bytearray = field(default_factory=bytearray, repr=False)
    uploaded: bool = False
    problem: str = ""
    finished_at: float | None = None
    state: Literal["PUBLISHED", "SCHEDULED", "DRAFT"] = "DRAFT"
    publish_time: float = 0.0
    fails: bool = False
    title: str = ""
    description: str = ""
    file: StoredFile | None = None
    post: SandboxPost | None = None

    def processed(self, now: float, seconds: float) -> bool:
        """Whether Facebook's work on it is over."""
        return self.finished_at is not None and now >= self.finished_at + seconds

    def published(self, now: float, seconds: float) -> bool:
        """Whether everybody can see it."""
        due = self.state == "PUBLISHED" or (self.state == "SCHEDULED" and now >= self.publish_time)
        return self.processed(now, seconds) and due and not self.broken

    @property
    def broken(self) -> bool:
        """Whether it will never be published."""
        return bool(self.problem) or self.fails

    def status(self, now: float, seconds: float) -> dict[str, Any]:
        """The `status` field. Source: Reels publishing guide (`bytes_transfered` is the official spelling)."""
        done = self.processed(now, seconds)
        uploading: dict[str, Any] = {"status": "complete" if self.uploaded else "in_progress", "bytes_transfered": len(self.received)}
        processing: dict[str, Any] = {"status": "not_started"}
        publishing: dict[str, Any] = {"status": "not_started"}
        overall = "upload_complete" if self.uploaded else "uploading"
        if self.problem:
            overall, uploading["status"], uploading["error"] = "upload_failed", "error", {"message": self.problem}
        elif self.finished_at is not None and not done:
            overall, processing["status"] = "processing", "in_progress"
        elif done and self.fails:
            overall, processing["status"] = "error", "error"
            processing["error"] = {"code": 1363026, "message": "The video could not be processed."}
        elif done:
            overall, processing["status"], publishing = "ready", "complete", self._publishing(now, seconds)
        return {"video_status": overall, "uploading_phase": uploading, "processing_phase": processing, "publishing_phase": publishing}

    def _publishing(self, now: float, seconds: float) -> dict[str, Any]:
        if self.published(now, seconds):
            return {"status": "complete", "publish_status": "published", "publish_time": int(self.publish_time)}
        return {"status": "not_started", "publish_status": "scheduled" if self.state == "SCHEDULED" else "draft"}
