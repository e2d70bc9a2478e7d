"""What is to be published: text, media and the platform's own choices, already resolved for one account."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One file of the content-addressed store, with the facts read from its bytes.

    Sizes in bytes and pixels (after rotation), `seconds` and `fps` None for a picture. `mime` comes from the bytes, never from the name.
    """

    sha256: str
    """Hash of the bytes, in hex; the name of the file in the store."""
    name: str
    """The name that the author's file had."""
    kind: Literal["image", "video"]
    """What the bytes are."""
    mime: str
    """Type by the bytes, never by the name."""
    size: int
    """Bytes."""
    width: int
    """Pixels, after rotation."""
    height: int
    """Pixels, after rotation."""
    seconds: float | None = None
    """Length of a video. None for a picture."""
    fps: float | None = None
    """Frames a second. None for a picture."""
    video_codec: str | None = None
    """Name by FFmpeg: `h264`. None for a picture."""
    audio_codec: str | None = None
    """Name by FFmpeg: `aac`. None without sound."""
    animated: bool = False
    """A picture that moves."""
    store: Path = field(default=Path(), repr=False, compare=False)
    """Folder of the store on this machine; use `path`."""
    public_base: str | None = field(default=None, compare=False)
    """Address of the store, where one is set; use `url`."""

    @property
    def extension(self) -> str:
        """`.jpg`, `.mp4`, ... by the real type."""
        return EXTENSIONS.get(self.mime, ".bin")

    @property
    def path(self) -> Path:
        """Where the bytes are on this machine."""
        return self.store / self.sha256[:2] / f"{self.sha256}{self.extension}"

    @property
    def url(self) -> str | None:
        """Where a platform can fetch it; None when no `media.public_url` is known."""
        if self.public_base is None:
            return None
        return f"{self.public_base.rstrip('/')}/{self.sha256}{self.extension}"

    @property
    def vertical(self) -> bool:
        """Taller than wide."""
        return self.height > self.width


EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
    "image/tiff": ".tiff",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One post as one account will get it: variants merged, format chosen, unused media left out.

    `format` is one of the platform's `FormatRule` names. `options` are the platform's own post fields (`privacy`, ...).
    """

    format: str
    """Name of the `FormatRule` that was chosen: `text`, `photo`, `carousel`, `reel`, `video`."""
    title: str
    """Title; empty where the post has none."""
    text: str
    """The text, without the link."""
    link: str | None = None
    """The link, or None. `text_with_link` is both, for platforms that have no field for it."""
    media: tuple[Media, ...] = ()
    """Files in the order of the post; only what this format carries."""
    purpose: str = ""
    """`edukasi`, `sosialisasi`, ...; empty where the post names none."""
    origin: str = ""
    """`kpu_ri`, `provinsi` or `kabkota`; empty where the post names none."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """The platform's own keys as they were written, checked against `Platform.post_fields`; a default is for the plugin to apply."""

    @property
    def text_with_link(self) -> str:
        """The text with the link on a line of its own at the end."""
        if not self.link or self.link in self.text:
            return self.text
        return f"{self.text.rstrip()}\n{self.link}" if self.text.strip() else self.link


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What exists on the platform once a delivery succeeded."""

    id: int
    """Number in the database."""
    external_id: str | None
    """As in `Published`."""
    url: str | None
    """As in `Published`."""
    published_at: datetime
    """When it went out, with a time zone."""
    account: str = ""
    """`external_id` of the office account it is on; empty where nobody needs it."""
    handle: str = ""
    """That account's handle."""
    text: str = field(default="", repr=False)
    """Its text as it was published; empty where nobody needs it."""
