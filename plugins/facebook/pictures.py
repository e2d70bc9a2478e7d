"""A picture as Facebook takes it: as it is, or as a JPEG where its type is not on the list."""

import io
from typing import TYPE_CHECKING

from gaung.core.records import Media
from gaung.plugins.facebook.const import PHOTO_TYPES

if TYPE_CHECKING:
    from PIL.Image import Image

QUALITY = 92
"""JPEG quality of a converted picture: no visible loss."""

Part = tuple[str, bytes, str]


def part(media: Media) -> Part:
    """File name, bytes and type for a multipart form; less than 10 MB, as validated, so whole in memory. OSError if the file is gone."""
    if media.mime in PHOTO_TYPES:
        return f"{media.sha256[:16]}{media.extension}", media.path.read_bytes(), media.mime
    return f"{media.sha256[:16]}.jpg", _jpeg(media), "image/jpeg"


def _jpeg(media: Media) -> bytes:
    from PIL import Image, ImageOps

    with Image.open(media.path) as opened:
        picture = ImageOps.exif_transpose(opened)
        data = io.BytesIO()
        _on_white(picture).save(data, "JPEG", quality=QUALITY, icc_profile=opened.info.get("icc_profile"))
    return data.getvalue()


def _on_white(picture: "Image") -> "Image":
    """JPEG has no transparency: what is clear becomes white, not black."""
    from PIL import Image

    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    ground = Image.new("RGBA", layer.size, "white")
    ground.alpha_composite(layer)
    return ground.convert("RGB")
