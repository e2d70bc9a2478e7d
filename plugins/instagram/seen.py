"""Media and comments of others as Instagram shows them: whose they are, and which media they name."""

from collections.abc import Mapping
from typing import Any

from gaung.core.records import Publication
from gaung.plugins.instagram import parse
from gaung.plugins.instagram.links import shortcode
from gaung.plugins.meta.looking import Ours
from gaung.plugins.meta.pushed import identity
from gaung.plugins.meta.seen import Seen
from gaung.plugins.meta.texts import addresses
from gaung.plugins.meta.times import moment_or_none


def media(body: Mapping[str, Any], author: str | None = None, author_id: str | None = None) -> Seen | None:
    """A media; `author` is whose list it stands in, where it does not say itself. None for an answer without an id."""
    return _seen(body, "caption", parse.permalink(body), author, author_id)


def own_media(body: Mapping[str, Any]) -> Ours | None:
    """A media in the account's own listing."""
    one = media(body)
    return one.own(shortcode(one.url)) if one else None


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
        at=moment_or_none(body.get("timestamp")),
        words=text,
        names=frozenset(codes - {shortcode(url)}),
    )
