"""Checks of the bytes that the imitated Facebook receives or fetches, by Pillow and PyAV."""

import io

from gaung.core.sandbox.world import StoredFile, World
from gaung.plugins.meta.sandbox_error import wrong

PHOTO_BYTES = 10_000_000
REEL_SECONDS = (2.9, 90.1)
REEL_LEAST = (540, 960)
REEL_FPS = (23.9, 60.1)


async def fetch(url: str) -> bytes:
    """The bytes at `url`, as Facebook's own fetcher gets them. Code 100 when they cannot be had."""
    import httpx2

    if not url.startswith(("http://", "https://")):
        raise wrong("url should represent a valid URL")
    try:
        async with httpx2.AsyncClient(timeout=20.0, follow_redirects=True, verify=url.startswith("https:")) as client:
            reply = await client.get(url, headers={"user-agent": "facebookexternalhit/1.1"})
    except httpx2.HTTPError:
        raise wrong("Missing or invalid image file") from None
    if reply.status_code != 200 or not reply.content:
        raise wrong("Missing or invalid image file")
    return reply.content


def keep_photo(world: World, data: bytes) -> StoredFile:
    """A photo: under 10 MB, not animated, a format that Pillow knows. Source: Photo node reference."""
    from PIL import Image, UnidentifiedImageError

    if len(data) >= PHOTO_BYTES:
        raise wrong("Your photo should be less than 10 MB")
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            kind, frames = image.format or "", getattr(image, "n_frames", 1)
    except (UnidentifiedImageError, OSError):
        raise wrong("Invalid parameter: the file is no image") from None
    if kind not in ("JPEG", "PNG", "BMP", "GIF", "TIFF"):
        raise wrong(f"Invalid parameter: {kind} images are not supported")
    if frames > 1:
        raise wrong("Invalid parameter: animated images are not supported")
    return world.keep(data, Image.MIME.get(kind, "application/octet-stream"))


def video_problem(data: bytes, *, reel: bool) -> str:
    """Why a file cannot be a video or reel; empty when it can. Source: Reels publishing guide, specifications."""
    import av

    try:
        with av.open(io.BytesIO(data), "r") as container:
            stream = container.streams.video[0]
            seconds = float(container.duration or 0) / 1_000_000
            fps, width, height = float(stream.average_rate or 0), stream.width, stream.height
            still = "pipe" in container.format.name or "image2" in container.format.name
    except (av.error.FFmpegError, IndexError, ValueError):
        return "The file is no video."
    if still:
        return "The file is no video but a picture."
    if not reel:
        return ""
    if not REEL_SECONDS[0] <= seconds <= REEL_SECONDS[1]:
        return f"A reel lasts 3 to 90 seconds, this one {seconds:.1f}."
    if not REEL_FPS[0] <= fps <= REEL_FPS[1]:
        return f"A reel has 24 to 60 frames a second, this one {fps:.1f}."
    if width < REEL_LEAST[0] or height < REEL_LEAST[1] or abs(width / height - 9 / 16) > 0.02:
        return f"A reel is 9:16 and 540x960 at least, this one {width}x{height}."
    return ""
