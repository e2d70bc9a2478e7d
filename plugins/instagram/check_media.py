"""Problems of one file: its shape, length, type, and whether Instagram can get at it."""

from collections.abc import Iterator
from typing import Literal

from gaung.core.records import Account, Content, Media, Problem
from gaung.plugins.instagram.platform import PLATFORM
from gaung.plugins.instagram.sources import may_upload, reachable, serves_later, way_for

_CONTAINERS = ("video/mp4", "video/quicktime")
_VIDEO_CODECS = ("h264", "hevc")
_MIB = 1024 * 1024

Finding = tuple[str, str, Literal["error", "warning"]]
"""Code, text after the file's name, level."""


def media_problems(account: Account, content: Content, index: int) -> list[Problem]:
    """Everything that is wrong with, or will be changed about, `content.media[index]`."""
    media, field = content.media[index], f"media[{index}]"
    found = _picture(media) if media.kind == "image" else _video(media)
    return [
        *(Problem(code=code, message=f"{media.name}: {text}", field=field, level=level) for code, text, level in found),
        *_access(account, content, media, field),
    ]


def _picture(media: Media) -> Iterator[Finding]:
    low, high = PLATFORM.limit("image_ratio_min"), PLATFORM.limit("image_ratio_max")
    ratio = media.width / media.height
    if not low <= ratio <= high:
        shape = f"width / height is {ratio:.2f} ({media.width}x{media.height}), Instagram takes {low:g} (4:5) to {high:g} (1.91:1)"
        yield "image_ratio", f"{shape}. Crop the picture.", "error"
    least, most = PLATFORM.limit("image_width_min"), PLATFORM.limit("image_width_max")
    if media.width < least:
        yield "image_width", f"is {media.width} pixels wide, Instagram takes {least:.0f} or more. Use a larger picture.", "error"
    if media.width > most:
        yield "image_scaled", f"is {media.width} pixels wide and will be scaled down to {most:.0f}, the widest Instagram keeps.", "warning"
    if media.animated:
        yield "image_still", "is animated; Instagram gets the first frame only. Give a video to keep the motion.", "warning"
    elif media.mime != "image/jpeg":
        yield "image_jpeg", f"is {media.mime}; Instagram takes JPEG only, so a JPEG made of it is sent.", "warning"
    elif media.size > PLATFORM.limit("image_bytes"):
        limit = PLATFORM.limit("image_bytes") / _MIB
        yield "image_bytes", f"has {media.size / _MIB:.1f} MiB, Instagram takes {limit:.0f}; it is compressed more.", "warning"


def _video(media: Media) -> Iterator[Finding]:
    if media.mime not in _CONTAINERS:
        yield "video_type", f"is {media.mime}, Instagram takes MP4 or MOV. Convert it to MP4.", "error"
    if media.video_codec is not None and media.video_codec not in _VIDEO_CODECS:
        yield "video_codec", f"is coded as {media.video_codec}, Instagram takes H.264 or HEVC. Convert it.", "error"
    if media.audio_codec is not None and media.audio_codec != "aac":
        yield "audio_codec", f"has {media.audio_codec} sound, Instagram takes AAC. Convert it.", "error"
    yield from _within("reel_seconds", media.seconds, "seconds long", "Cut it, or use another video.")
    yield from _within("reel_fps", media.fps, "frames a second", "Export it at 30 frames a second.")
    yield from _within("reel_ratio", media.width / media.height, "as width / height", "Crop it; 9:16 is best.")
    if media.size > PLATFORM.limit("reel_bytes"):
        size, limit = media.size / _MIB, PLATFORM.limit("reel_bytes") / _MIB
        yield "reel_bytes", f"has {size:.0f} MiB, Instagram takes {limit:.0f}. Compress it.", "error"
    if media.width > PLATFORM.limit("reel_width_max"):
        limit = PLATFORM.limit("reel_width_max")
        yield "reel_width", f"is {media.width} pixels wide, Instagram takes {limit:.0f}. Scale it down.", "error"


def _within(name: str, value: float | None, unit: str, remedy: str) -> Iterator[Finding]:
    low, high = PLATFORM.limit(f"{name}_min"), PLATFORM.limit(f"{name}_max")
    if value is not None and not low <= round(value, 2) <= high:
        yield name, f"is {value:.2f} {unit}, Instagram takes {low:g} to {high:g}. {remedy}", "error"


def _access(account: Account, content: Content, media: Media, field: str) -> Iterator[Problem]:
    if way_for(account, content, media) is not None or serves_later(account, media):
        return
    if media.kind == "video" and content.options.get("upload") == "resumable" and not may_upload(account):
        message = "This API address offers no resumable upload. Set upload to url or auto."
        yield Problem(code="no_upload", message=message, field="platform.instagram.upload")
    elif media.url is None:
        message = (
            f"{media.name}: Instagram fetches it by its address, and there is none. Set media.public_url to where the store is served."
        )
        yield Problem(code="no_public_url", message=message, field=field)
    elif not reachable(account, media):
        message = f"{media.name}: Instagram cannot fetch it from the address set as media.public_url: {_reason(media)}."
        yield Problem(code="public_url", message=f"{message} Set media.public_url to a public https address.", field=field)


def _reason(media: Media) -> str:
    return "only this machine can reach it" if (media.url or "").isascii() else "it has characters other than ASCII"
