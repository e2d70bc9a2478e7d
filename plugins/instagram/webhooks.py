"""What Instagram pushes: mentions in captions and in comments, kept as ids and looked up afterwards.

Comments below our own media (field `comments`) are left out: they answer us and pass nothing on. Story mentions (`messaging`) too: they do
not say which post they are about. Source: Instagram platform webhooks; IG User mentioned_media and mentioned_comment references.
"""

import re
from collections.abc import Sequence
from typing import Any

from gaung.core.errors import PlatformError, Rejected
from gaung.core.records import Account, Found, Notice, Publication, WebhookAnswer, WebhookRequest
from gaung.plugins.instagram.seen import comment, media, ours
from gaung.plugins.meta import pushed
from gaung.plugins.meta.looking import Look, named, refused, repeated
from gaung.plugins.meta.pushed import Change
from gaung.plugins.meta.seen import Seen

_MEDIA = "mentioned_media.media_id({}){{id,username,owner,permalink,caption,timestamp}}"
_COMMENT = "mentioned_comment.comment_id({}){{id,{}text,timestamp,media{{id,permalink}}}}"


def read(request: WebhookRequest) -> WebhookAnswer:
    """Handshake, or the notices in a signed body. Raises `WebhookRefused`."""
    return pushed.read(request, "instagram", _notice)


def _notice(change: Change) -> Notice | None:
    """`mentions`: `{"media_id", "comment_id"}`, the second only where a comment mentions us."""
    ids = {key: number for key in ("media_id", "comment_id") if (number := change.id(key)).isdecimal()}
    if change.name != "mentions" or not ids:
        return None
    key = pushed.key_of(change, ids.get("comment_id") or ids["media_id"])
    return Notice(key=key, account=change.account, kind="sighting", payload=ids)


def follow(account: Account, notice: Notice, publications: Sequence[Publication]) -> Found:
    """Read what was pushed: it must still be there, name its author, and link to one of the publications or repeat its text."""
    look = Look.of(account)
    commented = "comment_id" in notice.payload
    number = str(notice.payload.get("comment_id" if commented else "media_id") or "")
    if not re.fullmatch(r"[0-9]{1,40}", number):
        return Found(note="what was pushed has no id")
    try:
        one = _comment(look, number) if commented else media(_asked(look, "mentioned_media", _MEDIA.format(number)))
    except PlatformError as error:
        if not refused(error):
            raise
        return Found(note=f"what was pushed is not shown to this app, or is gone ({error.code})")
    if one is None or one.nameless:
        return Found(note="what was pushed is shown without its author")
    every = [(ours(publication), publication) for publication in publications if publication.external_id]
    # Offices publish the same text: by words alone only the account that was mentioned counts.
    mine = [our for our, publication in every if publication.account in ("", account.external_id)]
    this = named(one.names, [our for our, _ in every]) or repeated(one.words, one.at, mine)
    if this is None:
        return Found(note="what was pushed names none of our posts")
    return Found(sightings=(one.sighting("comment_mention" if commented else "mention", this),))


def _comment(look: Look, number: str) -> Seen | None:
    """A comment with its author; the reference of `mentioned_comment` does not list `username`, so it may be refused."""
    try:
        return comment(_asked(look, "mentioned_comment", _COMMENT.format(number, "username,")))
    except Rejected as error:
        if "username" not in error.message:
            raise
    return comment(_asked(look, "mentioned_comment", _COMMENT.format(number, "")))


def _asked(look: Look, name: str, field: str) -> dict[str, Any]:
    found = look.get(look.account, fields=[field]).get(name)
    return found if isinstance(found, dict) else {}
