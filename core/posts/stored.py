"""A content as JSON, so that a worker on another machine publishes exactly what was checked."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gaung.core.media.store import MediaStore
from gaung.core.records import Content

_PLAIN = ("format", "title", "text", "link", "purpose", "origin")


def to_json(content: Content) -> dict[str, Any]:
    """The content as JSON values; media by hash and facts, not by place."""
    told: dict[str, Any] = {key: getattr(content, key) for key in _PLAIN}
    told["media"] = [MediaStore.to_json(media) for media in content.media]
    told["options"] = dict(content.options)
    return told


def from_json(value: Mapping[str, Any], *, store: Path, public_base: str | None) -> Content:
    """The content that `to_json` wrote down, its media in this machine's store."""
    media = MediaStore(store, public_base)
    return Content(
        **{key: value[key] for key in _PLAIN}, media=tuple(media.from_json(item) for item in value["media"]), options=value["options"]
    )
