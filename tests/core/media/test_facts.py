import struct
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from gaung.core.errors import UserError
from gaung.core.media.facts import read_facts
from gaung.core.media.sniff import extension_warning


@pytest.mark.parametrize(
    ("name", "mime"),
    [("a.jpg", "image/jpeg"), ("a.png", "image/png"), ("a.webp", "image/webp"), ("a.gif", "image/gif"), ("a.bmp", "image/bmp"),
     ("a.tiff", "image/tiff")],
)  # fmt: skip
def test_a_picture_is_known_by_its_bytes(make_image: Any, tmp_path: Path, name: str, mime: str) -> None:
    path = make_image(name).rename(tmp_path / "file_without_type")
    facts = read_facts(path)
    assert (facts.kind, facts.mime, facts.width, facts.height) == ("image", mime, 64, 48)
    assert (facts.size, facts.animated, facts.seconds) == (path.stat().st_size, False, None)


def test_a_turned_photo_has_the_size_people_see(make_image: Any) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    facts = read_facts(make_image("turned.jpg", (80, 40), exif=exif))
    assert (facts.width, facts.height) == (40, 80)


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp"])
def test_an_animation_is_told_from_a_still(tmp_path: Path, name: str) -> None:
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "blue")]
    frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:], duration=100)
    assert read_facts(tmp_path / name).animated


def test_a_jpeg_with_a_second_picture_inside_is_a_still_jpeg(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "blue")]
    frames[0].save(tmp_path / "phone.jpg", "MPO", save_all=True, append_images=frames[1:])
    facts = read_facts(tmp_path / "phone.jpg")
    assert (facts.mime, facts.animated) == ("image/jpeg", False)


def test_a_video_tells_size_length_rate_and_codecs(make_video: Any) -> None:
    facts = read_facts(make_video("spot.mp4", (64, 96), seconds=2.0, audio="aac"))
    assert (facts.kind, facts.mime, facts.width, facts.height) == ("video", "video/mp4", 64, 96)
    assert facts.seconds == pytest.approx(2.0, abs=0.1)
    assert (facts.fps, facts.video_codec, facts.audio_codec) == (10.0, "h264", "aac")


@pytest.mark.parametrize(
    ("name", "codec", "mime", "known"),
    [
        ("a.mov", "libx264", "video/quicktime", "h264"),
        ("a.webm", "libvpx-vp9", "video/webm", "vp9"),
        ("a.mkv", "libx264", "video/x-matroska", "h264"),
    ],
)
def test_other_containers_are_known_by_their_bytes(make_video: Any, tmp_path: Path, name: str, codec: str, mime: str, known: str) -> None:
    path = make_video(name, codec=codec).rename(tmp_path / "x.mp4")
    facts = read_facts(path)
    assert (facts.mime, facts.video_codec, facts.audio_codec) == (mime, known, None)
    assert facts.seconds == pytest.approx(1.0, abs=0.15)


def test_a_phone_video_stored_sideways_counts_as_upright(make_video: Any) -> None:
    path = make_video("phone.mp4", (96, 64))
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 4 + 20 + 16  # version and flags, times to duration, reserved to volume
    identity = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    assert bytes(data[at : at + 36]) == identity
    data[at : at + 36] = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 64 << 16, 0, 0x40000000)
    path.write_bytes(data)
    facts = read_facts(path)
    assert (facts.width, facts.height) == (64, 96)


def test_pixels_that_are_not_square_count_as_shown(make_video: Any) -> None:
    assert read_facts(make_video("wide.mp4", (64, 64), ratio="2")).width == 128


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"#TemanPemilih, sudah terdaftar?", "neither a picture nor a video"),
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"PK\x03\x04 ...", "a ZIP or Office document"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC picture"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42", "a sound file"),
        (b"RIFF\0\0\0\0AVI LIST", "an AVI video"),
        (b"", "the file is empty"),
    ],
)
def test_a_file_that_is_neither_is_refused_by_name_and_remedy(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "poster.jpg"
    path.write_bytes(content)
    with pytest.raises(UserError, match=said) as caught:
        read_facts(path, "poster.jpg")
    assert caught.value.message.startswith("poster.jpg: ")
    assert caught.value.hint


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"spot\.mp4: there is no such file"):
        read_facts(tmp_path / "spot.mp4", "spot.mp4")
    with pytest.raises(UserError, match="it is no file"):
        read_facts(tmp_path)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.gif", "a.bmp", "a.tiff"])
def test_a_picture_cut_short_is_refused(make_noise: Any, name: str) -> None:
    path = make_noise(name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UserError, match="damaged or cut short"):
        read_facts(path)


@pytest.mark.parametrize("container", [{}, {"movflags": "faststart"}])
def test_a_video_cut_short_is_refused_even_if_it_opens(make_video: Any, container: dict[str, str]) -> None:
    path = make_video("spot.mp4", seconds=3.0, container=container)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    with pytest.raises(UserError, match="cut short"):
        read_facts(path)


def test_a_webm_cut_short_is_refused(make_video: Any) -> None:
    path = make_video("spot.webm", codec="libvpx-vp9", seconds=20.0)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UserError, match="cut short"):
        read_facts(path)


def test_a_video_of_garbage_is_refused(make_video: Any) -> None:
    path = make_video("spot.mp4")
    data = bytearray(path.read_bytes())
    at = data.index(b"mdat") + 4
    data[at : at + 4000] = bytes(len(data[at : at + 4000]))
    path.write_bytes(data)
    with pytest.raises(UserError, match=r"spot\.mp4"):
        read_facts(path, "spot.mp4")


def test_a_decompression_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    Image.new("1", (30_000, 30_000)).save(path)
    with pytest.raises(UserError, match=r"more than [\d,]+ pixels"):
        read_facts(path)
    Image.new("1", (10_000, 10_000)).save(path)
    with pytest.raises(UserError, match=r"more than [\d,]+ pixels"):
        read_facts(path)


def test_a_lying_extension_is_a_warning_and_an_honest_one_is_not() -> None:
    assert extension_warning("poster.png", "image/jpeg") == "poster.png is really image/jpeg; it is treated as that"
    assert extension_warning("poster.JPEG", "image/jpeg") is None
    assert extension_warning("poster", "image/jpeg") is None
