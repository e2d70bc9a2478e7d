"""What TikTok tells of shares: one number for each public video, and no name.

    share_count       video/query of the Display API   how often, by nobody in particular
    research_repost   research/user/reposted_videos    which videos a *known* user reposted, for offices with research access only

No call tells who reposted a video, no field tells of duets and stitches, and oEmbed, which any link opens, proves only whose a video is and
not what it refers to: `gaung_verify_reshare` is declared impossible.
"""

from collections.abc import Mapping, Sequence

from gaung.core.errors import Unsupported
from gaung.core.records import Account, Found, Profile, Publication, Sighting
from gaung.plugins.tiktok import client, const, research

REPOST = "research_repost"


def count(account: Account, publication: Publication) -> Found:
    """The video's share count, which names nobody. `total` None where it is not public or the token may not read it."""
    if not publication.external_id:
        return Found(note="TikTok gave the post no id, so it cannot be asked for")
    shares = client.share_counts(account, [publication.external_id])
    if publication.external_id not in shares:
        return Found(note="TikTok lists no such public video of the account")
    return Found(total=shares[publication.external_id], note="TikTok tells how often a video was shared, never by whom")


def scan(account: Account, profiles: Sequence[Profile], publications: Sequence[Publication]) -> Found:
    """Reposts of these publications by these users. Raises `Unsupported` before any request where the office has no research access."""
    if not research.has_access(account):
        raise Unsupported(
            "TikTok tells only approved researchers what somebody reposted: set research_client_key and research_client_secret "
            "if the office has research access",
            code="no_research_access",
        )
    ours = {one.external_id: one for one in publications if one.external_id}
    if not ours:
        return Found()
    sightings, hidden, nameless = list[Sighting](), 0, 0
    for profile in profiles:
        if not profile.handle:
            nameless += 1  # the call takes names only
            continue
        found = _reposts(account, profile, ours)
        hidden += found is None
        sightings += found or ()
    parts = [f"{hidden} accounts are not there or not public"] if hidden else []
    parts += [f"{nameless} accounts are known by id only"] if nameless else []
    return Found(sightings=tuple(sightings), note="; ".join(parts))


def _reposts(account: Account, profile: Profile, ours: Mapping[str, Publication]) -> list[Sighting] | None:
    seen: dict[str, Sighting] = {}
    cursor: int | None = None
    for _ in range(const.REPOSTED_PAGES):
        page = research.reposted(account, profile.handle, cursor)
        if page is None:
            return None
        for video in page.ids:
            if video in ours:
                # A repost has no id and no address of its own, and TikTok does not say when it was made.
                evidence = f"repost:{profile.handle.casefold()}:{video}"
                seen[video] = Sighting(signal=REPOST, publication=video, evidence=evidence, author=profile.handle)
        cursor = page.cursor
        if cursor is None or len(seen) == len(ours):
            break
    return list(seen.values())
