"""The chunked upload of an ordinary video: a session that survives the process that began it."""

from dataclasses import dataclass

from gaung.core.errors import PlatformError, Rejected, Transient
from gaung.core.http import Effect
from gaung.core.records import Attempt, Content, Media
from gaung.plugins.facebook import parse
from gaung.plugins.facebook.client import Facebook
from gaung.plugins.facebook.const import MAX_SLICE
from gaung.plugins.facebook.parse import Offsets
from gaung.plugins.facebook.slices import Slice
from gaung.plugins.meta.failure import Failure

UPLOAD_PROBLEM = 6000
BAD_OFFSET = 1363037
"""Subcode: the session is elsewhere; `error_data` says where. Source: Video API error codes."""
MAX_CORRECTIONS = 3
"""Offsets that a server may correct without having taken a byte, before we stop."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A session and what it wants next, as kept in the checkpoint `upload`."""

    session: str
    offsets: Offsets

    @classmethod
    def saved(cls, attempt: Attempt) -> "Upload | None":
        """The session of this delivery, if one was begun."""
        kept = attempt.checkpoints.get("upload")
        if not isinstance(kept, dict):
            return None
        return cls(str(kept["session"]), Offsets(int(kept["start"]), int(kept["end"])))

    def save(self, attempt: Attempt) -> "Upload":
        """Keep it, and answer it."""
        attempt.checkpoint("upload", {"session": self.session, "start": self.offsets.start, "end": self.offsets.end})
        return self


def send_chunks(api: Facebook, content: Content, attempt: Attempt, *, usable: bool) -> bool:
    """Bring all bytes into a session. False where the server refuses to begin one; nothing is visible either way.

    A saved session goes on where it was, unless `usable` is False (its video failed); one that the server does not know is begun anew.
    """
    media = content.media[0]
    saved = Upload.saved(attempt) if usable else None
    if saved is not None:
        try:
            _transfer(api, media, attempt, saved)
            return True
        except (Rejected, Transient) as error:
            cause = error.__cause__
            if isinstance(error, Transient) and not (isinstance(cause, Failure) and cause.code == UPLOAD_PROBLEM):
                raise  # nothing is said of the session: it may well go on
    try:
        session, video, offsets = api.start_video(media.size)
    except Rejected as error:
        if error.code != "100" and not error.code.startswith("100/"):
            raise
        return False
    attempt.checkpoint("video_id", video)
    _transfer(api, media, attempt, Upload(session, offsets).save(attempt))
    return True


def _transfer(api: Facebook, media: Media, attempt: Attempt, upload: Upload) -> None:
    corrections = 0
    while not upload.offsets.done:
        start = upload.offsets.start
        end = min(upload.offsets.end, start + MAX_SLICE)
        try:
            with Slice(media.path, start, end) as part:
                offsets = api.transfer_video(upload.session, part, start)
        except Transient as error:
            offsets = _corrected(error)
            corrections += 1
            if corrections > MAX_CORRECTIONS:
                raise
        upload = Upload(upload.session, offsets).save(attempt)


def _corrected(error: PlatformError) -> Offsets:
    """The offsets that a refused transfer names; raises the error again when it names none."""
    cause = error.__cause__
    if not isinstance(cause, Failure) or cause.subcode != BAD_OFFSET or not cause.data:
        raise error
    return parse.offsets(cause.data, Effect.PREPARE)
