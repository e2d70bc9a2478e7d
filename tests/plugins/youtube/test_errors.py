"""Every documented code has its meaning, and an unknown one a safe one."""

import json
from datetime import UTC, datetime

import pytest

from gaung.core.errors import Ambiguous, AuthExpired, AuthRevoked, PlatformError, RateLimited, Rejected, Transient
from gaung.core.http import Effect, Reply
from gaung.plugins.youtube import const
from gaung.plugins.youtube.errors import refusal, token_refusal, until_midnight

# Status and reason as in the fact sheet, section 8; then what core must do.
DOCUMENTED: list[tuple[int, str, type[PlatformError]]] = [
    (400, "invalidTitle", Rejected),
    (400, "invalidDescription", Rejected),
    (400, "invalidTags", Rejected),
    (400, "invalidCategoryId", Rejected),
    (400, "invalidPublishAt", Rejected),
    (400, "invalidVideoMetadata", Rejected),
    (400, "invalidFilename", Rejected),
    (400, "invalidRecordingDetails", Rejected),
    (400, "defaultLanguageNotSet", Rejected),
    (400, "mediaBodyRequired", Rejected),
    (400, "uploadLimitExceeded", RateLimited),
    (400, "incompatibleParameters", Rejected),
    (400, "invalidFilters", Rejected),
    (400, "invalidPageToken", Rejected),
    (400, "invalidCriteria", Rejected),
    (400, "invalidImage", Rejected),
    (400, "missingRequiredParameter", Rejected),
    (400, "unexpectedParameter", Rejected),
    (401, "authError", AuthExpired),
    (401, "expired", AuthExpired),
    (401, "authorizationRequired", AuthExpired),
    (401, "youtubeSignupRequired", AuthRevoked),
    (403, "forbidden", Rejected),
    (403, "insufficientPermissions", AuthRevoked),
    (403, "forbiddenPrivacySetting", Rejected),
    (403, "forbiddenLicenseSetting", Rejected),
    (403, "accountDelegationForbidden", AuthRevoked),
    (403, "authenticatedUserAccountClosed", AuthRevoked),
    (403, "authenticatedUserAccountSuspended", AuthRevoked),
    (403, "authenticatedUserNotChannel", AuthRevoked),
    (403, "quotaExceeded", RateLimited),
    (403, "dailyLimitExceeded", RateLimited),
    (403, "rateLimitExceeded", RateLimited),
    (429, "rateLimitExceeded", RateLimited),
    (403, "userRateLimitExceeded", RateLimited),
    (429, "userRateLimitExceeded", RateLimited),
    (404, "videoNotFound", Rejected),
    (404, "channelNotFound", Rejected),
    (404, "playlistNotFound", Rejected),
    (429, "uploadRateLimitExceeded", RateLimited),
    (500, "internalError", Transient),
    (503, "backendError", Transient),
]


def answer(status: int, reason: str = "", effect: Effect = Effect.READ, headers: dict[str, str] | None = None) -> Reply:
    error = {"code": status, "message": "Kata-kata YouTube.", "errors": [{"message": "m", "domain": "d", "reason": reason}]}
    return Reply(status, headers or {}, json.dumps({"error": error}).encode(), effect)


@pytest.mark.parametrize(("status", "reason", "kind"), DOCUMENTED)
def test_each_documented_code_means_one_thing_whatever_the_call_did(status: int, reason: str, kind: type[PlatformError]) -> None:
    for effect in Effect:
        error = refusal(answer(status, reason, effect))
        expected = Ambiguous if kind is Transient and effect is Effect.PUBLISH else kind
        assert type(error) is expected
        assert error.code == reason
        assert "Kata-kata YouTube." in error.message


def test_the_reason_decides_and_not_the_status() -> None:
    assert type(refusal(answer(403, "authError"))) is AuthExpired
    assert type(refusal(answer(400, "backendError", Effect.PUBLISH))) is Ambiguous


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, b"", Rejected, "http_400"),
        (418, b'{"error":{"status":"TEAPOT"}}', Rejected, "TEAPOT"),
        (401, b"<html>", AuthExpired, "http_401"),
        (429, b"", RateLimited, "http_429"),
        (408, b"", Transient, "http_408"),
        (502, b"<html>", Transient, "http_502"),
        (504, b"[1]", Transient, "http_504"),
        (302, b"", Transient, "http_302"),
        (500, b'{"error":"flat"}', Transient, "http_500"),
        (400, b'{"error":{"errors":[]}}', Rejected, "http_400"),
    ],
)
def test_an_answer_without_a_known_reason_is_judged_by_its_status(status: int, body: bytes, kind: type[PlatformError], code: str) -> None:
    error = refusal(Reply(status, {}, body, Effect.READ))
    assert (type(error), error.code) == (kind, code)
    if kind is Transient:
        assert type(refusal(Reply(status, {}, body, Effect.PUBLISH))) is Ambiguous


@pytest.mark.parametrize(
    ("reason", "scope", "seconds"),
    [
        ("uploadLimitExceeded", "account", 86400),
        ("rateLimitExceeded", "app", 60),
        ("userRateLimitExceeded", "app", 60),
        ("uploadRateLimitExceeded", "account", 60),
    ],
)
def test_a_limit_says_whom_it_stops_and_for_how_long(reason: str, scope: str, seconds: float) -> None:
    error = refusal(answer(403, reason))
    assert isinstance(error, RateLimited)
    assert (error.scope, error.retry_after) == (scope, seconds)


@pytest.mark.parametrize(("header", "seconds"), [("17", 17), ("Tue, 24 Nov 2026 10:00:45 GMT", 45)])
def test_both_forms_of_retry_after_are_read(header: str, seconds: float) -> None:
    error = refusal(answer(429, "rateLimitExceeded", headers={"retry-after": header, "date": "Tue, 24 Nov 2026 10:00:00 GMT"}))
    assert isinstance(error, RateLimited)
    assert error.retry_after == seconds


@pytest.mark.parametrize(
    ("date", "hours"),
    [
        ("Tue, 24 Nov 2026 07:30:00 GMT", 0.5),
        ("Tue, 24 Nov 2026 08:00:00 GMT", 24),
        ("Mon, 06 Jul 2026 06:00:00 GMT", 1),
        ("Sun, 01 Nov 2026 07:00:00 GMT", 25),  # the day has 25 hours
        ("Sun, 08 Mar 2026 08:00:00 GMT", 23),  # and this one 23
    ],
)
def test_a_used_up_quota_waits_until_midnight_in_california(date: str, hours: float) -> None:
    error = refusal(answer(403, "quotaExceeded", headers={"date": date}))
    assert isinstance(error, RateLimited)
    assert (error.scope, error.retry_after) == ("app", hours * 3600)


def test_without_a_date_our_own_clock_counts() -> None:
    error = refusal(answer(403, "quotaExceeded"))
    assert isinstance(error, RateLimited)
    assert error.retry_after is not None
    assert 0 < error.retry_after <= 25 * 3600
    assert error.retry_after == pytest.approx(until_midnight(datetime.now(UTC)), abs=5)


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, AuthRevoked, "invalid_grant"),
        (401, {"error": "invalid_client"}, AuthRevoked, "invalid_client"),
        (401, {"error": "unauthorized_client"}, AuthRevoked, "unauthorized_client"),
        (400, {"error": "invalid_scope"}, AuthRevoked, "invalid_scope"),
        (400, {"error": "unsupported_grant_type"}, AuthRevoked, "unsupported_grant_type"),
        (400, {"error": "temporarily_unavailable"}, Transient, "temporarily_unavailable"),
        (400, {"error": "server_error"}, Transient, "server_error"),
        (500, {"error": "internal_failure"}, Transient, "internal_failure"),
        (503, [], Transient, "http_503"),
        (429, {}, RateLimited, "http_429"),
    ],
)
def test_the_token_hosts_flat_codes_have_their_meaning(status: int, body: object, kind: type[PlatformError], code: str) -> None:
    error = token_refusal(Reply(status, {}, json.dumps(body).encode(), Effect.READ))
    assert (type(error), error.code) == (kind, code)


def test_every_reason_of_a_failed_or_rejected_video_has_words() -> None:
    # Source: discovery document, VideoStatus and VideoProcessingDetails.
    failures = "conversion invalidFile emptyFile tooSmall codec uploadAborted uploadFailed transcodeFailed streamingFailed other"
    rejections = "copyright inappropriate duplicate termsOfUse uploaderAccountSuspended length claim uploaderAccountClosed trademark legal"
    assert set(const.FAILURES) == set(failures.split())
    assert set(const.REJECTIONS) == set(rejections.split())
