"""Looking whether an attempt of unknown outcome published: by publish id, else among the account's own public posts."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from gaung.core.errors import AuthRevoked, Rejected
from gaung.core.records import Account, Attempt, CannotTell, Content, FindAnswer, NotThere, Published, Unfinished
from gaung.plugins.tiktok import client, const, errors, parse, payloads, upload

_SETTLE = 'look in the TikTok app, then "gaung delivery settle"'
_OLDER = timedelta(hours=1)
"""More than two clocks that are kept differ by."""


def publish_id(attempt: Attempt) -> str | None:
    """The publish id that TikTok gave this delivery, if any."""
    half = upload.saved(attempt)
    return half.publish_id if half else attempt.checkpoints.get("publish_id")


def find(account: Account, content: Content, attempt: Attempt) -> FindAnswer:
    """Answer by the publish id where there is one.

    A failure for good answers `Unfinished("check")`, so that `gaung_check` says why; a failure that may be tried again is `NotThere`.
    """
    known = publish_id(attempt)
    if known is not None:
        return _by_id(account, content, attempt, known)
    if attempt.mutation_started_at is None:
        return NotThere("no publishing call was made")
    if attempt.checkpoints.get("refused"):
        return NotThere("TikTok refused the publishing call")
    try:
        found = by_list(account, content, attempt)
    except AuthRevoked as error:
        if errors.CODES.get(error.code) != "revoked":
            raise
        return CannotTell(f"the token may not list the account's posts (scope video.list); {_SETTLE}")
    return found or CannotTell(f"no single public post fits, and one that is not public or still in review is not listed; {_SETTLE}")


def _by_id(account: Account, content: Content, attempt: Attempt, known: str) -> FindAnswer:
    try:
        status, now = client.status(account, known)
    except Rejected as error:
        if error.code == "invalid_publish_id":
            return NotThere("TikTok does not know the publish id")
        if error.code == "token_not_authorized_for_specified_publish_id":
            return CannotTell(f"the publish id belongs to another token; {_SETTLE}")
        raise
    if status.state == "PUBLISH_COMPLETE":
        return _complete(account, content, status)
    if status.state == "FAILED":
        again = errors.FAIL_REASONS.get(status.fail_reason) in ("again", "revoked")
        return NotThere(status.fail_reason) if again else Unfinished("check", status.fail_reason)
    if status.state == "PROCESSING_UPLOAD":
        return _half(upload.saved(attempt), status, now, started=attempt.mutation_started_at is not None)
    if status.state == "PROCESSING_DOWNLOAD" or status.state == "SEND_TO_USER_INBOX":
        return Unfinished("check", status.state)
    return CannotTell(f"TikTok's status is {status.state}; {_SETTLE}")


def _complete(account: Account, content: Content, status: parse.Status) -> FindAnswer:
    if status.post_id:
        return Published(status.post_id, payloads.post_url(account.handle, content, status.post_id))
    if content.options.get("privacy") != const.PUBLIC:
        return Published(None, None)
    return Unfinished("check", "published; TikTok has not given the id yet")


def _half(half: upload.Upload | None, status: parse.Status, now: datetime, *, started: bool) -> FindAnswer:
    """What an upload in progress means: with all bytes in TikTok works on it, with fewer we go on while the URL lives."""
    if half is None:
        return Unfinished("check", status.state)
    if status.uploaded is not None and status.uploaded >= half.plan.size:
        return Unfinished("check", status.state)
    if half.alive(now):
        return Unfinished("finish", f"{status.uploaded or 0} of {half.plan.size} bytes are in")
    if status.uploaded is None and started:
        return CannotTell(f"TikTok does not say whether the last byte arrived; {_SETTLE}")
    return NotThere(f"{status.uploaded or 0} of {half.plan.size} bytes came in before the upload link ended")


def by_list(account: Account, content: Content, attempt: Attempt) -> Published | None:
    """The one public post that only this attempt can have made: dated since *mutation started*, of the same text, owned by no other."""
    fits = [post for post in _recent(account, attempt) if post.id not in attempt.owned_ids and _same(post, content)]
    if len(fits) != 1:
        return None
    return Published(fits[0].id, fits[0].url or payloads.post_url(account.handle, content, fits[0].id))


def _recent(account: Account, attempt: Attempt) -> Iterator[parse.Listed]:
    """Posts that can stem from the attempt, newest first; a page that reaches back well before it is the last."""
    cursor: int | None = None
    for _page in range(const.LIST_PAGES):
        answer = client.video_list(account, cursor)
        page = parse.listed(answer.data)
        yield from (post for post in page if attempt.appeared(post.created_at, answer.at))
        started = attempt.mutation_started_at
        over = not page or (started is not None and page[-1].created_at < started - _OLDER)
        following = answer.data.get("cursor")
        if over or answer.data.get("has_more") is not True or not isinstance(following, int) or following == cursor:
            return
        cursor = following


def _same(post: parse.Listed, content: Content) -> bool:
    """Text as sent, but for space at the ends. A photo post without a description is known by its title."""
    text = payloads.caption(content)
    if text or content.format == "video":
        return post.description.strip() == text
    return post.title.strip() == content.title.strip()
