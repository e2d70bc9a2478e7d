"""Facebook's answers as our values: tolerant of extra keys, and a missing one is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gaung.core.http import Effect, lost
from gaung.plugins.facebook.const import SITE
from gaung.plugins.meta.times import moment

Body = Mapping[str, Any]

_DONE = frozenset({"complete", "completed"})
"""The Reels guide's enumeration says `completed`, its samples print `complete`."""
_DEAD = frozenset({"error", "expired", "upload_failed"})
_UPLOADED = frozenset({"upload_complete", "processing", "ready"})


@dataclass(frozen=True, slots=True)
class Post:
    """One post of a Page. `application` is the id of the app that made it, where Facebook tells."""

    id: str
    message: str
    created_at: datetime
    url: str | None = None
    application: str | None = None


@dataclass(frozen=True, slots=True)
class Offsets:
    """What the chunked upload wants next; equal: all bytes are there."""

    start: int
    end: int

    @property
    def done(self) -> bool:
        """Nothing more is wanted."""
        return self.start >= self.end


@dataclass(frozen=True, slots=True)
class VideoState:
    """How far a reel or video is.

    `idle`: the bytes are there and Facebook does nothing with them, so the publishing step was not taken (or only just now).
    `problem`: the platform's own words when it failed for good.
    """

    uploaded: bool
    uploaded_bytes: int
    idle: bool
    published: bool
    problem: str | None
    code: str = ""


def text(body: Body, key: str, effect: Effect) -> str:
    """A text or number that must be there, as text. What is missing is named: `Ambiguous` for a publishing call, else `Transient`."""
    value = body.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise lost(effect, f"the answer has no {key}", code="bad_reply")
    return str(value)


def acknowledged(body: Body, effect: Effect) -> None:
    """`{"success": true}`, or the same as text, which some of Meta's pages print."""
    if body.get("success") not in (True, "true"):
        raise lost(effect, "the answer does not say success", code="bad_reply")


def offsets(body: Body, effect: Effect) -> Offsets:
    """`start_offset` and `end_offset`, as text or as numbers."""
    try:
        return Offsets(int(text(body, "start_offset", effect)), int(text(body, "end_offset", effect)))
    except ValueError:
        raise lost(effect, "start_offset and end_offset are no numbers", code="bad_reply") from None


def post(body: Body, said: str = "message") -> Post:
    """A post; `said` is where a video keeps its text (`description`)."""
    try:
        created = moment(text(body, "created_time", Effect.READ))
    except ValueError:
        raise lost(Effect.READ, "created_time is no time", code="bad_reply") from None
    application = body.get("application")
    app = application.get("id") if isinstance(application, Mapping) else None
    return Post(
        id=text(body, "id", Effect.READ),
        message=str(body.get(said) or ""),
        created_at=created,
        url=link(body),
        application=str(app) if app else None,
    )


def link(body: Body) -> str | None:
    """`permalink_url`; a video's comes without a host."""
    value = body.get("permalink_url")
    if not isinstance(value, str) or not value:
        return None
    return f"{SITE}{value}" if value.startswith("/") else value


def video(body: Body) -> VideoState:
    """The `status` of a video. Without one (an older answer) what exists counts as published: only a finished video can be read."""
    status = body.get("status")
    if not isinstance(status, Mapping):
        return VideoState(uploaded=True, uploaded_bytes=0, idle=False, published=True, problem=None)
    overall = str(status.get("video_status") or "")
    uploading, processing, publishing = (_phase(status, name) for name in ("uploading_phase", "processing_phase", "publishing_phase"))
    state = str(publishing.get("publish_status") or "")
    published = state == "published" or (not state and publishing.get("status") in _DONE)
    if not publishing and overall == "ready":
        published = True
    failed = _failure(overall, {"uploading": uploading, "processing": processing, "publishing": publishing}, state)
    uploaded = uploading.get("status") in _DONE or overall in _UPLOADED
    working = "in_progress" in (processing.get("status"), publishing.get("status")) or overall == "processing"
    return VideoState(
        uploaded=uploaded,
        # The guide spells bytes_transfered, the Business SDK bytes_transferred.
        uploaded_bytes=_count(uploading.get("bytes_transfered", uploading.get("bytes_transferred"))),
        idle=uploaded and not working and not published and failed is None,
        published=published and failed is None,
        problem=failed[1] if failed else None,
        code=failed[0] if failed else "",
    )


def _failure(overall: str, phases: Mapping[str, Body], publish_status: str) -> tuple[str, str] | None:
    for name, phase in phases.items():
        if phase.get("status") == "error" or (name == "publishing" and publish_status == "error"):
            code, message = _reason(phase)
            return code or f"{name}_phase", message or f"{name} failed"
    if overall in _DEAD:
        return f"video_status/{overall}", f"the video's status is {overall}"
    return None


def _reason(phase: Body) -> tuple[str, str]:
    """`error{message}` as in the guide, or `errors[]` as in the SDK."""
    found = phase.get("error") or phase.get("errors")
    first = found[0] if isinstance(found, list) and found else found
    if not isinstance(first, Mapping):
        return "", str(first or "")
    return str(first.get("code") or ""), str(first.get("message") or "")


def _phase(status: Body, name: str) -> Body:
    phase = status.get(name)
    return phase if isinstance(phase, Mapping) else {}


def _count(value: Any) -> int:
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else 0
