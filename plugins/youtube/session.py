"""An upload session: opened once, its URI saved at once, filled from wherever YouTube says it stands."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from gaung.core.errors import Ambiguous, Rejected, Transient
from gaung.core.http import Effect, lost
from gaung.core.records import Account, Attempt, Content, Media
from gaung.plugins.youtube import const, parse, payloads
from gaung.plugins.youtube.client import Client, Progress

CHECKPOINT = "session"


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it is checkpointed: its address, the file it is for, the metadata that was sent, and YouTube's time then."""

    uri: str
    sha256: str
    size: int
    metadata: Mapping[str, Any]
    opened_at: datetime

    @classmethod
    def saved(cls, attempt: Attempt) -> "Session | None":
        """The one that this attempt, or an earlier one of the delivery, opened last."""
        value = attempt.checkpoints.get(CHECKPOINT)
        if not value:
            return None
        opened_at = datetime.fromisoformat(value["opened_at"])
        return cls(value["uri"], value["sha256"], int(value["size"]), value["metadata"], opened_at)

    @classmethod
    def open(cls, client: Client, content: Content, attempt: Attempt) -> "Session":
        """Start a new one and save it before anything else happens."""
        media = file_of(content)
        body = payloads.metadata(content)
        uri, reply = client.open_session(media, body, payloads.PARTS, payloads.notifies(content))
        session = cls(uri, media.sha256, media.size, body, reply.server_now() or datetime.now(UTC))
        attempt.checkpoint(CHECKPOINT, session.as_json())
        return session

    def as_json(self) -> dict[str, Any]:
        """What is checkpointed."""
        return {
            "uri": self.uri,
            "sha256": self.sha256,
            "size": self.size,
            "metadata": dict(self.metadata),
            "opened_at": self.opened_at.isoformat(),
        }

    def fits(self, content: Content) -> bool:
        """Whether it is for this very file and metadata, so that going on with it publishes what was asked for."""
        return self.sha256 == file_of(content).sha256 and self.metadata == payloads.metadata(content)


def send(client: Client, account: Account, session: Session, content: Content, attempt: Attempt, stored: int) -> parse.Video:
    """Send everything after `stored` and answer the video. Only the request with the last byte is irreversible.

    Raises `Transient` while that request was not sent, `Ambiguous` once its outcome is not known.
    """
    media, step = file_of(content), chunk_bytes(account)
    with _bytes_of(media) as file:
        while stored < media.size:
            end = min(stored + step, media.size)
            client.ready()
            if end < media.size:
                effect = Effect.PREPARE
                progress = client.send_bytes(session.uri, media, file, stored, end, effect)
            else:
                effect = Effect.PUBLISH
                with attempt.mutating():
                    progress = client.send_bytes(session.uri, media, file, stored, end, effect)
            if progress.video is not None:
                return progress.video
            stored = _further(progress, stored, effect)
    raise _unanswered(attempt)


def file_of(content: Content) -> Media:
    """The video of a content. `Rejected` when it has none, which validation tells first."""
    media = payloads.video(content)
    if media is None:
        raise Rejected("YouTube takes a video only and the post has none", code="video_missing", field="media")
    return media


def chunk_bytes(account: Account) -> int:
    """The setting, rounded down to what YouTube takes. Source: resumable upload guide."""
    wanted = int(account.settings.get("chunk_bytes") or const.CHUNK_BYTES)
    return max(const.CHUNK_UNIT, wanted - wanted % const.CHUNK_UNIT)


def _further(progress: Progress, stored: int, effect: Effect) -> int:
    """How many bytes are stored now. No step forward is an error, because sending the same again and again ends never."""
    if progress.gone:
        raise lost(effect, "the upload session ended on YouTube's side", "session_gone")
    if progress.stored <= stored:
        raise lost(effect, f"YouTube keeps {progress.stored} bytes and takes no more for now", "no_progress")
    return progress.stored


def _unanswered(attempt: Attempt) -> Exception:
    words = "YouTube holds every byte and has not answered with a video yet"
    if attempt.mutation_started_at is None:
        return Transient(words, code="no_answer")
    return Ambiguous(words, code="no_answer")


@contextmanager
def _bytes_of(media: Media) -> Iterator[BinaryIO]:
    """The file, opened and measured before any byte is sent."""
    try:
        file = media.path.open("rb")
    except OSError as error:
        raise Transient(f"{media.name} cannot be read from the media store: {error.strerror}", code="media_store") from None
    with file:
        size = file.seek(0, 2)
        if size != media.size:
            raise Transient(f"{media.name} has {size} bytes in the media store, not {media.size}", code="media_store")
        yield file
