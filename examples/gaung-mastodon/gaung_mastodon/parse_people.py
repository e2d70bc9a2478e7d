"""People, and what they wrote, in Mastodon's answers."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gaung.core.http import Reply
from gaung_mastodon.links import full
from gaung_mastodon.parse import mapping, status, text


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's account: `name@host` and where it is."""

    handle: str = field(repr=False)
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """A status of somebody. `content` is HTML."""

    id: str
    uri: str = field(repr=False)
    url: str | None = field(repr=False)
    created_at: datetime
    author: str = field(repr=False)
    author_id: str = field(repr=False)
    content: str = field(repr=False)

    def names(self, address: str) -> bool:
        """Whether it links to an address, and not only to one that begins alike."""
        return re.search(rf"{re.escape(address)}(?![\w/-])", self.content) is not None


def person(reply: Reply, data: Any) -> Person:
    """An entity Account."""
    url = text(reply, data, "url")
    return Person(handle=full(text(reply, data, "acct"), url), url=url)


def said(reply: Reply, data: Any) -> Said:
    """An entity Status with its author. Source: entities/Status."""
    plain, author = status(reply, data), mapping(reply, data).get("account")
    return Said(
        id=plain.id,
        uri=text(reply, data, "uri"),
        url=plain.url,
        created_at=plain.created_at,
        author=person(reply, author).handle,
        author_id=text(reply, author, "id"),
        content=str(data.get("content") or ""),
    )
