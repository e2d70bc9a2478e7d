"""What Meta pushes: the handshake, the signature over the raw body, and the envelopes of Pages and of Instagram. No network.

Source: Graph API, Webhooks, getting started; Instagram platform, webhooks.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gaung.core.errors import WebhookRefused
from gaung.core.records import Notice, WebhookAnswer, WebhookRequest

_SIGNATURE = re.compile(r"sha256=([0-9a-fA-F]{64})")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{1,200}")
_ID = re.compile(r"[A-Za-z0-9_]{1,100}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Change:
    """One update: the account that it is for, the subscribed field, its value."""

    account: str
    name: str
    value: Mapping[str, Any] = field(repr=False)

    def id(self, key: str) -> str:
        """An id in the value; empty where there is none, or where it looks like anything but an id."""
        return identity(self.value.get(key))


def identity(value: object) -> str:
    """An id as text; empty for whatever looks like none."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if _ID.fullmatch(text) else ""


def key_of(change: Change, *ids: str) -> str:
    """What names an update for good: the same whenever it is delivered again. A digest, for the id of a post holds its author's."""
    return hashlib.sha256("\n".join((change.account, change.name, *ids)).encode()).hexdigest()


def read(request: WebhookRequest, obj: str, notice_of: Callable[[Change], Notice | None]) -> WebhookAnswer:
    """Answer a handshake, or the notices in a signed body whose `object` is `obj`; each key once, only for accounts that we have.

    Raises `WebhookRefused`. A signed body about another object is answered without notices: Meta ends a subscription that fails.
    """
    if request.method == "GET":
        return WebhookAnswer(body=_handshake(request))
    _check_signature(request)
    body = _object(request.body)
    ours = {account.external_id for account in request.accounts}
    kept: dict[str, Notice] = {}
    for change in changes(body) if body.get("object") == obj else ():
        notice = notice_of(change) if change.account in ours else None
        if notice is not None:
            kept.setdefault(notice.key, notice)
    return WebhookAnswer(notices=tuple(kept.values()))


def changes(body: Mapping[str, Any]) -> Iterator[Change]:
    """All updates of all entries: `changes[{field, value}]` (Facebook Login) and flat `field`, `value` (Instagram Login).

    `messaging[]` is left out: a story mention does not say which post it is about, and its picture may not be kept.
    """
    for entry in _objects(body.get("entry")):
        account = identity(entry.get("id"))
        for change in (*_objects(entry.get("changes")), entry):
            name, value = change.get("field"), change.get("value")
            if account and isinstance(name, str) and isinstance(value, dict):
                yield Change(account, name, value)


def _handshake(request: WebhookRequest) -> str:
    """`hub.mode=subscribe`, our `hub.verify_token`: answered with the raw `hub.challenge`."""
    query = request.query
    given, challenge = query.get("hub.verify_token", ""), query.get("hub.challenge", "")
    if query.get("hub.mode") != "subscribe" or not _CHALLENGE.fullmatch(challenge):
        raise WebhookRefused("this is no handshake of Meta's")
    tokens = _settings(request, "webhook_verify_token")
    if not tokens:
        raise WebhookRefused("no webhook_verify_token is set")
    if not _among(given, tokens):
        raise WebhookRefused("the verify token is not ours")
    return challenge


def _check_signature(request: WebhookRequest) -> None:
    """`X-Hub-Signature-256`: HMAC-SHA256 of the raw body under the app's secret. The older SHA-1 header is not accepted."""
    secrets = _settings(request, "app_secret")
    if not secrets:
        raise WebhookRefused("no app_secret is set, so no signature can be checked")
    found = _SIGNATURE.fullmatch(request.headers.get("x-hub-signature-256", ""))
    given = found[1].lower() if found else ""
    right = [hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest() for secret in secrets]
    if not _among(given, right):
        raise WebhookRefused("the signature is not of any of our apps")


def _among(given: str, right: Iterable[str]) -> bool:
    """Compared with every one, each in constant time, so that the time tells nothing of any."""
    return sum(hmac.compare_digest(one.encode(), given.encode()) for one in right) > 0


def _settings(request: WebhookRequest, name: str) -> list[str]:
    """The distinct values of a setting; many offices share one app."""
    return list(dict.fromkeys(str(value) for account in request.accounts if (value := account.settings.get(name))))


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise WebhookRefused("the body is not JSON") from None
    if not isinstance(found, dict):
        raise WebhookRefused("the body is no JSON object")
    return found


def _objects(value: object) -> Iterable[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
