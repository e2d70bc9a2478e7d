"""Mastodon's answers as our values: unknown keys are passed over, a missing one is named."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from gaung.core.http import Reply, lost

LIMITS = {
    "text_chars": ("statuses", "max_characters"),
    "link_chars": ("statuses", "characters_reserved_per_url"),
    "files": ("statuses", "max_media_attachments"),
    "alt_text_chars": ("media_attachments", "description_limit"),
    "image_bytes": ("media_attachments", "image_size_limit"),
    "video_bytes": ("media_attachments", "video_size_limit"),
}
"""Our names of limits, and where an instance says them. Source: entities/Instance."""


@dataclass(frozen=True, slots=True)
class Status:
    """One status of the account. `app` is empty where the instance does not name what posted it."""

    id: str
    url: str | None
    created_at: datetime
    media: frozenset[str]
    app: str


def mapping(reply: Reply, data: Any) -> Mapping[str, Any]:
    """A JSON object, or the error for a reply that is not what was promised."""
    if not isinstance(data, Mapping):
        raise lost(reply.effect, "the answer is no JSON object", code="bad_reply")
    return data


def text(reply: Reply, data: Any, key: str) -> str:
    """A text that must be there: `Ambiguous` (of a publishing call) or `Transient` that names the key when it is not."""
    value = mapping(reply, data).get(key)
    if not isinstance(value, str) or not value:
        raise lost(reply.effect, f"the answer has no {key}", code="bad_reply")
    return value


def number(data: Mapping[str, Any], key: str) -> int | None:
    """A count; None where the instance does not tell it. Other software than Mastodon writes -1 for one that it hides."""
    value = data.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def next_page(reply: Reply) -> dict[str, str]:
    """What asks for the next page: `max_id` of the header `Link`, nothing after the last. The address itself is not followed."""
    found = re.search(r'<([^>]*)>\s*;\s*rel="?next"?', reply.headers.get("link", ""))
    query = parse_qs(urlsplit(found[1]).query) if found else {}
    return {"max_id": query["max_id"][0]} if "max_id" in query else {}


def status(reply: Reply, data: Any) -> Status:
    """An entity Status. Source: entities/Status."""
    files = mapping(reply, data).get("media_attachments")
    ids = frozenset(str(one["id"]) for one in files if isinstance(one, Mapping) and "id" in one) if isinstance(files, list) else frozenset()
    application = data.get("application")
    return Status(
        id=text(reply, data, "id"),
        url=data["url"] if isinstance(data.get("url"), str) else None,
        created_at=_time(reply, text(reply, data, "created_at")),
        media=ids,
        app=str(application.get("name") or "") if isinstance(application, Mapping) else "",
    )


def limits(data: Any) -> dict[str, int]:
    """The limits that an instance declares, by our names. Source: entities/Instance, configuration."""
    configuration = data.get("configuration") if isinstance(data, Mapping) else None
    found = {}
    for name, (group, key) in LIMITS.items():
        part = configuration.get(group) if isinstance(configuration, Mapping) else None
        value = part.get(key) if isinstance(part, Mapping) else None
        if isinstance(value, int) and value > 0:
            found[name] = value
    return found


def _time(reply: Reply, value: str) -> datetime:
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise lost(reply.effect, "the answer has no usable created_at", code="bad_reply")
    return when
