"""Calls of the Research API, whose client token is the app's own and no account's. Every function sends one request, once.

Only approved researchers of public institutions have it; creators and offices are not eligible (source: Research API, FAQ), so all of
this is off unless `research_client_key` and `research_client_secret` are set. Its refusals must never touch an account or pause publishing:
a token that is refused is `Transient` (a new one is got next time), a right that is missing `Unsupported`, a used-up quota `Transient`.
"""

import hashlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gaung.core.errors import AuthExpired, AuthRevoked, PlatformError, RateLimited, Transient, Unsupported
from gaung.core.http import Effect, call
from gaung.core.records import Account
from gaung.core.urls import join
from gaung.plugins.tiktok import const, errors, parse


@dataclass(frozen=True, slots=True)
class Reposts:
    """One page of what a user reposted: ids of videos, where the next page begins (None: there is none)."""

    ids: tuple[str, ...]
    cursor: int | None


@dataclass(slots=True)
class _Token:
    value: str = field(repr=False)
    ends_at: float


_tokens: dict[str, _Token] = {}
_lock = threading.Lock()


def has_access(account: Account) -> bool:
    """Whether the office has set a research client."""
    return bool(account.settings.get("research_client_key") and account.settings.get("research_client_secret"))


def reposted(account: Account, username: str, cursor: int | None) -> Reposts | None:
    """One page of the videos that a user reposted; None where TikTok shows none of that user. Source: Query User Reposted Videos."""
    body: dict[str, Any] = {"username": username, "max_count": const.REPOSTED_PAGE} | ({} if cursor is None else {"cursor": cursor})
    try:
        data = _post(account, const.REPOSTED, body)
    except _NoSuchUser:
        return None
    rows = data.get("reposted_videos", data.get("user_reposted_videos"))
    rows = rows if isinstance(rows, list) else []
    ids = tuple(found for row in rows if isinstance(row, Mapping) and (found := parse.identifier(row.get("id"))))
    following = data.get("cursor")
    more = data.get("has_more") is True and isinstance(following, int) and not isinstance(following, bool)
    return Reposts(ids, following if more else None)


class _NoSuchUser(Exception):
    """TikTok refuses the username: gone, private, or under 18. It has one code for all bad parameters."""


def _post(account: Account, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    token = _access_token(account)
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    url = join(str(account.settings["api_url"]), path) + "/"
    reply = call("POST", url, effect=Effect.READ, params={"fields": "id"}, json_body=body, headers=headers)
    try:
        return parse.envelope(reply, "research")
    except AuthExpired as error:
        _forget(account, token)
        raise Transient(f"the research token was refused: {error.message}", code=error.code) from None
    except AuthRevoked as error:
        raise Unsupported(f"the research client may not read reposts: {error.message}", code=error.code) from None
    except RateLimited as error:
        raise Transient(f"the Research API takes no more requests now: {error.message}", code=error.code) from None
    except PlatformError as error:
        if error.code in ("invalid_params", "invalid_param"):
            raise _NoSuchUser from None
        raise


def _access_token(account: Account) -> str:
    """A client token, a new one when the old one ends soon. One request at a time. Source: client-access-token-management."""
    with _lock:
        held = _tokens.get(_name(account))
        if held is None or held.ends_at - time.time() < const.RESEARCH_TOKEN_MARGIN:
            held = _tokens[_name(account)] = _fetch(account)
        return held.value


def _forget(account: Account, token: str) -> None:
    with _lock:
        held = _tokens.get(_name(account))
        if held is not None and held.value == token:
            del _tokens[_name(account)]


def _fetch(account: Account) -> _Token:
    form = {
        "client_key": str(account.settings["research_client_key"]),
        "client_secret": str(account.settings["research_client_secret"]),
        "grant_type": "client_credentials",
    }
    asked_at = time.time()
    url = join(str(account.settings["api_url"]), const.OAUTH_EXCHANGE) + "/"
    reply = call("POST", url, effect=Effect.READ, data=form, headers={"cache-control": "no-cache"})
    body = reply.json()
    error = body.get("error") if isinstance(body, dict) else "bad_reply"
    if isinstance(error, str) and errors.OAUTH.get(error) == "revoked":
        raise Unsupported("TikTok refuses research_client_key or research_client_secret: check both", code=error)
    if error or not reply.ok or not body.get("access_token"):
        raise Transient("TikTok gave no research token", code=error if isinstance(error, str) else f"http_{reply.status}")
    lifetime = body.get("expires_in")
    return _Token(str(body["access_token"]), asked_at + (lifetime if isinstance(lifetime, int) else 0))


def _name(account: Account) -> str:
    """Names client and place, and holds no secret itself."""
    parts = (str(account.settings[key]) for key in ("api_url", "research_client_key", "research_client_secret"))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
