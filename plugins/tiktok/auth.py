"""TikTok's OAuth: an access token lives 24 hours, and each refresh may bring a new refresh token too.

Source: oauth-user-access-token-management. Whether the old refresh token dies at once is not documented: the new one always replaces it.
"""

from datetime import UTC, datetime, timedelta

from gaung.core.errors import AuthRevoked, PlatformError, RateLimited
from gaung.core.http import Effect, Reply, call
from gaung.core.records import Account, AccountInfo, Credentials
from gaung.core.urls import join
from gaung.plugins.tiktok import client, const, errors, parse

LIMITS = ("privacy_level_options", "comment_disabled", "duet_disabled", "stitch_disabled", "max_video_post_duration_sec")
"""What `creator_info` says that holds for every post; kept as `account.limits`."""


def refresh(account: Account) -> Credentials:
    """The account's credentials with fresh tokens.

    Raises `AuthRevoked` when only a person can help, `Transient` or `RateLimited` when it may work later.
    """
    held = account.credentials
    missing = [name for name in ("client_key", "client_secret", "refresh_token") if not held.get(name)]
    if missing:
        raise AuthRevoked(f"the credentials lack {', '.join(missing)}; connect the account again", code="no_refresh_token")
    form = {name: held[name] for name in ("client_key", "client_secret", "refresh_token")} | {"grant_type": "refresh_token"}
    url = join(str(account.settings["api_url"]), const.OAUTH_EXCHANGE) + "/"
    reply = call("POST", url, effect=Effect.PREPARE, data=form, headers={"cache-control": "no-cache"})
    return Credentials(dict(held) | _granted(reply))


def _granted(reply: Reply) -> dict[str, str]:
    try:
        body = reply.json()
    except PlatformError:
        raise errors.from_status(reply, "refreshing the token") from None
    body = body if isinstance(body, dict) else {}
    error = body.get("error")
    if isinstance(error, dict):  # the token endpoint answers flat, a gateway before it may use the API's envelope
        raise errors.from_code(str(error.get("code") or "unknown"), str(error.get("message") or ""), reply)
    if error:
        raise errors.from_oauth(str(error), str(body.get("error_description") or ""))
    if not reply.ok:
        raise errors.from_status(reply, "refreshing the token")
    if not body.get("access_token"):
        raise errors.unreadable(reply.effect, "access_token")
    fresh = {name: str(body[name]) for name in ("access_token", "refresh_token", "scope") if body.get(name)}
    lifetime = body.get("refresh_expires_in")
    if isinstance(lifetime, int):
        end = (reply.server_now() or datetime.now(UTC)) + timedelta(seconds=lifetime)
        fresh["refresh_expires_at"] = end.isoformat(timespec="seconds")
    return fresh


def check_account(account: Account) -> AccountInfo:
    """Who the token is and what TikTok lets the creator choose now.

    An account at a cap still answers: what it was offered before stays, and `blocked` names the cap.
    """
    scopes = tuple(name for name in account.credentials.get("scope", "").split(",") if name)
    wanted = ("open_id", "display_name") + (("username",) if "user.info.profile" in scopes else ())
    user = client.user_info(account, wanted)
    open_id = parse.text(user, "open_id", Effect.READ)
    try:
        creator = client.creator_info(account)
        limits = {name: creator[name] for name in LIMITS if name in creator}
    except RateLimited as error:
        if error.code == "rate_limit_exceeded" or errors.CODES.get(error.code) is None:
            raise
        creator, limits = {}, dict(account.limits) | {"blocked": error.code}
    handle = str(creator.get("creator_username") or user.get("username") or account.handle)
    name = str(creator.get("creator_nickname") or user.get("display_name") or handle)
    return AccountInfo(
        external_id=open_id,
        handle=handle,
        who=f"{name} (@{handle.lstrip('@')})",
        scopes=scopes or ("user.info.basic", "video.publish"),
        expires_at=_ends(account.credentials.get("refresh_expires_at")),
        limits=limits,
    )


def _ends(value: str | None) -> datetime | None:
    """When a person must reconnect: the end of the refresh token, for access tokens are renewed on the way."""
    try:
        return datetime.fromisoformat(value) if value else None
    except ValueError:
        return None
