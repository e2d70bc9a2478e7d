"""Publishing: containers first, which nobody can see, then `media_publish`, the one call that makes a post visible.

    publish ─ quota ─ containers ─ FINISHED? ── no ─> Pending ─ check ─> Ready ─ finish ─┐
                                      └── yes ──────────────────────> media_publish <────┘

`publish` and `finish` both go on from the checkpoints as far as the platform allows; `check` only reads.
Checkpoints: `item_0` ... (a carousel's items), `upload` (bytes under way), `container` (complete), each `{"id", "at"}`;
`media` (id of what was published).
"""

from gaung.core.errors import Ambiguous, PlatformError, Rejected, Transient
from gaung.core.records import Account, Attempt, CheckAnswer, Content, Pending, PublishAnswer, Published, Ready
from gaung.plugins.instagram.client import Instagram
from gaung.plugins.instagram.errors import NOT_READY, failure, quota_spent
from gaung.plugins.instagram.parse import Container
from gaung.plugins.instagram.prepare import former, prepare


def publish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """Make the containers and publish at once if they are ready.

    Raises `RateLimited` before anything is made when the day's posts are spent, `Rejected` when a file is refused.
    """
    api = Instagram(account)
    _keep_within_quota(api)
    return _go_on(api, content, attempt)


def finish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """Publish the finished container; of a carousel whose items have just become ready, make it first."""
    api = Instagram(account)
    _keep_within_quota(api)
    return _go_on(api, content, attempt)


def check(account: Account, attempt: Attempt) -> CheckAnswer:
    """Status of the container, or of a carousel's items. Raises `Rejected` with Instagram's subcode when processing failed."""
    api = Instagram(account)
    if "media" in attempt.checkpoints:
        media = str(attempt.checkpoints["media"])
        return Published(media, api.permalink(media))
    if "container" in attempt.checkpoints:
        boxes = [former(api, attempt, "container")]
    else:
        boxes = [former(api, attempt, key) for key in attempt.checkpoints if key.startswith("item_")]
    waiting = [_alive(box, attempt).status_code == "IN_PROGRESS" for box in boxes]
    if not waiting:
        raise _lost(attempt, "no container is known any more")
    return _pending(api, "Instagram is processing the media") if any(waiting) else Ready()


def _go_on(api: Instagram, content: Content, attempt: Attempt) -> PublishAnswer:
    box = _usable(api, attempt)
    if box is None:
        if not prepare(api, content, attempt):
            return _pending(api, "Instagram is processing the items of the carousel")
        box = former(api, attempt, "container")
    box = _alive(box, attempt)
    if box.status_code != "FINISHED":
        return _pending(api, "Instagram is processing the media")
    return _make_visible(api, attempt, box)


def _usable(api: Instagram, attempt: Attempt) -> Container | None:
    """The container of an earlier call if it is still good. Once a mutation started, no second one may be made."""
    box = former(api, attempt, "container")
    if box is not None and box.status_code not in ("EXPIRED", "ERROR"):
        return box
    if attempt.mutation_started_at is not None:
        raise _lost(attempt, "the container is no longer usable")
    return None


def _make_visible(api: Instagram, attempt: Attempt, box: Container) -> PublishAnswer:
    try:
        with attempt.mutating():
            media = api.media_publish(box.id)
            attempt.checkpoint("media", media)
    except PlatformError as error:
        if error.code not in NOT_READY:
            raise
        return _pending(api, "Instagram says the media is not ready yet")
    return Published(media, api.permalink(media))


def _alive(box: Container | None, attempt: Attempt) -> Container:
    """A container that may still be published, or the error that says why not."""
    if box is None:
        raise _lost(attempt, "the container is gone")
    if box.status_code == "PUBLISHED":  # by a call whose answer was lost: core looks for its media, nothing is published again
        raise Ambiguous(f"container {box.id} is published already", code="published_before")
    if box.status_code == "EXPIRED":
        raise _lost(attempt, f"container {box.id} expired: {box.status}")
    if box.status_code == "ERROR":
        error = failure(box)
        raise _lost(attempt, error.message, error.code) if isinstance(error, Transient) else error
    return box


def _lost(attempt: Attempt, message: str, code: str = "container_lost") -> PlatformError:
    """Begin anew if nothing irreversible was tried; else let core look first."""
    kind = Transient if attempt.mutation_started_at is None else Ambiguous
    return kind(message, code=code)


def _keep_within_quota(api: Instagram) -> None:
    try:
        quota = api.quota()
    except Rejected:
        return  # not every account may read it; media_publish then says when the day is full
    if quota.spent:
        raise quota_spent(quota)


def _pending(api: Instagram, note: str) -> Pending:
    return Pending(check_after=api.poll_seconds, note=note)
