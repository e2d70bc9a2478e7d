from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from gaung.core.errors import UserError
from gaung.core.media.renditions import as_jpeg
from gaung.core.media.store import MediaStore


def pixel(path: Path, at: tuple[int, int] = (0, 0)) -> Any:
    with Image.open(path) as image:
        assert image.mode == "RGB"
        return image.getpixel(at)


def near(value: Any, wanted: tuple[int, int, int], gap: int = 6) -> bool:
    return all(abs(a - b) <= gap for a, b in zip(value, wanted, strict=True))


@pytest.mark.parametrize("name", ["a.png", "a.webp", "a.gif", "a.bmp", "a.tiff"])
def test_any_picture_becomes_a_jpeg_in_the_same_store(store: MediaStore, make_image: Any, name: str) -> None:
    media = store.add(make_image(name))
    jpeg = as_jpeg(media, max_bytes=100_000)
    assert (jpeg.mime, jpeg.name, jpeg.width, jpeg.height) == ("image/jpeg", "a.jpg", 64, 48)
    assert jpeg.path.parent.parent == store.root
    assert jpeg.url == f"http://127.0.0.1:8085/media/{jpeg.sha256}.jpg"
    assert near(pixel(jpeg.path), (254, 0, 0))


def test_a_fitting_baseline_jpeg_is_left_alone(store: MediaStore, make_noise: Any) -> None:
    media = store.add(make_noise("a.jpg"))
    assert as_jpeg(media, max_bytes=1_000_000) is media
    assert as_jpeg(media, max_bytes=1_000_000) is media


def test_a_progressive_jpeg_becomes_baseline(store: MediaStore, make_noise: Any) -> None:
    media = store.add(make_noise("a.jpg", progressive=True))
    jpeg = as_jpeg(media, max_bytes=1_000_000)
    with Image.open(jpeg.path) as image:
        assert "progressive" not in image.info
    assert jpeg != media


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_is_laid_on_white(store: MediaStore, tmp_path: Path, mode: str) -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0)).convert(mode)
    extra: dict[str, Any] = {"transparency": image.getpixel((0, 0))} if mode == "P" else {}
    image.save(tmp_path / "a.png", **extra)
    assert near(pixel(as_jpeg(store.add(tmp_path / "a.png"), max_bytes=100_000).path), (255, 255, 255))


def test_a_phones_position_and_orientation_do_not_travel(store: MediaStore, make_image: Any) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8825] = {1: "S", 2: (5.0, 26.0, 0.0)}
    media = store.add(make_image("a.jpg", (80, 40), exif=exif, comment=b"made at home"))
    jpeg = as_jpeg(media, max_bytes=1_000_000)
    assert (jpeg.width, jpeg.height) == (40, 80)
    with Image.open(jpeg.path) as image:
        assert dict(image.getexif()) == {}
        assert "comment" not in image.info
        assert image.size == (40, 80)


def test_a_position_alone_is_reason_enough_to_make_it_anew(store: MediaStore, make_image: Any) -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "S", 2: (5.0, 26.0, 0.0)}
    media = store.add(make_image("a.jpg", exif=exif))
    assert as_jpeg(media, max_bytes=1_000_000) != media
    xmp = store.add(make_image("b.jpg", color="blue", xmp=b"<x:xmpmeta exif:GPSLatitude='5,26.0S'/>"))
    assert as_jpeg(xmp, max_bytes=1_000_000) != xmp


def test_colours_of_another_profile_are_converted(store: MediaStore, make_image: Any) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    media = store.add(make_image("odd.png", icc_profile=lab))
    assert as_jpeg(media, max_bytes=100_000).mime == "image/jpeg"  # a profile that does not fit is ignored
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"tmp ").replace(b"gXYZ", b"rXYZ").replace(b"tmp ", b"gXYZ").replace(b"R\0G\0B", b"G\0R\0B")
    strange = as_jpeg(store.add(make_image("swapped.jpg", icc_profile=swapped)), max_bytes=100_000)
    assert near(pixel(strange.path), (0, 255, 0))
    tagged = store.add(make_image("tagged.jpg", icc_profile=srgb))
    assert as_jpeg(tagged, max_bytes=100_000) is tagged


def test_cmyk_and_sixteen_bit_pictures_become_rgb(store: MediaStore, make_image: Any, tmp_path: Path) -> None:
    cmyk = store.add(make_image("print.jpg", mode="CMYK", color=(0, 255, 255, 0)))
    assert near(pixel(as_jpeg(cmyk, max_bytes=100_000).path), (254, 0, 0))
    Image.new("I;16", (20, 20), 0x8000).save(tmp_path / "scan.png")
    assert near(pixel(as_jpeg(store.add(tmp_path / "scan.png"), max_bytes=100_000).path), (128, 128, 128))


def test_it_is_scaled_down_keeping_its_ratio_and_never_up(store: MediaStore, make_image: Any) -> None:
    media = store.add(make_image("big.png", (2000, 1000)))
    wide = as_jpeg(media, max_bytes=1_000_000, max_width=1080)
    assert (wide.width, wide.height) == (1080, 540)
    both = as_jpeg(media, max_bytes=1_000_000, max_width=1920, max_height=100)
    assert (both.width, both.height) == (200, 100)
    assert as_jpeg(media, max_bytes=1_000_000, max_width=4000).width == 2000


@pytest.mark.parametrize("max_bytes", [60_000, 20_000, 3_000])
def test_quality_and_then_size_go_down_until_it_fits(store: MediaStore, make_noise: Any, max_bytes: int) -> None:
    jpeg = as_jpeg(store.add(make_noise("noise.png")), max_bytes=max_bytes)
    assert jpeg.size <= max_bytes
    assert jpeg.width / jpeg.height == pytest.approx(4 / 3, abs=0.05)


def test_what_cannot_fit_or_is_a_video_is_refused(store: MediaStore, make_image: Any, make_video: Any) -> None:
    with pytest.raises(UserError, match="cannot be made a JPEG of at most 10 bytes"):
        as_jpeg(store.add(make_image("a.png")), max_bytes=10)
    with pytest.raises(UserError, match="a video cannot"):
        as_jpeg(store.add(make_video("spot.mp4")), max_bytes=10_000)


def test_the_same_limits_give_the_same_bytes_and_are_made_once(store: MediaStore, make_noise: Any, tmp_path: Path) -> None:
    path = make_noise("noise.png")
    first = as_jpeg(store.add(path), max_bytes=20_000)
    other = as_jpeg(MediaStore(tmp_path / "other").add(path), max_bytes=20_000)
    assert other.sha256 == first.sha256
    stamp = first.path.stat().st_mtime_ns
    assert as_jpeg(store.add(path), max_bytes=20_000) == first
    assert first.path.stat().st_mtime_ns == stamp
    first.path.unlink()
    assert as_jpeg(store.add(path), max_bytes=20_000).path.is_file()


def test_a_picture_that_is_gone_from_the_store_is_named(store: MediaStore, make_image: Any) -> None:
    media = store.add(make_image("a.png"))
    media.path.unlink()
    with pytest.raises(UserError, match=r"a\.png: is not in the media store"):
        as_jpeg(media, max_bytes=10_000)
