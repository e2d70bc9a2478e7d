"""Who boosted a status, and whether a handed-in status links to one.

    boost        GET /api/v1/statuses/:id/reblogged_by   names every account that boosted it, page by page
    quote_link   GET /api/v2/search?resolve=true         a status whose text holds the address of ours, and whose it is

People are told apart by `name@host`. Their numbers are those of one instance, and another office may be on another one.
"""

from gaung.core.records import Account, Found, Publication, Sighting
from gaung_mastodon import parse
from gaung_mastodon.client import Mastodon

BOOST = "boost"
QUOTE_LINK = "quote_link"
_PAGES = 25


def find(account: Account, publication: Publication) -> Found:
    """Everybody who boosted a status, and the instance's own count. A boost has no id that is told, and no time."""
    number = publication.external_id
    if not number:
        return Found(note="the status has no id")
    api = Mastodon(account)
    told = api.status_counts(number)
    if told is None:
        return Found(note="the status is not there any more")
    shares = parse.number(told[0], "reblogs_count")
    people, more = api.reblogged_by(number, _PAGES)
    sightings = tuple(
        Sighting(signal=BOOST, publication=number, evidence=f"boost:{number}:{one.handle}", author=one.handle, url=one.url)
        for one in people
    )
    return Found(sightings=sightings, total=shares, note="there are more boosts than were read" if more else "")


def verify(account: Account, publication: Publication, url: str) -> Sighting | None:
    """A sighting if the status behind the link holds the address of ours. A reply that does not is talk, not sharing."""
    number, ours = publication.external_id, publication.url
    if not number or not ours:
        return None
    status = Mastodon(account).resolve(url)
    if status is None or status.id == number or status.author_id == account.external_id or not status.names(ours):
        return None
    return Sighting(
        signal=QUOTE_LINK,
        publication=number,
        evidence=status.uri,
        author=status.author,
        url=status.url,
        at=status.created_at,
    )
