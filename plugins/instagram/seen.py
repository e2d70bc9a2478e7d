"""Media and comments of others as Instagram shows them: whose they are, and which media they name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gaung.core.records import Publication, Sighting
from gaung.plugins.instagram import parse
from gaung.plugins.instagram.links import shortcode
from gaung.plugins.meta.looking import Ours, Own
from gaung.plugins.meta.pushed import identity
from gaung.plugins.meta.texts import addresses


@dataclass(frozen=True, slots=True)
class Seen:
    """A media or comment. `author` and `author_id` are None where Instagram does not say; `names` are the codes of media it links to."""

    id: str
    author: str | None = field(repr=False)
    author_id: str | None = field(repr=False)
    url: str | None = field(repr=False)
    at: datetime | None
    words: str = field(repr=False)
    names: frozenset[str] = field(repr=False)

    @property
    def nameless(self) -> bool:
        """Whether Instagram does not say who it was."""
        return not (self.author or self.author_id)

    def sighting(self, signal: str, ours: Ours) -> Sighting:
        """As core takes it."""
        return Sighting(
            signal=signal, publication=ours.publication, evidence=self.id, author=self.author, author_id=self.author_id, url=self.url,
            at=self.at,
        )  # fmt: skip


def media(body: Mapping[str, Any], author: str | None = None, author_id: str | None = None) -> Seen | None:
    """A media; `author` is whose list it stands in, where it does not say itself. None for an answer without an id."""
    return _seen(body, "caption", parse.permalink(body), author, author_id)


def own_media(body: Mapping[str, Any]) -> Own | None:
    """A media in the account's own listing."""
    one = media(body)
    return (one.id, one.words, one.at) if one and one.at else None


def comment(body: Mapping[str, Any]) -> Seen | None:
    """A comment; its address is that of the media below which it stands."""
    below = body.get("media")
    return _seen(body, "text", parse.permalink(below), None, None)


def ours(publication: Publication) -> Ours:
    """A publication with the ids that may name it: the media's own, and the code in its address."""
    return Ours.of(publication, [shortcode(publication.url)])


def _seen(body: Mapping[str, Any], said: str, url: str | None, author: str | None, author_id: str | None) -> Seen | None:
    number = identity(body.get("id"))
    if not number:
        return None
    owner, username, words = body.get("owner"), body.get("username"), body.get(said)
    text = words if isinstance(words, str) else ""
    codes = {code for code in map(shortcode, addresses(text)) if code}
    return Seen(
        id=number,
        author=username if isinstance(username, str) and username else author,
        author_id=(identity(owner.get("id")) if isinstance(owner, Mapping) else "") or author_id,
        url=url,
        at=_moment(body.get("timestamp")),
        words=text,
        names=frozenset(codes - {shortcode(url)}),
    )


def _moment(value: object) -> datetime | None:
    try:
        return parse.timestamp(value) if isinstance(value, str) else None
    except parse.Misread:
        return None
