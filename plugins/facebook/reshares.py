"""Who passed a post on, as far as Facebook names anybody. Nothing in here changes anything.

Facebook withholds `from` of most people, and shows no private share at all: docs/platforms/facebook.md says what each call proves.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gaung.core.errors import PlatformError, Unsupported
from gaung.core.records import Account, Found, LinkInfo, Publication, Sighting
from gaung.plugins.facebook.const import PAGE_SIZE
from gaung.plugins.facebook.links import identify
from gaung.plugins.facebook.seen import POST, SHARED, Fields, ours, own_post, seen, with_names
from gaung.plugins.meta.looking import Look, Ours, OwnPosts, named, older, refused
from gaung.plugins.meta.numbers import at, whole
from gaung.plugins.meta.pushed import identity
from gaung.plugins.meta.seen import Seen

RIGHTS = "pages_read_engagement, pages_read_user_content and Page Public Content Access"


def find(account: Account, publication: Publication) -> Found:
    """Shared posts and tagged posts of one publication. Raises `Unsupported` where this app may see neither."""
    if not publication.external_id:
        raise Unsupported("Facebook withheld the id of this post: nothing can be asked about it.", code="no_id")
    look, found, withheld = Look.of(account), dict[str, Sighting](), 0
    post = _post_of(look, publication.external_id)
    total = _shares_of(look, post)
    this, seeing = ours(publication, post), 0
    for edge in (_shared(look, post), _tagged(look, account, this)):
        try:
            for signal, one in edge:
                withheld += one.nameless
                if not one.nameless and one.author_id != account.external_id:  # a Page may share its own post
                    found.setdefault(one.id, one.sighting(signal, this))
            seeing += 1
        except PlatformError as error:
            if not refused(error):
                raise
            look.notes.append(f"Facebook refused a look ({error.code})")
    if not seeing:
        raise Unsupported(look.note(f"shares are not shown to this app; needed: {RIGHTS}"), code="no_right")
    if withheld:
        look.notes.append(f"{withheld} more were shown without their author")
    return Found(sightings=tuple(found.values()), total=total, note=look.note())


def _post_of(look: Look, identifier: str) -> str:
    """The id of the post that shows a video, as far as it is told; that of a post is its own."""
    if "_" in identifier:
        return identifier
    return identity(_shown(look, identifier, "post_id").get("post_id")) or identifier


def _shares_of(look: Look, post: str) -> int | None:
    """`shares.count`."""
    return whole(at("shares", "count")(_shown(look, post, "shares")))


def _shown(look: Look, identifier: str, field: str) -> Mapping[str, Any]:
    try:
        return look.get(identifier, fields=[field])
    except PlatformError as error:
        if not refused(error):
            raise
        return {}


def _shared(look: Look, post: str) -> Iterator[tuple[str, Seen]]:
    """`GET /{post}/sharedposts`: whatever it lists is a share of this post."""

    def read(look: Look, fields: Fields) -> list[Seen]:
        return [one for page in look.edge(f"{post}/sharedposts", fields=fields, limit=PAGE_SIZE) for one in map(seen, page) if one]

    for one in with_names(look, SHARED, read):
        yield "shared_post", one


def _tagged(look: Look, account: Account, this: Ours) -> Iterator[tuple[str, Seen]]:
    """`GET /{page}/tagged`, as far back as the publication: those that name it, or repeat its text and no later post's."""

    def read(look: Look, fields: Fields) -> list[Seen]:
        kept: list[Seen] = []
        for page in look.edge(f"{account.external_id}/tagged", fields=fields, limit=PAGE_SIZE):
            every = [one for one in map(seen, page) if one]
            kept += every
            if every and all(older(one.at, this.at) for one in every):
                break
        return kept

    own = OwnPosts(look, f"{account.external_id}/published_posts", ("id", "message", "created_time"), PAGE_SIZE, this.at, own_post)
    for one in with_names(look, POST, read):
        if one.refers(this, own):
            yield "tagged_post", one


def verify(account: Account, publication: Publication, url: str) -> Sighting | None:
    """Look up the linked post: a sighting if it names our publication and Facebook names its author.

    Raises `Unsupported` where nothing is proven either way: the address hides the post, Facebook shows it not to us (which it tells in the
    same words as "not there"), or shows it without its author.
    """
    info, this = identify(url), ours(publication)
    if info is None or info.kind != "post":
        return None
    look = Look.of(account)
    one = _linked_post(look, info)
    if one.author_id in (account.external_id, publication.account) or (info.external_id in this.ids and one.nameless):
        return None  # our own post, not somebody's share of it
    if not named(one.names, [this]) and not _shows_video(look, one, publication):
        return None
    if one.nameless:
        raise Unsupported("Facebook shows that post without its author, so nobody is proven to have shared it.", code="no_author")
    return one.sighting("shared_post", this)


def _shows_video(look: Look, one: Seen, publication: Publication) -> bool:
    """Whether it names the post that shows our video."""
    if not publication.external_id or "_" in publication.external_id:
        return False
    return bool(named(one.names, [ours(publication, _post_of(look, publication.external_id))]))


def _linked_post(look: Look, info: LinkInfo) -> Seen:
    if not info.external_id:
        raise Unsupported("The address hides which post it is: open it and copy the post's own address.", code="short_link")
    try:
        owner = info.author_id
        if owner is None and info.author:
            owner = identity(look.get(info.author, fields=["id"]).get("id"))
        if not owner:
            raise Unsupported("The address does not say whose post it is, and Facebook reads a post only by both.", code="no_owner")
        one = with_names(look, POST, lambda look, fields: seen(look.get(f"{owner}_{info.external_id}", fields=fields)))
    except PlatformError as error:
        if isinstance(error, Unsupported) or not refused(error):
            raise
        raise Unsupported(f"Facebook does not show that post to this app, or it is gone ({error.code}).", code="not_shown") from None
    if one is None:
        raise Unsupported("Facebook's answer does not say which post it is.", code="not_shown")
    return one
