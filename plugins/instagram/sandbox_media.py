"""What the imitated Instagram does with a file: really fetch it, really look at it.

Codes are those of the Instagram error codes page (publishing errors).
"""

import io
import re

from gaung.plugins.meta.sandbox_error import GraphError

_MIB = 1024 * 1024
_FETCH_SECONDS = 20.0


async def fetch(url: str) -> bytes:
    """The bytes at `url`, as Instagram's own fetcher gets them. Raises `GraphError` 9004/2207052, -2/2207003."""
    import httpx2

    if not url.isascii() or not re.match(r"https?://", url):
        raise GraphError(9004, "The media could not be fetched from this URI.", subcode=2207052)
    try:
        async with httpx2.AsyncClient(timeout=_FETCH_SECONDS, follow_redirects=True, verify=url.startswith("https:")) as client:
            reply = await client.get(url, headers={"user-agent": "facebookexternalhit/1.1"})
    except httpx2.TimeoutException:
        raise GraphError(-2, "It takes too long to download the media.", subcode=2207003) from None
    except httpx2.HTTPError:
        raise GraphError(9004, "The media could not be fetched from this URI.", subcode=2207052) from None
    if reply.status_code != 200 or not reply.content:
        raise GraphError(9004, "The media could not be fetched from this URI.", subcode=2207052)
    return reply.content


def check_picture(data: bytes, *, any_shape: bool = False) -> None:
    """JPEG, at most 8 MiB, in the feed 4:5 to 1.91:1. Source: IG User media reference, image specifications."""
    from PIL import Image, UnidentifiedImageError

    if len(data) > 8 * _MIB:
        raise GraphError(36000, "The image size is too large.", subcode=2207004)
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            kind, (width, height) = image.format, image.size
    except (UnidentifiedImageError, OSError):
        raise GraphError(36001, "The image format is not supported.", subcode=2207005) from None
    if kind != "JPEG":
        raise GraphError(36001, "The image format is not supported.", subcode=2207005)
    if not any_shape and not 0.795 <= width / height <= 1.915:
        raise GraphError(36003, "The submitted image with aspect ratio is not supported.", subcode=2207009)


def check_video(data: bytes) -> float:
    """A reel or a video item; answers its length in seconds. Source: IG User media reference, reel specifications.

    Raises `GraphError` 352/2207026 for whatever the format is at fault.
    """
    import av
    from av.container import InputContainer

    if len(data) > 300 * _MIB:
        raise _bad_video("the file is larger than 300 MB")
    try:
        with av.open(io.BytesIO(data)) as box:
            assert isinstance(box, InputContainer)
            names = set(box.format.name.split(","))
            if not box.streams.video:
                raise _bad_video("there is no video in it")
            video = box.streams.video[0]
            seconds = float(box.duration or 0) / 1_000_000
            rate, codec, width = float(video.average_rate or 0), video.codec_context.name, video.codec_context.width
            sounds = {audio.codec_context.name for audio in box.streams.audio}
    except (av.FFmpegError, ValueError):
        raise _bad_video("it is not a video") from None
    if not names & {"mov", "mp4"} or codec not in ("h264", "hevc") or sounds - {"aac"}:
        raise _bad_video("not MOV or MP4 with H264 or HEVC and AAC")
    if not 2.9 <= seconds <= 900.5 or not 22.9 <= rate <= 60.1 or width > 1920:
        raise _bad_video("length, frame rate or width out of range")
    return seconds


def _bad_video(why: str) -> GraphError:
    return GraphError(352, f"The video format is not supported: {why}.", subcode=2207026)


def check_caption(caption: str) -> None:
    """At most 2200 characters, 30 hashtags, 20 tags of people. Source: IG User media reference, parameter `caption`."""
    words = caption.split()
    tags = sum(word.count("#") for word in words if word.startswith("#"))
    people = sum(word.startswith("@") for word in words)
    if len(caption) > 2200 or tags > 30 or people > 20:
        raise GraphError(36004, "The submitted caption is too long or has too many hashtags or tags.", subcode=2207010)
