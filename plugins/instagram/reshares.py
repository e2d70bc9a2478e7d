"""Who passed a post on, as far as Instagram names anybody. Nothing in here changes anything.

There is no list of people who reposted or shared: docs/platforms/instagram.md says what each call proves.
"""

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gaung.core.errors import PlatformError, Unsupported
from gaung.core.records import Account, Found, Publication, Sighting
from gaung.plugins.instagram.const import RECENT_PAGE_SIZE
from gaung.plugins.instagram.links import HANDLES, identify
from gaung.plugins.instagram.seen import media, ours, own_media
from gaung.plugins.meta.looking import Look, Ours, OwnPosts, older, refused
from gaung.plugins.meta.numbers import at, insight, whole
from gaung.plugins.meta.pushed import identity
from gaung.plugins.meta.seen import Seen

RIGHTS = "instagram_basic, instagram_manage_comments, instagram_manage_insights and pages_read_engagement"
TAG_FIELDS = ("id", "username", "permalink", "caption", "timestamp")


def find(account: Account, publication: Publication) -> Found:
    """Tags and collaborators of one publication. Raises `Unsupported` where this app may see neither."""
    if not publication.external_id:
        raise Unsupported("Instagram withheld the id of this media: nothing can be asked about it.", code="no_id")
    look, found, seeing = Look.of(account), dict[tuple[str, str], Sighting](), 0
    this = ours(publication)
    total = _total(look, publication.external_id)
    for edge in (_collaborators(look, this), _tagged(look, account, this)):
        try:
            found.update({(one.signal, one.evidence): one for one in edge})
            seeing += 1
        except PlatformError as error:
            if not refused(error):
                raise
            look.notes.append(f"Instagram refused a look ({error.code})")
    if not seeing:
        raise Unsupported(look.note(f"tags and collaborators are not shown to this app; needed: {RIGHTS}"), code="no_right")
    return Found(sightings=tuple(found.values()), total=total, note=look.note())


def _total(look: Look, identifier: str) -> int | None:
    """The `shares` insight, else the field `shares_count`; reposts, which name nobody either, go into the note. One metric a call:
    an invalid one fails the whole call. Source: fact sheet 2.5, 3.8.
    """
    total = _insight(look, identifier, "shares")
    if total is None:
        total = whole(at("shares_count")(_asked(look, identifier, "shares_count")))
    reposts = _insight(look, identifier, "reposts")
    if reposts:
        look.notes.append(f"{reposts} reposts are counted, and nobody of them named")
    return total


def _insight(look: Look, identifier: str, metric: str) -> int | None:
    return whole(insight(metric)(_asked(look, f"{identifier}/insights", metric=metric)))


def _asked(look: Look, path: str, *fields: str, metric: str = "") -> dict[str, Any]:
    try:
        return dict(look.get(path, fields=fields, params={"metric": metric} if metric else None))
    except PlatformError as error:
        if not refused(error):
            raise
        return {}


def _collaborators(look: Look, this: Ours) -> Iterator[Sighting]:
    """`GET /{ig-media}/collaborators`: who accepted; an open or declined invitation shares nothing."""
    fields = ("id", "username", "invite_status")
    for page in look.edge(f"{this.publication}/collaborators", fields=fields, limit=RECENT_PAGE_SIZE):
        for item in page:
            name, number = item.get("username"), identity(item.get("id"))
            username = name if isinstance(name, str) else ""
            if str(item.get("invite_status")).casefold() == "accepted" and (username or number):
                yield Sighting(
                    signal="collaborator", publication=this.publication, evidence=f"{this.publication}:{number or username}",
                    author=username or None, author_id=number or None,
                )  # fmt: skip


def _tagged(look: Look, account: Account, this: Ours) -> Iterator[Sighting]:
    """`GET /{ig-user}/tags`, as far back as the publication: those that link to it, or repeat its text and no later media's."""
    own = _own_media(look, account, this)
    for page in look.edge(f"{account.external_id}/tags", fields=TAG_FIELDS, limit=RECENT_PAGE_SIZE):
        every = [one for one in map(media, page) if one]
        for one in every:
            if not one.nameless and one.author != account.handle and one.refers(this, own):
                yield one.sighting("tagged_media", this)
        if every and all(older(one.at, this.at) for one in every):
            return


def _own_media(look: Look, account: Account, this: Ours) -> OwnPosts:
    return OwnPosts(look, f"{account.external_id}/media", ("id", "permalink", "caption", "timestamp"), RECENT_PAGE_SIZE, this.at, own_media)


def verify(account: Account, publication: Publication, url: str) -> Sighting | None:
    """Look for the linked media among those of the account that the link names, by `business_discovery`.

    A sighting if it is there and its caption links to our publication or repeats its text. The author is proven, since the media stands in
    that account's own list. Raises `Unsupported` where nothing is proven either way: the link names no author, shows a story, or leads to
    an account that is not professional.
    """
    info, this = identify(url), ours(publication)
    if info is None or info.kind != "post" or info.external_id in this.ids:
        return None
    if info.author and info.author.casefold() in (account.handle.casefold(), publication.handle.casefold()):
        return None  # our own media, not somebody's
    if not info.author or not info.external_id:
        raise Unsupported(
            "The address does not say whose media it is, and no call tells it: the address with the handle in it is needed.",
            code="no_author",
        )
    if "/stories/" in info.url:
        raise Unsupported("No call shows a story of somebody else's.", code="story")
    look = Look.of(account)
    one = _discovered(look, info.author, info.external_id, this)
    if one is None:
        return None
    mine = publication.account in ("", account.external_id)
    own = _own_media(look, account, this) if mine else _media_of(look, publication.handle, this)
    return one.sighting("linked_media", this) if one.refers(this, own) else None


def _media_of(look: Look, handle: str, this: Ours) -> Callable[[], list[Ours] | None]:
    """What another office's account posted since a publication, as it is shown to everybody; None where that cannot be read."""

    @functools.cache
    def listed() -> list[Ours] | None:
        found: list[Ours] = []
        try:
            for _, items in _listing(look, handle):
                every = [own for own in map(own_media, items) if own]
                found += every
                if every and all(older(own.at, this.at) for own in every):
                    break
        except Unsupported:
            return None
        return found

    return listed


def _discovered(look: Look, handle: str, code: str, this: Ours) -> Seen | None:
    """The media of that code, of a professional account. None: the list reaches back beyond our publication, and it is not there."""
    for user, items in _listing(look, handle):
        name, number = str(user.get("username") or handle), identity(user.get("id")) or None
        every = [one for one in (media(item, name, number) for item in items) if one]
        for one in every:
            info = identify(one.url or "")
            if info is not None and info.external_id == code:
                return one
        if not every or all(older(one.at, this.at) for one in every):
            return None
    return None


def _listing(look: Look, handle: str) -> Iterator[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """A professional account and its media, page by page, newest first. Raises `Unsupported` where it is not shown, or not to its end."""
    after = ""
    while look.left > 0:
        user = _discover(look, handle, after)
        listed = user.get("media")
        data = listed.get("data") if isinstance(listed, dict) else None
        yield user, [item for item in data or () if isinstance(item, dict)]
        after = _after(listed)
        if not after:
            return
    raise Unsupported("That account has posted so much since that its media cannot be read that far back.", code="too_far_back")


def _discover(look: Look, handle: str, after: str) -> dict[str, Any]:
    if not re.fullmatch(HANDLES.pattern, handle, re.IGNORECASE | re.ASCII):
        raise Unsupported("The address names no handle.", code="no_author")
    place = f"media.after({after}).limit({RECENT_PAGE_SIZE})" if after else f"media.limit({RECENT_PAGE_SIZE})"
    field = f"business_discovery.username({handle}){{id,username,{place}{{id,permalink,caption,timestamp}}}}"
    try:
        found = look.get(look.account, fields=[field]).get("business_discovery")
    except PlatformError as error:
        if not refused(error):
            raise
        raise Unsupported(
            f"Instagram does not show that account to others: only professional ones are ({error.code}).", code="not_shown"
        ) from None
    return found if isinstance(found, dict) else {}


def _after(listed: object) -> str:
    """The cursor of the next page; empty where there is none, or where it would not be safe to repeat."""
    paging = listed.get("paging") if isinstance(listed, dict) else None
    cursors = paging.get("cursors") if isinstance(paging, dict) else None
    after = cursors.get("after") if isinstance(cursors, dict) else None
    return after if isinstance(after, str) and re.fullmatch(r"[\w=+/-]{1,500}", after, re.ASCII) else ""
