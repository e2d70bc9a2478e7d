"""What Facebook pushes about a Page: shares and mentions, kept as ids and looked up afterwards.

Source: Pages webhooks reference; fact sheet 2.7. Whether `item=share` is pushed for a share on somebody's own timeline is not confirmed.
"""

from collections.abc import Sequence

from gaung.core.errors import PlatformError
from gaung.core.records import Account, Found, Notice, Publication, WebhookAnswer, WebhookRequest
from gaung.plugins.facebook.links import identify
from gaung.plugins.facebook.seen import COMMENT, POST, ours, seen, with_names
from gaung.plugins.meta import pushed
from gaung.plugins.meta.looking import Look, Ours, named, refused, repeated
from gaung.plugins.meta.pushed import Change, identity
from gaung.plugins.meta.seen import Seen

NEW = frozenset({"", "add"})
"""Verbs that tell of something new; `remove` and `edited` tell nothing that a later look would not."""


def read(request: WebhookRequest) -> WebhookAnswer:
    """Handshake, or the notices in a signed body. Raises `WebhookRefused`."""
    return pushed.read(request, "page", _notice)


def _notice(change: Change) -> Notice | None:
    value = change.value
    if str(value.get("verb") or "") not in NEW:
        return None
    if change.name == "feed" and value.get("item") == "share":
        return _share(change)
    if change.name == "mention":
        return _mention(change)
    return None


def _share(change: Change) -> Notice | None:
    """`share_id` is the sharing post, by itself or below its author's id; `post_id` may be it, too, or our own post."""
    sender = change.value.get("from")
    author = identity(sender.get("id")) if isinstance(sender, dict) else ""
    share, post = change.id("share_id"), change.id("post_id")
    below = f"{author}_{share}" if author and share and "_" not in share else ""
    nodes = [node for node in dict.fromkeys((below, share, post)) if node]
    link = change.value.get("link")
    info = identify(link) if isinstance(link, str) else None
    shares = [number for number in (post, (info.external_id or "") if info else "") if number]
    key = share or post
    if not key:
        return None
    return Notice(
        key=pushed.key_of(change, key), account=change.account, kind="sighting",
        payload={"signal": "shared_post", "nodes": nodes, "shares": shares},
    )  # fmt: skip


def _mention(change: Change) -> Notice | None:
    post, comment = change.id("post_id"), change.id("comment_id")
    node = comment or post
    if not node:
        return None
    signal = "comment_mention" if comment else "tagged_post"
    return Notice(key=pushed.key_of(change, node), account=change.account, kind="sighting", payload={"signal": signal, "nodes": [node]})


def follow(account: Account, notice: Notice, publications: Sequence[Publication]) -> Found:
    """Read what was pushed: it must still be there, name its author, and name one of the publications or repeat its text."""
    signal, nodes, shares = (notice.payload.get(key) for key in ("signal", "nodes", "shares"))
    every = [(ours(publication), publication) for publication in publications if publication.external_id]
    known = {number for one, _ in every for number in one.ids}
    look = Look.of(account)
    one = _first(look, [str(node) for node in nodes if str(node) not in known] if isinstance(nodes, list) else [], str(signal))
    if one is None:
        return Found(note=look.note("what was pushed is not shown to this app, or is gone"))
    told = one.names | {str(number) for number in shares} if isinstance(shares, list) else one.names
    this = named(told, [mine for mine, _ in every]) or _by_words(one, account, every)
    if this is None:
        return Found(note="what was pushed names none of our posts")
    if one.nameless:
        return Found(note="what was pushed is shown without its author")
    return Found(sightings=(one.sighting(str(signal), this),))


def _first(look: Look, nodes: Sequence[str], signal: str) -> Seen | None:
    """The first of these nodes that can be read."""
    fields = COMMENT if signal == "comment_mention" else POST
    for node in nodes:
        try:
            return with_names(look, fields, lambda look, fields, node=node: seen(look.get(node, fields=fields)))  # type: ignore[misc]
        except PlatformError as error:
            if not refused(error):
                raise
    return None


def _by_words(one: Seen, account: Account, every: Sequence[tuple[Ours, Publication]]) -> Ours | None:
    """Offices publish the same text: only the Page that was mentioned counts."""
    mine = [our for our, publication in every if publication.account in ("", account.external_id)]
    return repeated(one.words, one.at, mine)
