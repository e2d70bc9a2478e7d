"""Mastodon's refusals as our errors. It has no error codes: the HTTP status is all that a program can go by."""

from collections.abc import Mapping
from datetime import UTC, datetime

from gaung.core.errors import AuthRevoked, PlatformError, RateLimited, Rejected
from gaung.core.http import Reply, lost

GONE = "404"
UNPROCESSABLE = "422"

STATUSES: Mapping[int, type[PlatformError]] = {
    400: Rejected,
    401: AuthRevoked,  # the token is invalid or revoked; Mastodon's do not expire
    403: AuthRevoked,  # a missing scope, a login that is disabled or not confirmed: a person must see to the account
    404: Rejected,
    410: Rejected,
    422: Rejected,
}
"""Source: the answers listed in methods/statuses, methods/media and methods/accounts."""


def refusal(reply: Reply) -> PlatformError:
    """The error that an answer other than 2xx stands for. What is not 4xx is `Ambiguous` of a publishing request, else `Transient`."""
    code, message = str(reply.status), _words(reply)
    if reply.status == 429:
        return RateLimited(message, scope="account", retry_after=wait(reply), code=code)
    if not 400 <= reply.status < 500:
        return lost(reply.effect, message, code=code)
    return STATUSES.get(reply.status, Rejected)(message, code=code)


def wait(reply: Reply) -> float | None:
    """Seconds until requests are allowed again: `Retry-After`, which a proxy may add, else Mastodon's own `X-RateLimit-Reset`."""
    asked = reply.retry_after()
    if asked is not None:
        return asked
    try:
        reset = datetime.fromisoformat(reply.headers.get("x-ratelimit-reset", ""))
    except ValueError:
        return None
    if reset.tzinfo is None:
        reset = reset.replace(tzinfo=UTC)
    return max(0.0, (reset - (reply.server_now() or datetime.now(UTC))).total_seconds())


def _words(reply: Reply) -> str:
    """`{"error": "..."}` of a refusal; a proxy before the instance may answer anything."""
    try:
        body = reply.json()
    except PlatformError:
        body = None
    said = body.get("error") if isinstance(body, Mapping) else None
    return said if isinstance(said, str) and said else f"HTTP {reply.status}"
