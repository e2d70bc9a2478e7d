"""What is Instagram's own among the errors: failed containers, the spent day, "not ready yet". Codes are in `gaung.plugins.meta.table`."""

from gaung.core.errors import PlatformError, RateLimited
from gaung.core.http import Effect
from gaung.plugins.instagram.parse import Container, Quota
from gaung.plugins.meta.errors import build, lookup
from gaung.plugins.meta.table import QUOTA_WAIT, Verdict

GONE = frozenset({"100/33"})
"""The object does not exist, or not for this token. Source: Graph API, handling errors."""

NOT_READY = frozenset({"9007", "9007/2207027"})
"""`media_publish` before the container is FINISHED: refused for sure, and only a matter of waiting. Source: Instagram error codes."""

NOT_FETCHED = frozenset({"9004", "9004/2207052"})
"""The media address could not be fetched. Source: Instagram error codes."""


def failure(box: Container) -> PlatformError:
    """Our error for a container whose status is ERROR, by the subcode in its `status`.

    `Transient` where the table says that a new container may do; `Rejected`, also for a subcode that it does not know.
    """
    row = lookup(None, box.subcode)
    verdict = row.verdict if row is not None else Verdict.REJECTED
    message = box.status or "Instagram could not process the media"
    if row is not None:
        message = f"{message} ({row.meaning})"
    code = "container_error" if box.subcode is None else str(box.subcode)
    if row is not None:
        code = f"{row.code}/{row.subcode}"
    return build(verdict, message, code, Effect.READ, wait=row.wait if row is not None else None)


def quota_spent(quota: Quota) -> RateLimited:
    """The day's posts are used up; known before anything is made.

    The window is a rolling day and the platform does not say when a place frees up.
    """
    message = f"{quota.used} of {quota.total} posts in {quota.seconds // 3600} hours are used"
    return RateLimited(message, scope="account", retry_after=QUOTA_WAIT, code="9/2207042")
