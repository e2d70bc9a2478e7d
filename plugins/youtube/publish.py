"""From a file to a video: upload, wait for YouTube's processing, and delete."""

from gaung.core.errors import Ambiguous, Rejected
from gaung.core.http import Effect, lost
from gaung.core.records import Account, Attempt, CheckAnswer, Content, Deleted, Pending, Publication, PublishAnswer, Published, Ready
from gaung.plugins.youtube import const, parse
from gaung.plugins.youtube.client import Client
from gaung.plugins.youtube.errors import refusal
from gaung.plugins.youtube.session import Session, send

VIDEO = "video"
"""Checkpoint: the id of the finished upload. Once it is known nothing is uploaded again."""


def publish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """Upload the video, going on with a saved session that is still good."""
    if attempt.checkpoints.get(VIDEO):
        return Pending(poll_seconds(account), "uploaded, being processed")
    client = Client(account)
    session = Session.saved(attempt)
    if session is not None and session.fits(content):
        progress = client.session_progress(session.uri, session.size)
        if progress.video is not None:
            return uploaded(account, attempt, progress.video)
        if not progress.gone:
            video = send(client, account, session, content, attempt, progress.stored)
            return uploaded(account, attempt, video)
    if attempt.mutation_started_at is not None:
        raise Ambiguous("the upload session is gone after its last bytes were sent", code="session_gone")
    session = Session.open(client, content, attempt)
    return uploaded(account, attempt, send(client, account, session, content, attempt, 0))


def check(account: Account, attempt: Attempt) -> CheckAnswer:
    """How far the video is. Raises `Rejected` with YouTube's own reason when processing failed for good."""
    client = Client(account)
    video_id = attempt.checkpoints.get(VIDEO)
    if video_id is None:
        return _check_session(client, account, attempt)
    video, _ = client.video(str(video_id))
    if video is None:
        raise Ambiguous(f"YouTube took video {video_id} and lists it no longer", code="videoNotFound")
    return judge(account, video)


def finish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """Send what a half upload lacks.

    Raises `Ambiguous` when the session is gone after the last bytes were sent, `Transient` when they surely were not:
    a new try may start anew.
    """
    if attempt.checkpoints.get(VIDEO):
        return Pending(poll_seconds(account), "uploaded, being processed")
    client = Client(account)
    session = Session.saved(attempt)
    progress = client.session_progress(session.uri, session.size) if session else None
    if session is None or progress is None or progress.gone:
        effect = Effect.PREPARE if attempt.mutation_started_at is None else Effect.PUBLISH
        raise lost(effect, "there is no upload session left to go on with", "session_gone")
    video = progress.video or send(client, account, session, content, attempt, progress.stored)
    return uploaded(account, attempt, video)


def delete(account: Account, publication: Publication) -> Deleted:
    """Delete the video; one that is gone already counts as deleted. Raises `Rejected` when YouTube refuses. 50 units."""
    if publication.external_id is None:
        raise Rejected("the video's id is not known, so it cannot be deleted here", code="no_id")
    reply = Client(account).delete(publication.external_id)
    if reply.ok:
        return Deleted()
    error = refusal(reply)
    if error.code == "videoNotFound":
        return Deleted("it was gone already")
    raise error


def uploaded(account: Account, attempt: Attempt, video: parse.Video) -> PublishAnswer:
    """Save the id of a finished upload, then say what it is worth."""
    attempt.checkpoint(VIDEO, video.id)
    return judge(account, video)


def judge(account: Account, video: parse.Video) -> PublishAnswer:
    """`Published` once YouTube has processed the video, `Pending` before. Raises `Rejected` when it failed or was refused.

    `uploaded` is not yet `Published`, because a video can still fail or be rejected then. Source: discovery document, VideoStatus.
    """
    if video.upload == "processed":
        return Published(video.id, const.WATCH_URL + video.id)
    if video.upload == "failed":
        raise _failed(video, video.failure or video.processing_failure or "failed")
    if video.upload == "rejected":
        code = video.rejection or "rejected"
        raise Rejected(f"YouTube rejected video {video.id}: {const.REJECTIONS.get(code, code)}", code=code)
    if video.upload == "deleted":
        raise Rejected(f"video {video.id} was deleted on YouTube", code="deleted")
    if video.processing in ("failed", "terminated"):
        raise _failed(video, video.processing_failure or video.processing)
    return Pending(poll_seconds(account), f"being processed ({video.processing or video.upload or 'no state yet'})")


def poll_seconds(account: Account) -> float:
    """Seconds between two looks."""
    return float(account.settings.get("poll_seconds") or 30)


def _check_session(client: Client, account: Account, attempt: Attempt) -> CheckAnswer:
    session = Session.saved(attempt)
    progress = client.session_progress(session.uri, session.size) if session else None
    if session is None or progress is None or progress.gone:
        raise Ambiguous("neither a video nor an upload session is known any more", code="session_gone")
    if progress.video is not None:
        return uploaded(account, attempt, progress.video)
    return Ready(f"{progress.stored} of {session.size} bytes are stored")


def _failed(video: parse.Video, code: str) -> Rejected:
    return Rejected(f"YouTube could not process video {video.id}: {const.FAILURES.get(code, code)}", code=code)
