"""Publishing, asking how far it is, and going on with a half upload."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gaung.core.errors import Ambiguous, PlatformError, Rejected, Transient, Unsupported, UserError
from gaung.core.http import Effect
from gaung.core.records import Account, Attempt, CheckAnswer, Content, Media, Pending, PublishAnswer, Published
from gaung.core.urls import is_loopback
from gaung.plugins.tiktok import client, const, errors, find, parse, payloads, upload

PUBLISH_ID = "publish_id"
REFUSED = "refused"
ID_POLLS = "id_polls"


def publish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """Post a video by upload, or photos by having TikTok fetch them."""
    if content.format == "video":
        return _video(account, content, attempt)
    if content.format in ("photo", "carousel"):
        return _photos(account, content, attempt)
    raise Unsupported(f"TikTok has no {content.format} posts: give a video or photos", code="format")


def finish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """Go on with the upload that is saved; never open another one."""
    media, half = payloads.video_of(content), upload.saved(attempt)
    if media is None or half is None:
        raise Ambiguous("there is no upload to go on with", code="no_upload")
    done = upload.received(account, half)
    if done is None:
        raise Transient("the upload can no longer be finished", code="upload_over")
    return _send(account, attempt, media, half, done)


def check(account: Account, content: Content, attempt: Attempt) -> CheckAnswer:
    """Ask how far TikTok is. A refusal for good is `Rejected`, with TikTok's own code."""
    publish_id = find.publish_id(attempt)
    if publish_id is None:
        raise Ambiguous("TikTok gave no publish id to ask about", code="no_publish_id")
    try:
        status, now = client.status(account, publish_id)
    except Rejected as error:
        raise Ambiguous(error.message, code=error.code) from None
    if status.state == "PUBLISH_COMPLETE":
        return _complete(account, content, attempt, status)
    if status.state == "FAILED":
        raise errors.from_failure(status.fail_reason)
    if status.state == "SEND_TO_USER_INBOX":
        raise Rejected("TikTok put the post into the creator's inbox as a draft: finish it in the app", code="sent_to_inbox")
    half = upload.saved(attempt)
    stuck = status.state == "PROCESSING_UPLOAD" and half and (status.uploaded or 0) < half.plan.size and not half.alive(now)
    if stuck or status.state not in ("PROCESSING_UPLOAD", "PROCESSING_DOWNLOAD"):
        raise Ambiguous(f"TikTok's status is {status.state}, which leads nowhere", code=status.state)
    return Pending(_poll(account), note=status.state)


def _video(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    media = payloads.video_of(content)
    if media is None:
        raise Unsupported("the post has no video", code="no_video")
    if not media.path.is_file():
        raise Transient(f"{media.name} is not in the media store of this machine", code="no_file")
    half = upload.saved(attempt)
    done = upload.received(account, half) if half and half.plan.size == media.size else None
    if half is None or done is None:
        content = _allowed(account, content, media)
        _forget(attempt)
        half, done = upload.begin(account, content, attempt, media), 0
    return _send(account, attempt, media, half, done)


def _send(account: Account, attempt: Attempt, media: Media, half: upload.Upload, done: int) -> Pending:
    if done < half.plan.size:
        upload.send(account, attempt, media, half, done)
    return Pending(_poll(account), note="TikTok has the video and publishes it")


def _photos(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    if not payloads.photos_of(content):
        raise Unsupported("the post has no photo", code="no_photo")
    if _under_way(account, attempt):
        return Pending(_poll(account), note="TikTok has the photos already")
    content = _allowed(account, content, None)
    body = payloads.photo_init(content, [_pulled(account, photo) for photo in payloads.photos_of(content)])
    _forget(attempt)
    with attempt.mutating():
        try:
            answer = client.content_init(account, body)
        except Ambiguous:
            raise
        except PlatformError as error:
            # TikTok said no, so nothing exists: `find` must know, for no call lists what was begun.
            attempt.checkpoint(REFUSED, error.code or error.kind)
            raise
        attempt.checkpoint(PUBLISH_ID, parse.text(answer.data, "publish_id", Effect.PUBLISH))
    return Pending(_poll(account), note="TikTok fetches the photos and publishes them")


def _under_way(account: Account, attempt: Attempt) -> bool:
    """Whether photos that an earlier try handed over still come, or are there."""
    publish_id = find.publish_id(attempt)
    if publish_id is None:
        return False
    try:
        return client.status(account, publish_id)[0].state != "FAILED"
    except Rejected:
        return False


def _forget(attempt: Attempt) -> None:
    """Drop what an earlier, failed try left, before anything new begins: `find` must never look at the wrong publish."""
    for key in (upload.KEY, PUBLISH_ID, REFUSED, ID_POLLS):
        if attempt.checkpoints.get(key) is not None:
            attempt.checkpoint(key, None)


def _allowed(account: Account, content: Content, video: Media | None) -> Content:
    """The content as the creator may post it now. TikTok wants this asked before every post (source: Content Sharing Guidelines)."""
    privacy = content.options.get("privacy")
    if privacy is None:
        raise Rejected("privacy is not chosen: set it in [platform.tiktok]", code="privacy_missing", field="platform.tiktok.privacy")
    creator = client.creator_info(account)
    offered = creator.get("privacy_level_options")
    if isinstance(offered, list) and privacy not in offered:
        text = f"{privacy} is not offered to this creator, only {', '.join(map(str, offered))}"
        raise Rejected(text, code="privacy_level_option_mismatch", field="platform.tiktok.privacy")
    longest = creator.get("max_video_post_duration_sec")
    if video and video.seconds and isinstance(longest, int) and video.seconds > longest:
        text = f"the video lasts {video.seconds:.1f} s, this creator may post {longest} s"
        raise Rejected(text, code="duration_check_failed", field="media")
    return replace(content, options=dict(content.options) | _switched_off(creator))


def _switched_off(creator: Mapping[str, Any]) -> dict[str, bool]:
    """What the creator has switched off in the app may not be asked for."""
    return {f"allow_{name}": False for name in ("comment", "duet", "stitch") if creator.get(f"{name}_disabled") is True}


def _pulled(account: Account, photo: Media) -> str:
    """Where TikTok can fetch the photo as a JPEG it takes."""
    from gaung.core.media.renditions import as_jpeg

    width, height = payloads.photo_box(photo)
    try:
        url = as_jpeg(photo, max_bytes=const.PHOTO_BYTES, max_width=width, max_height=height).url
    except UserError as error:
        raise Rejected(str(error), code="media") from None
    if url is None:
        raise Rejected(f"{const.PULL_NEEDS_HTTPS}: set media.public_url", code="no_public_url")
    if not url.startswith("https://") and not is_loopback(str(account.settings["api_url"])):
        raise Rejected(f"{const.PULL_NEEDS_HTTPS}: media.public_url is not https", code="public_url_not_https")
    return url


def _complete(account: Account, content: Content, attempt: Attempt, status: parse.Status) -> CheckAnswer:
    """Published; a public post's id may come later than that, and is waited for only so long."""
    if status.post_id:
        return Published(status.post_id, payloads.post_url(account.handle, content, status.post_id))
    if content.options.get("privacy") != const.PUBLIC:
        return Published(None, None)
    polls = int(attempt.checkpoints.get(ID_POLLS) or 0)
    if polls < len(const.ID_POLLS):
        attempt.checkpoint(ID_POLLS, polls + 1)
        return Pending(_poll(account) * const.ID_POLLS[polls], note="published; TikTok has not given the id yet")
    try:
        return find.by_list(account, content, attempt) or Published(None, None)
    except PlatformError:
        return Published(None, None)  # it is published, whatever else cannot be learnt


def _poll(account: Account) -> float:
    return float(account.settings.get("poll_seconds", 10))
