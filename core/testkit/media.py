"""Real pictures and videos of any size, made by Pillow and PyAV and kept in a real media store."""

import io
import math
import random
from array import array
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gaung.core.media.store import MediaStore
from gaung.core.records import Media

if TYPE_CHECKING:
    from PIL.Image import Image

Key = tuple[Any, ...]


class MediaMaker:
    """Makes media of a size and kind; the same call answers the same file, made once.

    `seed` gives another picture. `public_base` is where the store is served from, for platforms that fetch.
    """

    def __init__(self, root: Path, public_base: str | None = None) -> None:
        self.store = MediaStore(root, public_base)
        self._made: dict[Key, Media] = {}

    def jpeg(self, width: int = 1080, height: int = 1080, *, seed: int = 0, quality: int = 80) -> Media:
        """A JPEG picture."""
        return self._picture("JPEG", "poster.jpg", width, height, seed, quality=quality)

    def png(self, width: int = 1080, height: int = 1080, *, seed: int = 0) -> Media:
        """A PNG picture."""
        return self._picture("PNG", "poster.png", width, height, seed)

    def webp(self, width: int = 1080, height: int = 1080, *, seed: int = 0) -> Media:
        """A WebP picture."""
        return self._picture("WEBP", "poster.webp", width, height, seed)

    def mp4(
        self,
        width: int = 720,
        height: int = 1280,
        seconds: float = 3.0,
        fps: int = 24,
        *,
        seed: int = 0,
        audio: bool = True,
        noisy: bool = False,
    ) -> Media:
        """An H.264 video with an AAC tone. Sides must be even.

        `noisy` makes it large (about 150 KB a frame of 720p), for uploads in pieces.
        """
        key = ("mp4", width, height, seconds, fps, seed, audio, noisy)
        return self._once(key, "spot.mp4", lambda: encode_mp4(width, height, seconds, fps, seed=seed, audio=audio, noisy=noisy))

    def broken(self, name: str = "poster.jpg") -> bytes:
        """Bytes that are no media, for tests of refusals."""
        return b"this is no picture, whatever its name says: " + name.encode()

    def _picture(self, kind: str, name: str, width: int, height: int, seed: int, **options: Any) -> Media:
        def make() -> bytes:
            data = io.BytesIO()
            gradient(width, height, seed).save(data, kind, **options)
            return data.getvalue()

        return self._once((kind, width, height, seed, *options.values()), name, make)

    def _once(self, key: Key, name: str, make: Callable[[], bytes]) -> Media:
        if key not in self._made:
            self._made[key] = self.store.add_bytes(make(), name)
        return self._made[key]


def gradient(width: int, height: int, seed: int = 0) -> "Image":
    """A picture that differs by seed and is neither flat nor large when compressed."""
    from PIL import Image

    ramp = Image.linear_gradient("L").resize((width, height))
    disc = Image.radial_gradient("L").resize((width, height))
    flat = Image.new("L", (width, height), 40 + (seed * 37) % 200)
    return Image.merge("RGB", (ramp, flat, disc))


def noise(width: int, height: int, seed: int = 0) -> "Image":
    """A picture that hardly compresses, the same for the same seed."""
    from PIL import Image

    return Image.frombytes("RGB", (width, height), random.Random(seed).randbytes(width * height * 3))  # noqa: S311 - a picture, no secret


def encode_mp4(width: int, height: int, seconds: float, fps: int, *, seed: int = 0, audio: bool = True, noisy: bool = False) -> bytes:
    """An MP4 file: frames that change once a second, or noise, and a tone of 431 Hz."""
    import av

    data = io.BytesIO()
    picture_frame: Any = av.VideoFrame.from_image
    with av.open(data, "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "crf": "35"})
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        sound: Any = container.add_stream("aac", rate=44100, layout="mono") if audio else None
        frames = [picture_frame((noise if noisy else gradient)(width, height, seed + step)).reformat(format="yuv420p") for step in range(2)]
        for index in range(max(1, round(seconds * fps))):
            frame = frames[(index if noisy else index // fps) % 2]
            frame.pts, frame.time_base = index, Fraction(1, fps)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if sound is not None:
            _add_tone(container, sound, seconds)
    return data.getvalue()


def _add_tone(container: Any, sound: Any, seconds: float) -> None:
    import av

    size = 1024
    wave = array("f", (0.1 * math.sin(step * 2 * math.pi * 10 / size) for step in range(size))).tobytes()
    for start in range(0, int(seconds * 44100), size):
        frame = av.AudioFrame(format="fltp", layout="mono", samples=size)
        frame.sample_rate, frame.pts, frame.time_base = 44100, start, Fraction(1, 44100)
        frame.planes[0].update(wave)
        container.mux(sound.encode(frame))
    container.mux(sound.encode(None))
