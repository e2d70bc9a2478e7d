"""Looking for a status of unknown outcome. Read-only.

A status with files is known by them: a file belongs to one status only, and only this attempt knows the ids of its own.
A text is known by what was written, by the app that posted it and by the time it appeared.
"""

from collections.abc import Iterator

from gaung.core.records import Account, Attempt, CannotTell, Content, FindAnswer, NotThere, Published, Unfinished
from gaung_mastodon.client import Mastodon
from gaung_mastodon.parse import Status
from gaung_mastodon.publish import uploaded


def find(account: Account, content: Content, attempt: Attempt) -> FindAnswer:
    """Settle an attempt."""
    api = Mastodon(account)
    if "status" in attempt.checkpoints:
        status = api.status(str(attempt.checkpoints["status"]))
        if status is None:
            return CannotTell(f"status {attempt.checkpoints['status']} was posted, but is not there any more")
        return Published(status.id, status.url)
    media = frozenset(uploaded(attempt).values())
    if attempt.mutation_started_at is not None:
        if media:
            found = [status for status in _appeared(api, attempt) if status.media & media]
        else:
            found = _same(api, content, list(_appeared(api, attempt)))
        if len(found) == 1:
            return Published(found[0].id, found[0].url)
        if found:
            return CannotTell(f"{len(found)} statuses of this text appeared at that time: {', '.join(status.id for status in found)}")
    return _not_found(api, media)


def _not_found(api: Mastodon, media: frozenset[str]) -> FindAnswer:
    """A file that no status has can still be read; so while all can, nothing was posted, and posting can go on."""
    states = {api.media_state(one) for one in media}
    if states and states <= {"ready", "processing"}:
        return Unfinished("check", "the files are uploaded, no status shows them")
    if "gone" in states:
        return NotThere("no status shows the files, and the instance has dropped them")
    return NotThere("no such status appeared on the account at that time")


def _appeared(api: Mastodon, attempt: Attempt) -> Iterator[Status]:
    """Statuses that can stem from this attempt by their time and are no other delivery's; reads no further back than needed."""
    started = attempt.mutation_started_at
    for page in api.statuses():
        for status in page.statuses:
            if attempt.appeared(status.created_at, page.server_now):
                if status.id not in attempt.owned_ids:
                    yield status
            elif started is not None and status.created_at < started:
                return


def _same(api: Mastodon, content: Content, candidates: list[Status]) -> list[Status]:
    """Those that our app posted with this very text; the instance trims its ends."""
    if not candidates:
        return []
    sent, ours = content.text_with_link.strip(), api.app()  # what a person posts in the web or elsewhere bears another app's name
    by_us = [status for status in candidates if not status.media and status.app in ("", ours)]
    return [status for status in by_us if (api.source(status.id) or "").strip() == sent]
