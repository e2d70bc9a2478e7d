"""JPEG renditions of pictures, for platforms that take nothing else. Made once per picture and limits, kept in the store.

A rendition is sRGB, upright, on white, and carries no metadata: a phone's position must not be published with its picture.
"""

import io
import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from gaung.core.errors import UserError
from gaung.core.media.store import MediaStore
from gaung.core.records import Media

if TYPE_CHECKING:
    from PIL import Image

_RECIPE = "v1"
_QUALITIES = (92, 88, 84, 80, 75, 70, 65, 60, 50, 40)
_SHRINK = 0.8
_SMALLEST = 16
_GPS_IFD = 0x8825
_ORIENTATION = 0x0112


def as_jpeg(media: Media, *, max_bytes: int, max_width: int | None = None, max_height: int | None = None) -> Media:
    """The picture as a baseline JPEG of at most `max_bytes` bytes and `max_width` x `max_height` pixels.

    Answers `media` itself when it already is one. The same picture and limits always give the same bytes, put into the same store.
    Raises `UserError` when the file is gone or damaged, is a video, or cannot be made small enough.
    """
    if media.kind != "image":
        raise UserError(f"{media.name}: a video cannot be turned into a JPEG.", "Give a picture.")
    if not media.path.is_file():
        raise UserError(f"{media.name}: is not in the media store {media.store}.", "Point media.store at the folder it was added to.")
    store = MediaStore(media.store, media.public_base)
    note = media.store / "renditions" / f"{media.sha256}-{_RECIPE}-{max_bytes}-{max_width or 0}x{max_height or 0}.json"
    known = _remembered(store, note)
    if known is None:
        known = _make(store, media, max_bytes, max_width, max_height)
        _remember(note, store.to_json(known))
    return media if known.sha256 == media.sha256 else known


def _make(store: MediaStore, media: Media, max_bytes: int, max_width: int | None, max_height: int | None) -> Media:
    from gaung.core.media.images import opened

    box = (max_width or media.width, max_height or media.height)
    with opened(media.path, media.name) as image:
        small_enough = media.size <= max_bytes and media.width <= box[0] and media.height <= box[1]
        if small_enough and _is_plain_jpeg(image):
            return media
        data = _encode(_fit(_to_srgb(image), box), max_bytes, media.name)
    return store.add_bytes(data, f"{Path(media.name).stem}.jpg")


def _is_plain_jpeg(image: "Image.Image") -> bool:
    """Baseline, upright, sRGB (or grey), and silent about where it was taken."""
    if image.format != "JPEG" or image.mode not in ("RGB", "L") or image.info.get("progressive"):
        return False
    exif = image.getexif()
    located = exif.get_ifd(_GPS_IFD) or b"GPS" in _bytes(image.info.get("xmp"))
    return exif.get(_ORIENTATION, 1) == 1 and not located and _is_srgb(image.info.get("icc_profile"))


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value or "").encode()


def _is_srgb(profile: bytes | None) -> bool:
    if not profile:
        return True
    from PIL import ImageCms

    try:
        return "srgb" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).lower()
    except (ImageCms.PyCMSError, OSError):
        return False


def _to_srgb(image: "Image.Image") -> "Image.Image":
    from gaung.core.media.images import upright

    profile = image.info.get("icc_profile")
    flat = _flatten(upright(image))
    if profile and not _is_srgb(profile):
        from PIL import ImageCms

        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        try:
            converted = ImageCms.profileToProfile(flat, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            converted = None  # a profile that does not fit the pixels says nothing about them
        if converted is not None:
            return converted
    return flat if flat.mode == "RGB" else flat.convert("RGB")


def _flatten(image: "Image.Image") -> "Image.Image":
    """Without transparency, on white; sixteen-bit greys brought down to eight."""
    from PIL import Image

    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        layer = image.convert("RGBA")
        flat = Image.new("RGB", layer.size, "white")
        flat.paste(layer, mask=layer.getchannel("A"))
        return flat
    return image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")


def _fit(image: "Image.Image", box: tuple[int, int]) -> "Image.Image":
    from PIL import Image

    ratio = min(1.0, box[0] / image.width, box[1] / image.height)
    if ratio == 1.0:
        return image
    size = (max(1, int(image.width * ratio)), max(1, int(image.height * ratio)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encode(image: "Image.Image", max_bytes: int, name: str) -> bytes:
    while True:
        for quality in _QUALITIES:
            data = _jpeg(image, quality)
            if len(data) <= max_bytes:
                return data
        if min(image.size) < _SMALLEST:
            raise UserError(f"{name}: cannot be made a JPEG of at most {max_bytes:,} bytes.", "Save it smaller.")
        image = _fit(image, (int(image.width * _SHRINK), int(image.height * _SHRINK)))


def _jpeg(image: "Image.Image", quality: int) -> bytes:
    image.info = {}  # Pillow would carry a comment over
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=False)
    return out.getvalue()


def _remembered(store: MediaStore, note: Path) -> Media | None:
    try:
        media = store.from_json(json.loads(note.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return media if media.path.is_file() else None


def _remember(note: Path, value: dict[str, object]) -> None:
    note.parent.mkdir(exist_ok=True)
    draft = note.with_name(f".{secrets.token_hex(8)}")
    draft.write_text(json.dumps(value), "utf-8")
    draft.replace(note)
