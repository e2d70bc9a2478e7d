"""Instagram's answers as our values: extra keys are ignored, a missing one is named."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gaung.plugins.instagram.const import QUOTA_FALLBACK
from gaung.plugins.meta.times import moment

_SUBCODE = re.compile(r"\berror code (\d{7})\b")


class Misread(ValueError):
    """An answer lacks a key that the reference promises, or has another type in its place."""


@dataclass(frozen=True, slots=True)
class Container:
    """An IG Container. `status_code` is EXPIRED, ERROR, FINISHED, IN_PROGRESS or PUBLISHED. Source: IG Container reference."""

    id: str
    status_code: str
    status: str

    @property
    def subcode(self) -> int | None:
        """The error subcode, which Instagram gives for a failed container within the text of `status` only."""
        found = _SUBCODE.search(self.status)
        return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class RecentMedia:
    """One published media of the account."""

    id: str
    caption: str
    created_at: datetime
    permalink: str | None
    product_type: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Quota:
    """Posts made through the API in the rolling window, and how many are allowed."""

    used: int
    total: int
    seconds: int

    @property
    def spent(self) -> bool:
        """Whether a further post would be refused."""
        return self.used >= self.total


@dataclass(frozen=True, slots=True)
class User:
    """The professional account that a token can speak for. Counts are None where they are not given."""

    id: str
    username: str
    name: str
    followers: int | None
    media: int | None


def _text(data: Any, key: str) -> str:
    value = data.get(key) if isinstance(data, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise Misread(f"the answer has no usable {key!r}")
    return str(value)


def _count(data: Mapping[str, Any], key: str, fallback: int | None = None) -> int:
    if fallback is not None and data.get(key) is None:
        return fallback
    try:
        return int(_text(data, key))
    except ValueError:
        raise Misread(f"the answer has no usable {key!r}") from None


def new_id(data: Any) -> str:
    """The id of what was made: `{"id": "1788..."}`."""
    return _text(data, "id")


def upload_uri(data: Any) -> str:
    """Where the bytes of a resumable upload go: `{"id": ..., "uri": ...}`."""
    return _text(data, "uri")


def container(data: Any) -> Container:
    """`{"status_code": "FINISHED", "status": "Finished: ...", "id": ...}`; only `status` may be left out."""
    return Container(_text(data, "id"), _text(data, "status_code"), str(data.get("status") or ""))


def recent_media(data: Any) -> RecentMedia:
    """One item of `GET /{ig-user}/media`. Without a caption Instagram leaves the key out."""
    return RecentMedia(
        id=_text(data, "id"),
        caption=str(data.get("caption") or ""),
        created_at=timestamp(_text(data, "timestamp")),
        permalink=data.get("permalink") or None,
        product_type=str(data.get("media_product_type") or ""),
        media_type=str(data.get("media_type") or ""),
    )


def permalink(data: Any) -> str | None:
    """The public address of a media, if the answer has one."""
    value = data.get("permalink") if isinstance(data, Mapping) else None
    return value if isinstance(value, str) and value else None


def quota(data: Any) -> Quota:
    """`{"data": [{"quota_usage": 2, "config": {"quota_total": 50, "quota_duration": 86400}}]}`.

    Meta's own pages disagree on the total (50 or 100), so the account's figure counts; where it is not given, 50.
    """
    rows = data.get("data") if isinstance(data, Mapping) else None
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], Mapping):
        raise Misread("the answer has no usable 'data'")
    config = rows[0].get("config")
    config = config if isinstance(config, Mapping) else {}
    return Quota(
        used=_count(rows[0], "quota_usage"),
        total=_count(config, "quota_total", QUOTA_FALLBACK),
        seconds=_count(config, "quota_duration", 86400),
    )


def timestamp(value: str) -> datetime:
    """`2026-11-01T10:00:00+0000` as an aware datetime."""
    try:
        return moment(value)
    except ValueError:
        raise Misread(f"not a timestamp: {value!r}") from None


def user(data: Any) -> User:
    """`{"id": ..., "username": ..., "name": ..., "followers_count": 1, "media_count": 1}`."""
    counts = [data.get(key) for key in ("followers_count", "media_count")] if isinstance(data, Mapping) else [None, None]
    followers, media = (value if isinstance(value, int) and not isinstance(value, bool) else None for value in counts)
    username = _text(data, "username")
    return User(_text(data, "id"), username, str(data.get("name") or username), followers, media)
