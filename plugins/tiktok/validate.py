"""Why a content cannot go to a TikTok account. No network: the platform's limits, and what the account was last offered."""

from collections.abc import Iterator
from typing import Any

from gaung.core.records import Account, Content, Media, Problem
from gaung.core.urls import is_loopback
from gaung.plugins.tiktok import const, payloads


def validate(account: Account, content: Content) -> list[Problem]:
    """Every reason, and a warning for whatever TikTok will get changed."""
    if content.format == "video":
        return [*_privacy(account, content), *_switches(account, content), *_cover(content), *_caption(content), *_video(account, content)]
    if content.format in ("photo", "carousel"):
        return [*_privacy(account, content), *_switches(account, content), *_photo_texts(content), *_photos(account, content)]
    text = f"TikTok has no {content.format} posts; leave format out, or use video or photo"
    return [Problem(code="format", message=text, field="platform.tiktok.format")]


def _privacy(account: Account, content: Content) -> Iterator[Problem]:
    privacy, field = content.options.get("privacy"), "platform.tiktok.privacy"
    offered = account.limits.get("privacy_level_options") or const.PRIVACY
    choices = ", ".join(map(str, offered))
    if privacy is None:
        text = f"TikTok wants the privacy chosen for each post; set privacy in [platform.tiktok] to one of {choices}"
        yield Problem(code="privacy_missing", message=text, field=field)
    elif privacy not in offered:
        yield Problem(code="privacy_not_offered", message=f"privacy is {privacy}; this account is offered {choices}", field=field)
    if privacy == const.PRIVATE and content.options.get("brand_content"):
        text = "branded content cannot be SELF_ONLY; choose another privacy or set brand_content = false"
        yield Problem(code="brand_content_private", message=text, field="platform.tiktok.brand_content")


def _switches(account: Account, content: Content) -> Iterator[Problem]:
    names = ("comment", "duet", "stitch") if content.format == "video" else ("comment",)
    for name in names:
        if content.options.get(f"allow_{name}") and account.limits.get(f"{name}_disabled"):
            text = f"the creator has switched {name} off in the app; the post goes out without it"
            yield Problem(code=f"{name}_disabled", message=text, field=f"platform.tiktok.allow_{name}", level="warning")
    if content.format == "video":
        unused = {"auto_add_music": "photos"}
    else:
        unused = {"allow_duet": "videos", "allow_stitch": "videos", "is_aigc": "videos", "cover_timestamp_ms": "videos"}
    for name, what in unused.items():
        if content.options.get(name):
            yield Problem(
                code="left_out", message=f"{name} is for {what} only and is left out", field=f"platform.tiktok.{name}", level="warning"
            )


def _cover(content: Content) -> Iterator[Problem]:
    value, video = content.options.get("cover_timestamp_ms"), payloads.video_of(content)
    if value is None:
        return
    length = (video.seconds or const.VIDEO_SECONDS) * 1000 if video else const.VIDEO_SECONDS * 1000
    if value < 0 or value > length:
        text = f"cover_timestamp_ms is {value}; the video has 0 to {length:.0f} ms"
        yield Problem(code="cover_outside", message=text, field="platform.tiktok.cover_timestamp_ms")


def _too_long(field: str, what: str, text: str, most: int) -> Iterator[Problem]:
    units = payloads.utf16_units(text)
    if units > most:
        message = f"{what} has {units} UTF-16 units, TikTok takes {most}; shorten it, or give a shorter {field} in [platform.tiktok]"
        yield Problem(code=f"{field}_too_long", message=message, field=field)


def _caption(content: Content) -> Iterator[Problem]:
    yield from _too_long("text", "the caption (text and link)", payloads.caption(content), const.CAPTION_UNITS)


def _photo_texts(content: Content) -> Iterator[Problem]:
    yield from _too_long("title", "the title", content.title.strip(), const.PHOTO_TITLE_UNITS)
    yield from _too_long("text", "the description (text and link)", payloads.caption(content), const.PHOTO_TEXT_UNITS)


def _video(account: Account, content: Content) -> Iterator[Problem]:
    videos = [(index, media) for index, media in enumerate(content.media) if media.kind == "video"]
    if len(videos) != 1:
        yield Problem(code="one_video", message=f"a TikTok video post has one video, this one has {len(videos)}", field="media")
        return
    index, video = videos[0]
    longest = min(const.VIDEO_SECONDS, account.limits.get("max_video_post_duration_sec") or const.VIDEO_SECONDS)
    yield from (Problem(code=code, message=f"{video.name} {text}", field=f"media[{index}]") for code, text in _video_faults(video, longest))


def _video_faults(video: Media, longest: float) -> Iterator[tuple[str, str]]:
    (slow, fast), (small, large) = const.VIDEO_FPS, const.VIDEO_PIXELS
    if video.mime not in const.VIDEO_TYPES:
        yield "video_type", f"is {video.mime}; TikTok takes MP4, MOV and WebM: export it as MP4"
    if video.video_codec is not None and video.video_codec not in const.VIDEO_CODECS:
        yield "video_codec", f"uses {video.video_codec}; TikTok takes H.264, H.265, VP8 and VP9: export it with H.264"
    if video.size > const.VIDEO_BYTES:
        yield "video_bytes", f"has {video.size:,} bytes, TikTok takes {const.VIDEO_BYTES:,}; export it smaller"
    if video.seconds is not None and video.seconds > longest:
        yield "video_seconds", f"lasts {video.seconds:.1f} s, this account may post {longest:.0f} s; cut it"
    if video.fps is not None and not slow - 0.05 <= video.fps <= fast + 0.05:
        yield "video_fps", f"has {video.fps:.2f} frames a second, TikTok takes {slow} to {fast}; export it anew"
    if min(video.width, video.height) < small or max(video.width, video.height) > large:
        yield "video_pixels", f"is {video.width} x {video.height}, TikTok takes {small} to {large} pixels a side; export it anew"


def _photos(account: Account, content: Content) -> Iterator[Problem]:
    photos = [(index, media) for index, media in enumerate(content.media) if media.kind == "image"]
    if not 1 <= len(photos) <= const.PHOTOS:
        text = f"a TikTok photo post has 1 to {const.PHOTOS} photos, this one has {len(photos)}"
        yield Problem(code="photo_count", message=text, field="media")
    if photos and (problem := _unreachable(account, photos[0][1])):
        yield problem
    for index, photo in photos:
        changes = ", ".join(_changes(photo))
        if changes:
            text = f"{photo.name} is sent as a JPEG: {changes}"
            yield Problem(code="photo_converted", message=text, field=f"media[{index}]", level="warning")


def _changes(photo: Media) -> Iterator[str]:
    width, height = payloads.photo_box(photo)
    if photo.animated:
        yield "only its first picture"
    if photo.mime not in ("image/jpeg", "image/webp"):
        yield f"TikTok takes no {photo.mime}"
    if photo.width > width or photo.height > height:
        yield f"{photo.width} x {photo.height} is more than {width} x {height} pixels"
    if photo.size > const.PHOTO_BYTES:
        yield f"{photo.size:,} bytes are more than {const.PHOTO_BYTES:,}"


def _unreachable(account: Account, photo: Media) -> Problem | None:
    """A media address that TikTok cannot fetch from. None known yet is for the worker to judge."""
    api: Any = account.settings.get("api_url") or const.API_URL
    if photo.url is None or photo.url.startswith("https://") or is_loopback(str(api)):
        return None
    return Problem(code="public_url_not_https", message=f"{const.PULL_NEEDS_HTTPS}: correct media.public_url", field="media")
