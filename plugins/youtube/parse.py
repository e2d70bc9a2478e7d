"""YouTube's answers as our values: extra keys are ignored, a missing one is named."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gaung.core.http import Effect, lost

_RANGE = re.compile(r"bytes=0-(\d+)")


@dataclass(frozen=True, slots=True)
class Video:
    """A video of ours. `upload` is uploaded | processed | failed | rejected | deleted, `processing` its processingStatus or ""."""

    id: str
    upload: str
    failure: str = ""
    rejection: str = ""
    processing: str = ""
    processing_failure: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """An item of the channel's uploads."""

    video: str
    title: str
    description: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Channel:
    """The channel that a token stands for. `long_uploads` is YouTube's `longUploadsStatus`, "" when it did not say."""

    id: str
    title: str
    handle: str
    uploads: str
    long_uploads: str


def need(value: Any, *path: str, effect: Effect = Effect.READ) -> Any:
    """The value below `path`; raises `Transient` (`Ambiguous` for a PUBLISH reply) that names what is missing."""
    for depth, key in enumerate(path):
        if not isinstance(value, Mapping) or key not in value:
            raise lost(effect, f"YouTube's answer has no {'.'.join(path[: depth + 1])}", code="bad_reply")
        value = value[key]
    return value


def video(item: Any, effect: Effect = Effect.READ) -> Video:
    """A `youtube#video` resource with part `status` (and `processingDetails`)."""
    status = item.get("status") or {} if isinstance(item, Mapping) else {}
    details = item.get("processingDetails") or {} if isinstance(item, Mapping) else {}
    return Video(
        id=str(need(item, "id", effect=effect)),
        upload=str(status.get("uploadStatus", "")),
        failure=str(status.get("failureReason", "")),
        rejection=str(status.get("rejectionReason", "")),
        processing=str(details.get("processingStatus", "")),
        processing_failure=str(details.get("processingFailureReason", "")),
    )


def upload(item: Any) -> Upload:
    """A `youtube#playlistItem` resource of the uploads playlist, with part `snippet`."""
    snippet = need(item, "snippet")
    return Upload(
        video=str(need(item, "snippet", "resourceId", "videoId")),
        title=str(snippet.get("title", "")),
        description=str(snippet.get("description", "")),
        created_at=moment(str(need(item, "snippet", "publishedAt"))),
    )


def channel(item: Any) -> Channel:
    """A `youtube#channel` resource with parts `snippet`, `contentDetails` and `status`."""
    snippet = item.get("snippet") or {} if isinstance(item, Mapping) else {}
    status = item.get("status") or {} if isinstance(item, Mapping) else {}
    return Channel(
        id=str(need(item, "id")),
        title=str(snippet.get("title", "")),
        handle=str(snippet.get("customUrl", "")).lstrip("@"),
        uploads=str(need(item, "contentDetails", "relatedPlaylists", "uploads")),
        long_uploads=str(status.get("longUploadsStatus", "")),
    )


def moment(text: str) -> datetime:
    """An RFC 3339 time as an aware datetime. Raises `Transient` when it is none."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise lost(Effect.READ, "YouTube's answer has a time that is none", code="bad_reply") from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def stored(header: str, total: int, effect: Effect) -> int:
    """How many bytes a session holds, by the `Range` header of a 308; no header: none. Source: resumable upload guide."""
    if not header:
        return 0
    match = _RANGE.fullmatch(header.strip())
    if match is None or int(match[1]) >= total:
        raise lost(effect, "the upload session's Range header makes no sense", code="bad_reply")
    return int(match[1]) + 1
