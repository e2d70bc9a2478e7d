"""TikTok's JSON as our values: tolerant of what is added, strict on what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gaung.core.errors import PlatformError
from gaung.core.http import Effect, Reply
from gaung.plugins.tiktok import errors


@dataclass(frozen=True, slots=True)
class Status:
    """How far a publish is. `uploaded` in bytes, None when TikTok does not say; `post_id` once the post is public."""

    state: str
    fail_reason: str = ""
    post_id: str | None = None
    uploaded: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One of the account's own public posts."""

    id: str
    created_at: datetime
    description: str
    title: str
    url: str | None


def envelope(reply: Reply, what: str) -> Mapping[str, Any]:
    """`data` of an answer. Raises what `error.code` means; HTTP 200 alone says nothing."""
    try:
        body = reply.json()
    except PlatformError:
        raise errors.from_status(reply, what) from None
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict) or not error.get("code"):
        if reply.ok:
            raise errors.unreadable(reply.effect, f"error.code ({what})")
        raise errors.from_status(reply, what)
    if error["code"] != "ok" or not reply.ok:
        raise errors.from_code(str(error["code"]), str(error.get("message") or ""), reply)
    data = body.get("data")
    return data if isinstance(data, dict) else {}


def text(data: Mapping[str, Any], key: str, effect: Effect) -> str:
    """A string that must be there and not be empty."""
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise errors.unreadable(effect, f"data.{key}")
    return value


def identifier(value: Any) -> str | None:
    """An id given as a string or an integer; a float has lost digits and is none."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    return str(value) or None


def status(data: Mapping[str, Any]) -> Status:
    """An answer of `status/fetch`. The list of ids is misspelt by TikTok; the right spelling is taken too."""
    ids = data.get("publicaly_available_post_id") or data.get("publicly_available_post_id") or []
    first = identifier(ids[0]) if isinstance(ids, list) and ids else None
    uploaded = data.get("uploaded_bytes")
    return Status(
        state=text(data, "status", Effect.READ),
        fail_reason=str(data.get("fail_reason") or ""),
        post_id=first,
        uploaded=uploaded if isinstance(uploaded, int) else None,
    )


def listed(data: Mapping[str, Any]) -> list[Listed]:
    """The posts of one page of `video/list`; one without an id or a time is left out."""
    rows = data.get("videos")
    return [post for row in rows if isinstance(row, dict) and (post := _listed(row))] if isinstance(rows, list) else []


def share_counts(data: Mapping[str, Any]) -> dict[str, int]:
    """`share_count` by id; a video without one is left out, for unknown is not zero."""
    counted = {name: row.get("share_count") for name, row in videos(data).items()}
    return {name: count for name, count in counted.items() if isinstance(count, int) and not isinstance(count, bool)}


def videos(data: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The rows of `video/query` by id; one without an id is left out."""
    rows = data.get("videos")
    named = [(identifier(row.get("id")), row) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return {name: row for name, row in named if name}


def _listed(row: Mapping[str, Any]) -> Listed | None:
    post_id, created = identifier(row.get("id")), row.get("create_time")
    if post_id is None or not isinstance(created, int):
        return None
    return Listed(
        id=post_id,
        created_at=datetime.fromtimestamp(created, UTC),
        description=str(row.get("video_description") or ""),
        title=str(row.get("title") or ""),
        url=str(row.get("share_url") or "") or None,
    )
