"""Access tokens: got by google-auth over our own HTTP client, kept in memory only."""

import hashlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gaung.core.errors import Transient
from gaung.core.http import Effect, Reply, call
from gaung.core.records import Account
from gaung.plugins.youtube import const
from gaung.plugins.youtube.errors import token_refusal

if TYPE_CHECKING:
    from google.auth.transport import Request


@dataclass(frozen=True, slots=True)
class Token:
    """An access token. `ends_at` is seconds since the epoch, `grant_ends_at` that of a time-limited refresh token."""

    value: str = field(repr=False)
    ends_at: float
    scopes: tuple[str, ...]
    grant_ends_at: float | None = None


@dataclass(slots=True)
class _Slot:
    lock: threading.Lock = field(default_factory=threading.Lock)
    owner: str = ""
    token: Token | None = None


_slots: dict[int, _Slot] = {}


def access_token(account: Account) -> Token:
    """The account's access token, a new one when the old one ends within four minutes. One request at a time per account.

    Raises `AuthRevoked` on `invalid_grant`, `Transient` or `RateLimited` when the token host cannot answer now.
    """
    slot = _slots.setdefault(account.id, _Slot())
    owner = _fingerprint(account)
    with slot.lock:
        token = slot.token
        if token is None or slot.owner != owner or token.ends_at - time.time() < const.TOKEN_MARGIN:
            slot.token = token = _fetch(account)
            slot.owner = owner
        return token


def forget(account: Account, token: Token) -> None:
    """Drop a token that YouTube refused; one that another thread got meanwhile stays."""
    slot = _slots.setdefault(account.id, _Slot())
    with slot.lock:
        if slot.token == token:
            slot.token = None


def renew(account: Account) -> Token:
    """Get a new access token, whatever is kept. Errors as `access_token`."""
    slot = _slots.setdefault(account.id, _Slot())
    with slot.lock:
        slot.token = None
    return access_token(account)


def _fingerprint(account: Account) -> str:
    """Names the credentials, so that new ones never meet the token of old ones; holds no secret itself."""
    parts = [account.settings.get("token_url", const.TOKEN_URL), *(account.credentials[key] for key in _KEYS)]
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


_KEYS = ("client_id", "client_secret", "refresh_token")


def _fetch(account: Account) -> Token:
    from google.oauth2.credentials import Credentials

    transport = _transport()
    credentials = Credentials(  # type: ignore[no-untyped-call]
        token=None,
        refresh_token=account.credentials["refresh_token"],
        token_uri=account.settings.get("token_url", const.TOKEN_URL),
        client_id=account.credentials["client_id"],
        client_secret=account.credentials["client_secret"],
    )
    asked_at = time.time()
    credentials.refresh(transport)  # type: ignore[no-untyped-call]
    answer: Mapping[str, Any] = transport.answer  # type: ignore[attr-defined]
    grant = answer.get("refresh_token_expires_in")
    return Token(
        value=str(credentials.token),
        ends_at=asked_at + float(answer.get("expires_in") or 0),
        scopes=tuple(str(answer.get("scope") or "").split()),
        grant_ends_at=None if grant is None else asked_at + float(grant),
    )


@dataclass(frozen=True, slots=True)
class _Response:
    """What google-auth reads of a reply."""

    status: int
    headers: Mapping[str, str]
    data: bytes


def _transport() -> "Request":
    """A google-auth transport over `gaung.core.http`, which sends once.

    google-auth asks the token host up to three times. It repeats only what its transport hands back, so a refusal is
    raised from in here: it never sees one.
    """
    from google.auth.transport import Request as Base

    class Transport(Base):
        answer: Mapping[str, Any]

        def __call__(
            self,
            url: str,
            method: str = "GET",
            body: bytes | None = None,
            headers: Mapping[str, str] | None = None,
            timeout: float | None = None,
            **_: Any,
        ) -> _Response:
            reply = call(method, url, effect=Effect.READ, content=body, headers=headers, timeout=timeout)
            self.answer = _granted(reply)
            return _Response(reply.status, reply.headers, reply.content)

    return Transport()


def _granted(reply: Reply) -> Mapping[str, Any]:
    if reply.status != 200:
        raise token_refusal(reply)
    body = reply.json()
    if not isinstance(body, Mapping) or not isinstance(body.get("access_token"), str):
        raise Transient("the token host's answer has no access_token", code="bad_reply")
    return body
