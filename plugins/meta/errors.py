"""A Graph failure becomes one of our errors: by code, then subcode, never by HTTP status or text alone."""

from gaung.core.errors import Ambiguous, AuthRevoked, PlatformError, RateLimited, Rejected, Transient
from gaung.core.http import Effect, Reply
from gaung.plugins.meta import usage
from gaung.plugins.meta.failure import Failure
from gaung.plugins.meta.table import PERMISSIONS, ROWS, Row, Verdict

_UNIQUE_FROM = 1_000_000
"""Subcodes from here on (1363037, 2207026) name one thing whatever code they come with; 33 or 463 do not."""

_BY_PAIR = {(row.code, row.subcode): row for row in ROWS}
_BY_SUBCODE = {row.subcode: row for row in ROWS if row.subcode is not None and row.subcode >= _UNIQUE_FROM}


def lookup(code: int | None, subcode: int | None = None) -> Row | None:
    """The table's row for a code and subcode; for a long subcode alone as well (a container's `status` text names only that)."""
    if subcode is not None:
        row = _BY_PAIR.get((code, subcode)) if code is not None else None
        row = row or _BY_SUBCODE.get(subcode)
        if row is not None:
            return row
    if code is None:
        return None
    if code in PERMISSIONS:
        return Row(code, None, Verdict.REVOKED, "a permission was not granted, or was removed")
    return _BY_PAIR.get((code, None))


def to_error(failure: Failure, reply: Reply, *, secrets: tuple[str, ...] = ()) -> PlatformError:
    """Our error for the failure in `reply`, with the wait that its headers ask for. Every one of `secrets` is cut out of the words.

    A code that the table does not know: `Rejected` when a 4xx answer refuses; else (5xx, an error in a 200, `is_transient`)
    `Ambiguous` for a publishing call and `Transient` for the others.
    """
    row = lookup(failure.code, failure.subcode)
    verdict = row.verdict if row else _unknown(failure)
    wait = usage.wait_of(reply, "app" if verdict is Verdict.APP_LIMIT else "account")
    if wait is None and row is not None:
        wait = row.wait
    return build(verdict, redact(failure.message, secrets), failure.label, reply.effect, wait=wait)


def _unknown(failure: Failure) -> Verdict:
    refused = failure.code is not None and 400 <= failure.status < 500 and not failure.transient
    return Verdict.REJECTED if refused else Verdict.RETRY


def build(verdict: Verdict, message: str, code: str, effect: Effect, *, wait: float | None = None) -> PlatformError:
    """The error of a verdict."""
    if verdict is Verdict.APP_LIMIT:
        return RateLimited(message, scope="app", retry_after=wait, code=code)
    if verdict is Verdict.ACCOUNT_LIMIT:
        return RateLimited(message, scope="account", retry_after=wait, code=code)
    if verdict is Verdict.REVOKED:
        return AuthRevoked(message, code=code)
    if verdict is Verdict.REJECTED:
        return Rejected(message, code=code)
    return Ambiguous(message, code=code) if effect is Effect.PUBLISH else Transient(message, code=code)


def redact(text: str, secrets: tuple[str, ...]) -> str:
    """`text` without the secrets: Meta's "Malformed access token ..." repeats the token."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return text
