"""Posts and comments of others as Facebook shows them: whose they are, and which things they name."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from gaung.core.errors import Rejected
from gaung.core.records import Publication
from gaung.plugins.facebook import parse
from gaung.plugins.facebook.links import identify
from gaung.plugins.meta.looking import Look, Ours
from gaung.plugins.meta.pushed import identity
from gaung.plugins.meta.seen import Seen
from gaung.plugins.meta.texts import addresses
from gaung.plugins.meta.times import moment_or_none

Value = TypeVar("Value")
Fields = tuple[str, ...]

FROM, PLAIN_FROM = "from{id,name,username}", "from"
"""`username` is a field of Profile in Meta's SDK (profile.py); where Graph refuses it, the id alone names the author."""
SHARED: Fields = ("id", "created_time", "permalink_url", "parent_id")
POST: Fields = (*SHARED, "message", "attachments{target,url,unshimmed_url,subattachments}")
COMMENT: Fields = ("id", "created_time", "permalink_url", "message")


def seen(body: Mapping[str, Any]) -> Seen | None:
    """What an answer holds; None for one without an id. The handle is the one that Facebook tells, never one that somebody pasted."""
    number = identity(body.get("id"))
    if not number:
        return None
    author = body.get("from")
    who = author if isinstance(author, Mapping) else {}
    author_id, username = identity(who.get("id")) or None, who.get("username")
    url = parse.link(body)
    permalink = identify(url) if url and author_id else None
    handle = username if isinstance(username, str) and username else permalink.author if permalink else None
    message = body.get("message")
    text = message if isinstance(message, str) else ""
    names = {identity(body.get("parent_id")), *_attached(body.get("attachments")), *_linked(addresses(text))} - {"", number}
    return Seen(number, handle if author_id else None, author_id, url, moment_or_none(body.get("created_time")), text, frozenset(names))


def ours(publication: Publication, post: str | None = None) -> Ours:
    """A publication with every id that may name it; `post` is that of the post which shows a video."""
    names = {publication.external_id or "", post or "", *_linked([publication.url or ""])}
    return Ours.of(publication, {*names, *(name.rpartition("_")[2] for name in names)} - {""})


def own_post(body: Mapping[str, Any]) -> Ours | None:
    """A post in a listing of the Page's own."""
    one = seen(body)
    return one.own(one.id.rpartition("_")[2]) if one else None


def with_names(look: Look, fields: Fields, read: Callable[[Look, Fields], Value]) -> Value:
    """Read with the authors' usernames; where Facebook refuses that field, once more without, and so for the rest of this look."""
    if look.usernames:
        try:
            return read(look, (*fields, FROM))
        except Rejected as error:
            if error.code != "100" or "username" not in error.message:
                raise
            look.usernames = False
    return read(look, (*fields, PLAIN_FROM))


def _attached(value: object) -> Iterator[str]:
    """Targets and addresses of attachments, at any depth."""
    data = value.get("data") if isinstance(value, Mapping) else None
    for item in data if isinstance(data, list) else ():
        if isinstance(item, Mapping):
            target = item.get("target")
            yield identity(target.get("id")) if isinstance(target, Mapping) else ""
            yield from _linked(url for key in ("url", "unshimmed_url") if isinstance(url := item.get(key), str))
            yield from _attached(item.get("subattachments"))


def _linked(urls: Iterable[str]) -> Iterator[str]:
    """Ids that addresses name: `OWNER_POST` where the owner's id is in them, else the post's alone."""
    for url in urls:
        info = identify(url)
        if info is not None and info.kind == "post" and info.external_id:
            yield f"{info.author_id}_{info.external_id}" if info.author_id else info.external_id
