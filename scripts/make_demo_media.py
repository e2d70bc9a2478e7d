"""Draws the demo's picture and video: `python scripts/make_demo_media.py`. Flat shapes, own design, no one's logo.

Colours keep a contrast of at least 7:1 between text and ground (WCAG AAA).
"""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).parent.parent / "core" / "demo"

NAVY, TEAL, CREAM, AMBER, INK, WHITE = "#0b2545", "#13604f", "#fdf6e3", "#f2b134", "#14213d", "#ffffff"
FPS, SECONDS = 30, 6
SIZE = (720, 1280)


def font(size: float) -> Any:
    return ImageFont.load_default(size)


def centred(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: float, fill: str) -> None:
    draw.text(at, text, font=font(size), fill=fill, anchor="mm")


def tick(draw: ImageDraw.ImageDraw, centre: tuple[float, float], radius: float, share: float = 1.0) -> None:
    """A tick in a circle, drawn as far as `share`."""
    x, y = centre
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=AMBER)
    points = [(x - 0.45 * radius, y + 0.05 * radius), (x - 0.1 * radius, y + 0.4 * radius), (x + 0.5 * radius, y - 0.35 * radius)]
    first, second = min(1.0, share * 3), max(0.0, (share * 3 - 1) / 2)
    knee = between(points[0], points[1], first)
    line = [points[0], knee] + ([between(points[1], points[2], second)] if second else [])
    if share > 0:
        draw.line(line, fill=INK, width=round(radius * 0.18), joint="curve")
        for end in line:
            dot = radius * 0.09
            draw.ellipse((end[0] - dot, end[1] - dot, end[0] + dot, end[1] + dot), fill=INK)


def between(a: tuple[float, float], b: tuple[float, float], share: float) -> tuple[float, float]:
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)


def voter_list(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], lines: int, marked: int, glow: float = 1.0) -> None:
    """A sheet with lines of names; one line is yours."""
    left, top, right, bottom = box
    unit = (bottom - top) / (lines * 2 + 1)
    draw.rounded_rectangle(box, radius=unit * 0.8, fill=WHITE)
    for index in range(lines):
        y = top + unit * (2 * index + 1)
        mine = index == marked and glow > 0
        if mine:
            draw.rounded_rectangle((left + unit, y - unit * 0.45, right - unit, y + unit * 1.45), radius=unit * 0.4, fill=AMBER)
        width = (0.86, 0.7, 0.78, 0.62, 0.82)[index % 5] * (right - left - 5 * unit)
        draw.ellipse((left + 1.5 * unit, y, left + 2.5 * unit, y + unit), fill=INK if mine else "#9fb3c8")
        draw.rounded_rectangle((left + 3.2 * unit, y + 0.2 * unit, left + 3.2 * unit + width, y + 0.8 * unit), radius=unit * 0.3,
                               fill=INK if mine else "#c9d6e2")  # fmt: skip


def poster() -> Image.Image:
    image = Image.new("RGB", (1080, 1350), NAVY)
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 930), (1080, 760), (1080, 1350), (0, 1350)], fill=TEAL)
    centred(draw, (540, 120), "#TemanPemilih", 54, AMBER)
    centred(draw, (540, 235), "Cek namamu", 128, WHITE)
    centred(draw, (540, 370), "di DPT", 128, WHITE)
    voter_list(draw, (210, 490, 870, 1010), 5, 2)
    tick(draw, (860, 960), 120)
    centred(draw, (540, 1150), "Satu menit saja, siapkan NIK", 56, WHITE)
    draw.rounded_rectangle((140, 1205, 940, 1301), radius=48, fill=CREAM)
    centred(draw, (540, 1252), "cekdptonline.kpu.go.id", 58, INK)
    return image


def ease(value: float) -> float:
    value = min(1.0, max(0.0, value))
    return value * value * (3 - 2 * value)


def frame(second: float) -> Image.Image:
    image = Image.new("RGB", SIZE, NAVY)
    draw = ImageDraw.Draw(image)
    rise = ease(second / 0.8)
    draw.polygon([(0, 1280 - 420 * rise), (720, 1280 - 560 * rise), (720, 1280), (0, 1280)], fill=TEAL)
    centred(draw, (360, 130), "#TemanPemilih", 40, AMBER)
    centred(draw, (360 - 720 * (1 - rise), 235), "Cek namamu", 92, WHITE)
    centred(draw, (360 + 720 * (1 - rise), 335), "di DPT", 92, WHITE)
    sheet = ease((second - 0.8) / 0.8)
    if sheet > 0:
        top = 440 + 900 * (1 - sheet)
        voter_list(draw, (110, top, 610, top + 460), 5, 2, glow=1 if second > 2.2 else 0)
    done = ease((second - 2.4) / 0.9)
    if done > 0:
        tick(draw, (600, 880), 90 * min(1.0, done * 3), done)
    if second > 3.4:
        centred(draw, (360, 1030), "Satu menit saja, siapkan NIK", 40, WHITE)
    if second > 3.8:
        draw.rounded_rectangle((70, 1085, 650, 1165), radius=40, fill=CREAM)
        centred(draw, (360, 1124), "cekdptonline.kpu.go.id", 44, INK)
    return image


def write_video(path: Path) -> None:
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        video: Any = container.add_stream("libx264", rate=FPS)
        video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
        video.codec_context.thread_count = 1  # the same bytes on every machine
        video.options = {"crf": "24", "preset": "slow", "x264-params": "keyint=60:open-gop=0"}
        sound: Any = container.add_stream("aac", rate=48_000, layout="stereo")
        make: Any = av.VideoFrame.from_image
        for index in range(FPS * SECONDS):
            picture = make(frame(index / FPS))
            picture.pts, picture.time_base = index, Fraction(1, FPS)
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
        silence = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
        for plane in silence.planes:
            plane.update(bytes(plane.buffer_size))
        silence.sample_rate = 48_000
        for index in range(SECONDS * 48_000 // 1024):
            silence.pts, silence.time_base = index * 1024, Fraction(1, 48_000)
            container.mux(sound.encode(silence))
        container.mux(sound.encode(None))


if __name__ == "__main__":
    poster().save(FOLDER / "poster.jpg", quality=88, optimize=True)
    write_video(FOLDER / "spot.mp4")
    for name in ("poster.jpg", "spot.mp4"):
        print(f"{name}: {(FOLDER / name).stat().st_size:,} bytes")
