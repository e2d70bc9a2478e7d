"""TikTok's codes as our errors: tables of exact codes, never of parts of a text.

Sources: Server API/Error Handling (general codes), the reference page of each call, Get Post Status (`fail_reason`),
oauth-user-access-token-management (flat OAuth errors, whose HTTP status is not documented).
"""

from typing import Literal

from gaung.core.errors import (
    Ambiguous,
    AuthExpired,
    AuthRevoked,
    PlatformError,
    RateLimited,
    Rejected,
    Scope,
    Transient,
)
from gaung.core.http import Effect, Reply, lost
from gaung.plugins.tiktok import const

Verdict = Literal["expired", "revoked", "minute", "account_day", "app_day", "unknown", "refused"]

CODES: dict[str, Verdict] = {
    "access_token_invalid": "expired",
    "scope_not_authorized": "revoked",
    "scope_permission_missed": "revoked",
    "rate_limit_exceeded": "minute",
    "spam_risk_too_many_posts": "account_day",
    "spam_risk_too_many_pending_share": "account_day",
    "reached_active_user_cap": "app_day",
    "internal_error": "unknown",
    "internal": "unknown",
    "spam_risk_user_banned_from_posting": "refused",
    "unaudited_client_can_only_post_to_private_accounts": "refused",
    "url_ownership_unverified": "refused",
    "privacy_level_option_mismatch": "refused",
    "app_version_check_failed": "refused",
    "invalid_params": "refused",
    "invalid_param": "refused",
    "invalid_file_upload": "refused",
    "invalid_publish_id": "refused",
    "token_not_authorized_for_specified_publish_id": "refused",
    "publish_not_cancellable": "refused",
}

REMEDIES = {
    "unaudited_client_can_only_post_to_private_accounts": (
        'the TikTok app has not passed its audit: set the account to private and post with privacy = "SELF_ONLY", or have the app audited'
    ),
    "url_ownership_unverified": (
        "TikTok fetches photos only from a verified domain: verify the domain or prefix of media.public_url in the TikTok developer portal"
    ),
    "privacy_level_option_mismatch": "the creator is not offered this privacy: choose another one (gaung account check shows the choices)",
    "spam_risk_user_banned_from_posting": "TikTok has banned this account from posting: settle it in the TikTok app",
    "spam_risk_too_many_posts": "about 15 posts in 24 hours are allowed for an account, whatever app they come from",
    "reached_active_user_cap": "the TikTok app may post for no more accounts in these 24 hours",
    "scope_not_authorized": "connect the account again and grant video.publish",
    "scope_permission_missed": "connect the account again and grant video.publish",
    "file_format_check_failed": "use an MP4, MOV or WebM video with H.264, H.265, VP8 or VP9, or JPEG or WebP photos",
    "duration_check_failed": "shorten the video to what the account may post",
    "frame_rate_check_failed": "use 23 to 60 frames a second",
    "picture_size_check_failed": "use 360 to 4096 pixels a side for a video, at most 1080p for a photo",
}

FAIL_REASONS: dict[str, Literal["refused", "again", "revoked"]] = {
    "file_format_check_failed": "refused",
    "duration_check_failed": "refused",
    "frame_rate_check_failed": "refused",
    "picture_size_check_failed": "refused",
    "internal": "again",
    "video_pull_failed": "again",
    "photo_pull_failed": "again",
    "publish_cancelled": "refused",
    "auth_removed": "revoked",
    "spam_risk_user_banned_from_posting": "refused",
    "spam_risk_text": "refused",
    "spam_risk": "refused",
    # The day's cap: said at the end of processing, so waiting cannot save this post before its deadline.
    "spam_risk_too_many_posts": "refused",
}
"""What a status of FAILED means. "again": TikTok says that a retry is allowed; nothing was published either way."""

OAUTH: dict[str, Literal["revoked", "again"]] = {
    "access_denied": "revoked",
    "invalid_client": "revoked",
    "invalid_grant": "revoked",
    "invalid_request": "revoked",
    "invalid_scope": "revoked",
    "unauthorized_client": "revoked",
    "unsupported_grant_type": "revoked",
    "unsupported_response_type": "revoked",
    "server_error": "again",
    "temporarily_unavailable": "again",
}


def explained(code: str, message: str) -> str:
    """The platform's words with what to do about them."""
    return "; ".join(part for part in (message.strip(), REMEDIES.get(code, "")) if part) or code


def from_code(code: str, message: str, reply: Reply) -> PlatformError:
    """The error for an answer whose `error.code` is not `ok`. A code that nobody documented counts as a refusal when the status is 4xx."""
    text = explained(code, message)
    verdict = CODES.get(code) or ("refused" if 400 <= reply.status < 500 and reply.status != 429 else "unknown")
    if verdict == "minute" or reply.status == 429:
        return _wait(text, code, reply)
    if verdict == "account_day" or verdict == "app_day":
        return _wait(text, code, reply, const.WAIT_DAY, "app" if verdict == "app_day" else "account")
    if verdict == "unknown" or reply.status >= 500:
        return lost(reply.effect, text, code=code)
    plain = {"expired": AuthExpired, "revoked": AuthRevoked, "refused": Rejected}
    return plain[verdict](text, code=code)


def _wait(text: str, code: str, reply: Reply, seconds: float = const.WAIT_MINUTE, scope: Scope = "account") -> RateLimited:
    return RateLimited(text, scope=scope, retry_after=reply.retry_after() or seconds, code=code)


def from_status(reply: Reply, what: str) -> PlatformError:
    """The error for an answer that is not TikTok's envelope: something on the way spoke."""
    code = f"http_{reply.status}"
    if reply.status == 429:
        return _wait(f"{what}: HTTP 429", code, reply)
    return lost(reply.effect, f"{what}: HTTP {reply.status} without TikTok's own answer", code=code)


def from_upload(reply: Reply) -> PlatformError:
    """The error for a chunk that was not taken; this server answers by status alone (source: Media Transfer Guide)."""
    code = f"upload_{reply.status}"
    if reply.status == 429:
        return _wait("the upload server asks to wait", code, reply)
    if reply.status in (403, 404):
        # Certain, even for the last chunk: it was not taken, so nothing can become visible.
        return Transient("the upload link is no longer good; the upload starts anew", code=code)
    if reply.status == 416 or not 400 <= reply.status < 500:
        return lost(reply.effect, f"the upload server answered HTTP {reply.status}", code=code)
    return Rejected(f"the upload server refused the video with HTTP {reply.status}", code=code)


def from_failure(reason: str) -> PlatformError:
    """The error for a publish that ended as FAILED.

    A reason that allows a retry is `Ambiguous`, although nothing is in doubt: the last chunk is sent, so only a look that answers
    `NotThere` may lead to a new attempt, and core then looks at once (as `Transient` it would ask the same status again, ten times).
    """
    text = explained(reason, "TikTok could not publish the post")
    verdict = FAIL_REASONS.get(reason, "refused")
    if verdict == "again":
        return Ambiguous(text, code=reason)
    if verdict == "revoked":
        return AuthRevoked(f"{text}; the account took its permission back", code=reason)
    return Rejected(text, code=reason or "failed")


def from_oauth(error: str, message: str) -> PlatformError:
    """The error for a flat OAuth error."""
    text = message.strip() or error
    if OAUTH.get(error, "revoked") == "again":
        return Transient(text, code=error)
    return AuthRevoked(f"{text}; connect the account again", code=error)


def unreadable(effect: Effect, what: str) -> PlatformError:
    """The error for an answer that lacks what it is asked for."""
    return lost(effect, f"TikTok's answer lacks {what}", code="bad_reply")
