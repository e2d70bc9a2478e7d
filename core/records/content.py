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
    name: str
    kind: Literal["image", "video"]
    mime: str
    size: int
    width: int
    height: int
    seconds: float | None = None
    fps: float | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    animated: bool = False
    store: Path = field(default=Path(), repr=False, compare=False)
    public_base: str | None = field(default=None, compare=False)

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
    title: str
    text: str
    link: str | None = None
    media: tuple[Media, ...] = ()
    purpose: str = ""
    origin: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

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
    external_id: str | None
    url: str | None
    published_at: datetime
