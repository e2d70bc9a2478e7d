"""Looking for a post of unknown outcome: by its container's status first, then among the account's recent media. Read-only."""

from datetime import UTC, datetime

from gaung.core.records import Account, Attempt, CannotTell, Content, FindAnswer, NotThere, Published, Unfinished
from gaung.core.window import appeared
from gaung.plugins.instagram.client import Instagram
from gaung.plugins.instagram.parse import RecentMedia
from gaung.plugins.instagram.prepare import former, made_at

MEDIA_TYPES = {"photo": "IMAGE", "carousel": "CAROUSEL_ALBUM", "reel": "VIDEO"}
"""`media_type` of what each format makes. Source: IG Media reference."""


def find(account: Account, content: Content, attempt: Attempt) -> FindAnswer:
    """Settle an attempt.

    The container's own status decides: PUBLISHED is on the account, FINISHED and IN_PROGRESS are not and can go on, EXPIRED and
    ERROR never were. Recent media only tell which id a published container became. Source: IG Container reference.
    """
    api = Instagram(account)
    if "media" in attempt.checkpoints:
        media = str(attempt.checkpoints["media"])
        return Published(media, api.permalink(media))
    box = former(api, attempt, "container")
    if box is None:
        return _among_recent(api, content, attempt, attempt.mutation_started_at)
    if box.status_code == "PUBLISHED":
        found = _among_recent(api, content, attempt, made_at(attempt))
        return CannotTell(f"container {box.id} is published; {found.note}") if isinstance(found, NotThere) else found
    if box.status_code in ("FINISHED", "IN_PROGRESS"):
        return Unfinished("check", f"container {box.id} is {box.status_code}, not published")
    return NotThere(f"container {box.id} is {box.status_code}: {box.status}")


def _among_recent(api: Instagram, content: Content, attempt: Attempt, since: datetime | None) -> Published | NotThere | CannotTell:
    """The one recent media that this attempt can have made.

    What appeared in the attempt's own window goes before what appeared since `since`: a call that was thought lost may have published
    before the present *mutation started*.
    """
    ours: list[RecentMedia] = []
    earlier: list[RecentMedia] = []
    for page in api.recent_media():
        same = [item for item in page.items if item.id not in attempt.owned_ids and _same(item, content)]
        ours += [item for item in same if attempt.appeared(item.created_at, page.server_now)]
        now = datetime.now(UTC)
        earlier += [item for item in same if appeared(item.created_at, since, attempt.mutation_started_at, page.server_now, now)]
        if since is None or page.older_than(since):
            break
    return _one(ours or earlier)


def _one(candidates: list[RecentMedia]) -> Published | NotThere | CannotTell:
    if not candidates:
        return NotThere("no media of this text appeared on the account at that time")
    if len(candidates) > 1:
        return CannotTell(f"{len(candidates)} media of the same text appeared at that time: {', '.join(item.id for item in candidates)}")
    return Published(candidates[0].id, candidates[0].permalink)


def _same(item: RecentMedia, content: Content) -> bool:
    """Same caption, same kind. Instagram trims the ends of a caption."""
    if item.media_type and item.media_type != MEDIA_TYPES.get(content.format):
        return False
    return item.caption.strip() == content.text_with_link.strip()
