"""Every code that TikTok documents means one thing to core."""

import json

import pytest

from gaung.core.errors import Ambiguous, AuthExpired, AuthRevoked, PlatformError, RateLimited, Rejected, Transient
from gaung.core.http import Effect, Reply
from gaung.plugins.tiktok import errors, parse

MINUTE, DAY = 60, 86_400

# Error Handling; Query Creator Info; Direct Post; Upload (inbox); Photo Post; Get Post Status; Cancel.
DOCUMENTED: dict[str, tuple[int, type[PlatformError]]] = {
    "access_token_invalid": (401, AuthExpired),
    "scope_not_authorized": (401, AuthRevoked),
    "scope_permission_missed": (400, AuthRevoked),
    "invalid_params": (400, Rejected),
    "invalid_param": (400, Rejected),
    "invalid_file_upload": (400, Rejected),
    "rate_limit_exceeded": (429, RateLimited),
    "internal_error": (500, Transient),
    "internal": (500, Transient),
    "spam_risk_too_many_posts": (403, RateLimited),
    "spam_risk_user_banned_from_posting": (403, Rejected),
    "reached_active_user_cap": (403, RateLimited),
    "unaudited_client_can_only_post_to_private_accounts": (403, Rejected),
    "url_ownership_unverified": (403, Rejected),
    "privacy_level_option_mismatch": (403, Rejected),
    "spam_risk_too_many_pending_share": (403, RateLimited),
    "app_version_check_failed": (400, Rejected),
    "invalid_publish_id": (400, Rejected),
    "token_not_authorized_for_specified_publish_id": (400, Rejected),
    "publish_not_cancellable": (400, Rejected),
}
FAIL_REASONS = (
    "file_format_check_failed duration_check_failed frame_rate_check_failed picture_size_check_failed internal video_pull_failed "
    "photo_pull_failed publish_cancelled auth_removed spam_risk_user_banned_from_posting spam_risk_text spam_risk spam_risk_too_many_posts"
)
OAUTH = (
    "access_denied invalid_client invalid_grant invalid_request invalid_scope unauthorized_client unsupported_grant_type "
    "unsupported_response_type server_error temporarily_unavailable"
)


def reply(status: int, code: str = "", effect: Effect = Effect.READ, body: bytes | None = None, **headers: str) -> Reply:
    said = {"data": {}, "error": {"code": code, "message": "words of TikTok", "log_id": "L1"}}
    low = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, low, json.dumps(said).encode() if body is None else body, effect)


def raised(answer: Reply) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        parse.envelope(answer, "a call")
    return caught.value


def test_the_tables_hold_every_documented_code_and_no_other() -> None:
    assert set(errors.CODES) == set(DOCUMENTED)
    assert set(errors.FAIL_REASONS) == set(FAIL_REASONS.split())
    assert set(errors.OAUTH) == set(OAUTH.split())
    assert set(errors.REMEDIES) <= set(errors.CODES) | set(errors.FAIL_REASONS)


@pytest.mark.parametrize("code", DOCUMENTED)
def test_a_code_means_its_error_and_keeps_tiktoks_words(code: str) -> None:
    status, kind = DOCUMENTED[code]
    error = raised(reply(status, code))
    assert type(error) is kind
    assert error.code == code
    assert error.message.startswith("words of TikTok")
    assert errors.REMEDIES.get(code, "") in error.message


@pytest.mark.parametrize("code", DOCUMENTED)
def test_a_refusal_of_the_publishing_call_stays_a_refusal_and_doubt_becomes_ambiguous(code: str) -> None:
    status, kind = DOCUMENTED[code]
    assert type(raised(reply(status, code, Effect.PUBLISH))) is (Ambiguous if kind is Transient else kind)


def test_a_code_counts_even_with_http_200() -> None:
    assert isinstance(raised(reply(200, "spam_risk_user_banned_from_posting")), Rejected)


@pytest.mark.parametrize(
    ("code", "scope", "seconds"),
    [
        ("rate_limit_exceeded", "account", MINUTE),
        ("spam_risk_too_many_posts", "account", DAY),
        ("spam_risk_too_many_pending_share", "account", DAY),
        ("reached_active_user_cap", "app", DAY),
    ],
)
def test_a_limit_pauses_its_own_scope(code: str, scope: str, seconds: float) -> None:
    error = raised(reply(DOCUMENTED[code][0], code))
    assert isinstance(error, RateLimited)
    assert (error.scope, error.retry_after) == (scope, seconds)


def test_retry_after_is_believed() -> None:
    error = raised(reply(429, "rate_limit_exceeded", retry_after="17"))
    assert isinstance(error, RateLimited)
    assert error.retry_after == 17


@pytest.mark.parametrize(
    ("status", "effect", "kind"),
    [
        (400, Effect.READ, Rejected),
        (403, Effect.PUBLISH, Rejected),
        (200, Effect.READ, Transient),
        (200, Effect.PUBLISH, Ambiguous),
        (503, Effect.PREPARE, Transient),
        (503, Effect.PUBLISH, Ambiguous),
        (429, Effect.PUBLISH, RateLimited),
    ],
)
def test_a_code_that_nobody_documented_goes_by_the_status(status: int, effect: Effect, kind: type[PlatformError]) -> None:
    assert type(raised(reply(status, "something_new", effect))) is kind


@pytest.mark.parametrize("body", [b"<html>Bad Gateway</html>", b"[]", b'{"data":{}}', b"", b'{"error":{"code":""}}', b'{"error":"x"}'])
@pytest.mark.parametrize(("effect", "kind"), [(Effect.READ, Transient), (Effect.PREPARE, Transient), (Effect.PUBLISH, Ambiguous)])
@pytest.mark.parametrize("status", [200, 403, 502])
def test_an_answer_that_is_not_tiktoks_decides_nothing(status: int, effect: Effect, kind: type[PlatformError], body: bytes) -> None:
    assert type(raised(reply(status, effect=effect, body=body))) is kind


def test_a_429_of_a_gateway_is_a_limit_all_the_same() -> None:
    assert isinstance(raised(reply(429, body=b"slow down")), RateLimited)


@pytest.mark.parametrize(
    ("status", "effect", "kind"),
    [
        (400, Effect.PREPARE, Rejected),
        (400, Effect.PUBLISH, Rejected),
        (403, Effect.PREPARE, Transient),
        (403, Effect.PUBLISH, Transient),
        (404, Effect.PUBLISH, Transient),
        (416, Effect.PREPARE, Transient),
        (416, Effect.PUBLISH, Ambiguous),
        (429, Effect.PREPARE, RateLimited),
        (500, Effect.PREPARE, Transient),
        (500, Effect.PUBLISH, Ambiguous),
        (302, Effect.PUBLISH, Ambiguous),
    ],
)
def test_the_upload_server_speaks_by_status(status: int, effect: Effect, kind: type[PlatformError]) -> None:
    error = errors.from_upload(reply(status, effect=effect, body=b""))
    assert type(error) is kind
    assert error.code == f"upload_{status}"


def test_a_reason_that_nobody_documented_is_final() -> None:
    assert isinstance(errors.from_failure("something_new"), Rejected)
    assert errors.from_failure("").code == "failed"


@pytest.mark.parametrize("error", OAUTH.split())
def test_oauth_errors_call_for_a_person_unless_the_server_is_in_trouble(error: str) -> None:
    kind = Transient if error in ("server_error", "temporarily_unavailable") else AuthRevoked
    found = errors.from_oauth(error, "words")
    assert type(found) is kind
    assert found.code == error
