"""YouTube's exact error codes as our errors. Source: core errors page, videos.insert errors, quota page, OAuth 2.0 guide."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gaung.core.errors import AuthExpired, AuthRevoked, PlatformError, RateLimited, Rejected, Transient
from gaung.core.http import Reply, lost
from gaung.plugins.youtube import const

EXPIRED = frozenset({"authError", "expired", "authorizationRequired"})
"""HTTP 401: a fresh access token may do."""

RECONNECT = frozenset(
    {
        "youtubeSignupRequired",
        "insufficientPermissions",
        "accountDelegationForbidden",
        "authenticatedUserAccountClosed",
        "authenticatedUserAccountSuspended",
        "authenticatedUserNotChannel",
    }
)
"""HTTP 401 and 403: only a person can help, at the account or by a new consent."""

REFUSED = frozenset(
    {
        "invalidTitle",
        "invalidDescription",
        "invalidTags",
        "invalidCategoryId",
        "invalidPublishAt",
        "invalidVideoMetadata",
        "invalidFilename",
        "invalidRecordingDetails",
        "defaultLanguageNotSet",
        "mediaBodyRequired",
        "incompatibleParameters",
        "invalidFilters",
        "invalidPageToken",
        "invalidCriteria",
        "missingRequiredParameter",
        "unexpectedParameter",
        "invalidImage",
        "forbidden",
        "forbiddenPrivacySetting",
        "forbiddenLicenseSetting",
        "videoNotFound",
        "channelNotFound",
        "playlistNotFound",
    }
)
"""HTTP 400, 403 and 404: this request will never be accepted."""

DAILY = frozenset({"quotaExceeded", "dailyLimitExceeded"})
"""HTTP 403: the project's quota of the day is used up."""

CHANNEL_FULL = frozenset({"uploadLimitExceeded"})
"""HTTP 400: the channel's own uploads of the day are used up."""

TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
"""HTTP 403 or 429: the project calls too often."""

CHANNEL_TOO_FAST = frozenset({"uploadRateLimitExceeded"})
"""HTTP 429: the channel uploads too often."""

SERVER = frozenset({"internalError", "backendError"})
"""HTTP 500 and 503: may work later, or may have worked."""

TOKEN_REVOKED = frozenset({"invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope"})
"""HTTP 400 and 401 of the token host. Source: OAuth 2.0 guide; RFC 6749, 5.2."""

TOKEN_LATER = frozenset({"server_error", "temporarily_unavailable", "internal_failure"})
"""Values that google-auth itself takes for temporary."""


def refusal(reply: Reply) -> PlatformError:
    """The error that a reply of the API stands for. 5xx and what cannot be read: `Ambiguous` for a PUBLISH request, else `Transient`."""
    code, words = _reason(reply)
    if code in EXPIRED:
        return AuthExpired(words, code=code)
    if code in RECONNECT:
        return AuthRevoked(f"{words} (reconnect the channel)", code=code)
    if code in DAILY:
        wait = until_midnight(reply.server_now() or datetime.now(UTC))
        return RateLimited(words, code=code, scope="app", retry_after=wait)
    if code in CHANNEL_FULL:
        return RateLimited(words, code=code, scope="account", retry_after=const.UPLOAD_LIMIT_WAIT)
    if code in TOO_FAST:
        return RateLimited(words, code=code, scope="app", retry_after=_wait(reply))
    if code in CHANNEL_TOO_FAST:
        return RateLimited(words, code=code, scope="account", retry_after=_wait(reply))
    if code in SERVER:
        return lost(reply.effect, words, code)
    if code in REFUSED:
        return Rejected(words, code=code)
    return _by_status(reply, code, words)


def _by_status(reply: Reply, code: str, words: str) -> PlatformError:
    """A reply without a known reason, as upload sessions and proxies give. 408 and 3xx tell as little as a 5xx."""
    if reply.status == 401:
        return AuthExpired(words, code=code)
    if reply.status == 429:
        return RateLimited(words, code=code, scope="app", retry_after=_wait(reply))
    if reply.status == 408 or not 400 <= reply.status < 500:
        return lost(reply.effect, words, code)
    return Rejected(words, code=code)


def token_refusal(reply: Reply) -> PlatformError:
    """The error that a reply of the token host stands for: flat `error` and `error_description`."""
    body = _body(reply)
    code = body.get("error")
    code = code if isinstance(code, str) and code else f"http_{reply.status}"
    words = str(body.get("error_description") or f"the token host answered HTTP {reply.status}")
    if code in TOKEN_REVOKED:
        return AuthRevoked(f"{words} (reconnect the channel)", code=code)
    if reply.status == 429:
        return RateLimited(words, code=code, scope="app", retry_after=_wait(reply))
    if code in TOKEN_LATER or reply.status == 408 or not 400 <= reply.status < 500:
        return Transient(words, code=code)
    return AuthRevoked(f"{words} (check client id and secret, reconnect the channel)", code=code)


def until_midnight(now: datetime) -> float:
    """Seconds from `now` to the next midnight in California, when quotas start anew."""
    zone = ZoneInfo(const.QUOTA_ZONE)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone)
    return (midnight.astimezone(UTC) - now.astimezone(UTC)).total_seconds()


def _wait(reply: Reply) -> float:
    told = reply.retry_after()
    return const.RATE_WAIT if told is None else told


def _reason(reply: Reply) -> tuple[str, str]:
    """Code and words: the first item's `reason`, else the reply's `status` word, else the HTTP status."""
    error = _body(reply).get("error")
    error = error if isinstance(error, Mapping) else {}
    items = error.get("errors")
    first = items[0] if isinstance(items, list) and items and isinstance(items[0], Mapping) else {}
    code = first.get("reason") or error.get("status") or f"http_{reply.status}"
    words = error.get("message") or first.get("message") or f"YouTube answered HTTP {reply.status}"
    return str(code), str(words)


def _body(reply: Reply) -> Mapping[str, Any]:
    try:
        body = json.loads(reply.content)
    except ValueError:
        return {}
    return body if isinstance(body, Mapping) else {}
