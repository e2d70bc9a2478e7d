"""Real pictures and videos, made by Pillow and PyAV."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from gaung.core.media.store import MediaStore

MakeImage = Callable[..., Path]
MakeVideo = Callable[..., Path]
frame_of: Any = av.VideoFrame.from_image


@pytest.fixture
def make_image(tmp_path: Path) -> MakeImage:
    def make(name: str, size: tuple[int, int] = (64, 48), mode: str = "RGB", color: Any = "red", **save: Any) -> Path:
        path = tmp_path / name
        Image.new(mode, size, color).save(path, **save)
        return path

    return make


@pytest.fixture
def make_noise(tmp_path: Path) -> MakeImage:
    def make(name: str, size: tuple[int, int] = (400, 300), **save: Any) -> Path:
        path = tmp_path / name
        Image.effect_noise(size, 90).convert("RGB").save(path, **save)
        return path

    return make


@pytest.fixture
def make_video(tmp_path: Path) -> MakeVideo:
    def make(
        name: str, size: tuple[int, int] = (64, 96), seconds: float = 1.0, codec: str = "libx264", audio: str = "", **options: Any
    ) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w", options=options.get("container", {})) as container:
            stream: Any = container.add_stream(codec, rate=10)
            stream.width, stream.height = size
            stream.pix_fmt = "yuv420p"
            if ratio := options.get("ratio"):
                stream.sample_aspect_ratio = Fraction(ratio)
            sound: Any = container.add_stream(audio, rate=48000) if audio else None
            for index in range(round(10 * seconds)):
                container.mux(stream.encode(frame_of(Image.new("RGB", size, (index * 5 % 255, 90, 120)))))
            container.mux(stream.encode(None))
            if sound is not None:
                silence = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
                for plane in silence.planes:
                    plane.update(bytes(plane.buffer_size))
                silence.sample_rate = 48000
                for index in range(round(seconds * 48000 / 1024)):
                    silence.pts = index * 1024
                    container.mux(sound.encode(silence))
                container.mux(sound.encode(None))
        return path

    return make


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "store", "http://127.0.0.1:8085/media")
