"""Opening pictures with Pillow, guarded: only known formats, no decompression bombs, one error for every kind of damage."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageOps

from gaung.core.errors import UserError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
MOTION_FORMATS = {"PNG", "WEBP", "GIF"}
"""Formats whose further frames are an animation; those of MPO and TIFF are other pictures."""

# Pillow only warns of a picture above its limit (89 megapixels); here that is refused. Set once, because warning filters
# are shared by all threads.
warnings.simplefilter("error", Image.DecompressionBombWarning)


@contextmanager
def opened(path: Path, name: str) -> Iterator[Image.Image]:
    """Open a picture, its pixels not yet decoded. Any damage met in the block is a `UserError` naming the file."""
    try:
        with Image.open(path, formats=FORMATS) as image:
            yield image
    except UserError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UserError(
            f"{name}: the picture has more than {Image.MAX_IMAGE_PIXELS or 0:,} pixels.", "Save it smaller, 4096 pixels a side will do."
        ) from None
    except MemoryError:
        raise UserError(f"{name}: the picture does not fit into memory.", "Save it smaller.") from None
    except Exception as error:  # noqa: BLE001 Pillow's decoders raise whatever their parsing ran into
        raise UserError(f"{name}: the picture is damaged or cut short ({error}).", "Export it again.") from None


def picture_facts(path: Path, name: str) -> tuple[int, int, bool]:
    """Width and height in pixels as a viewer sees them (EXIF orientation applied), and whether it is animated.

    Decodes the whole first frame, so that a picture cut short is found here and not by a platform.
    """
    with opened(path, name) as image:
        animated = image.format in MOTION_FORMATS and bool(getattr(image, "is_animated", False))
        image.load()
        turned = image.getexif().get(_ORIENTATION, 1) in _SIDEWAYS
        width, height = image.size
    return (height, width, animated) if turned else (width, height, animated)


def upright(image: Image.Image) -> Image.Image:
    """The picture with its EXIF orientation applied."""
    return ImageOps.exif_transpose(image)


_ORIENTATION = 0x0112
_SIDEWAYS = (5, 6, 7, 8)
