"""What a file is, from its first bytes; its name is never asked."""

from pathlib import PurePath

HEAD_BYTES = 64

_EXTENSIONS_OF = {
    "image/jpeg": {".jpg", ".jpeg", ".jpe", ".jfif"},
    "image/png": {".png"},
    "image/webp": {".webp"},
    "image/gif": {".gif"},
    "image/bmp": {".bmp", ".dib"},
    "image/tiff": {".tif", ".tiff"},
    "video/mp4": {".mp4", ".m4v"},
    "video/quicktime": {".mov", ".qt"},
    "video/webm": {".webm"},
    "video/x-matroska": {".mkv"},
}

_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
)

_OTHERS = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP or Office document"),
    (b"8BPS", "a Photoshop file"),
    (b"FLV", "a Flash video"),
    (b"ID3", "a sound file"),
    (b"OggS", "an Ogg file"),
    (b"\x00\x00\x01\xba", "an MPEG programme stream"),
    (b"\x47\x40", "an MPEG transport stream"),
)

_STILL_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}
_QUICKTIME_BOXES = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}


def mime_of(head: bytes) -> str | None:
    """MIME type of a file that Gaung can publish, from its first 64 bytes; None for anything else."""
    for start, mime in _STARTS:
        if head.startswith(start):
            return mime
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in head else "video/x-matroska"
    if head[4:8] == b"ftyp":
        return None if other_type(head) else ("video/quicktime" if head[8:12] == b"qt  " else "video/mp4")
    return "video/quicktime" if head[4:8] in _QUICKTIME_BOXES else None


def other_type(head: bytes) -> str:
    """What an unpublishable file is, in words; empty when unknown."""
    brand = head[8:12] if head[4:8] == b"ftyp" else b""
    if brand in _STILL_BRANDS:
        return "a HEIC picture"
    if brand in (b"avif", b"avis"):
        return "an AVIF picture"
    if brand[:3] in (b"M4A", b"M4B"):
        return "a sound file"
    if brand[:2] == b"3g":
        return "a 3GP video"
    if head[:4] == b"RIFF":
        return {b"AVI ": "an AVI video", b"WAVE": "a sound file"}.get(head[8:12], "")
    return next((label for start, label in _OTHERS if head.startswith(start)), "")


def extension_warning(name: str, mime: str) -> str | None:
    """A line for the user when a file's name says another type than its bytes; None when it tells the truth or says nothing.

    >>> extension_warning("poster.png", "image/jpeg")
    'poster.png is really image/jpeg; it is treated as that'
    """
    suffix = PurePath(name).suffix.lower()
    if not suffix or suffix in _EXTENSIONS_OF.get(mime, {suffix}):
        return None
    return f"{name} is really {mime}; it is treated as that"
