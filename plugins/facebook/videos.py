"""Reels and ordinary videos: bytes first, then one short publishing call, then waiting for Facebook.

An ordinary video goes up in chunks (start, transfer, finish): the current guide's Resumable Upload API wants a user token and the app's
id, and one multipart call would put all bytes into the irreversible call. Where a server refuses to start in chunks, the one call it is.
"""

from gaung.core.errors import Rejected
from gaung.core.records import Account, Attempt, CheckAnswer, Content, Pending, PublishAnswer, Ready
from gaung.plugins.facebook import const, payloads
from gaung.plugins.facebook.chunks import Upload, send_chunks
from gaung.plugins.facebook.client import Facebook
from gaung.plugins.facebook.parse import VideoState
from gaung.plugins.facebook.publish import published
from gaung.plugins.facebook.slices import Slice


def publish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """Bring the bytes there, publish, and answer `Pending`."""
    api = Facebook(account)
    known = attempt.checkpoints.get("video_id")
    state = api.video(str(known)) if known else None
    if known and state is not None and state.published:
        return published(api, str(known))
    if content.format == "reel":
        _send_reel(api, content, attempt, state)
    elif not send_chunks(api, content, attempt, usable=state is None or state.problem is None):
        return _at_once(api, account, content, attempt)
    return finish(account, content, attempt)


def check(account: Account, content: Content, attempt: Attempt) -> CheckAnswer:
    """How far the video is. `Ready` only while no publishing call was acknowledged, so that none is made twice."""
    api = Facebook(account)
    video = str(attempt.checkpoints["video_id"])
    state = api.video(video)
    if state is None:
        raise Rejected(f"video {video} does not exist any more", code="video_gone")
    if state.problem is not None:
        raise Rejected(state.problem, code=state.code)
    if state.published:
        return published(api, video)
    if state.idle and attempt.checkpoints.get("finished") != video:
        return Ready(f"video {video} is uploaded and not published")
    return Pending(poll_seconds(account), f"Facebook is working on {content.format} {video}")


def finish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """The publishing call: finish the upload with its words. Finishing one video twice makes no second one."""
    api = Facebook(account)
    video = str(attempt.checkpoints["video_id"])
    upload = None if content.format == "reel" else Upload.saved(attempt)
    words = payloads.words(content)
    with attempt.mutating():
        if upload is None:
            api.finish_reel(video, words)
        else:
            api.finish_video(upload.session, words)
    attempt.checkpoint("finished", video)
    return Pending(poll_seconds(account), f"Facebook is working on video {video}")


def poll_seconds(account: Account) -> float:
    """Seconds between two looks."""
    return float(account.settings.get("poll_seconds") or const.POLL_SECONDS)


def _send_reel(api: Facebook, content: Content, attempt: Attempt, state: VideoState | None) -> None:
    media = content.media[0]
    if state is None or state.problem is not None:
        video, returned = api.start_reel()
        attempt.checkpoint("video_id", video)
        attempt.checkpoint("upload_url", returned)
        offset = 0
    else:
        if state.uploaded:
            return
        video, returned, offset = str(attempt.checkpoints["video_id"]), attempt.checkpoints.get("upload_url"), state.uploaded_bytes
    api.send_reel(api.upload_address(video, returned), media.path, media.size, offset)


def _at_once(api: Facebook, account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    media = content.media[0]
    with Slice(media.path, 0, media.size) as part, attempt.mutating():
        video = api.video_at_once(part, f"{media.sha256[:16]}{media.extension}", media.mime, payloads.words(content))
    attempt.checkpoint("video_id", video)
    attempt.checkpoint("finished", video)
    return Pending(poll_seconds(account), f"Facebook is working on video {video}")
