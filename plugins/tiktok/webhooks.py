"""What TikTok pushes: the state of a post. No event tells of shares, reposts, duets or comments.

`TikTok-Signature: t=SECONDS,s=HEX`, HMAC-SHA256 over `t + "." + raw body` under the app's client secret. TikTok tries for up to 72 hours
and does not say whether a later try is signed anew, so an old signature is accepted for as long; replaying one achieves nothing, for the
same notice has the same key, and all that it causes is one more look at a delivery.
`authorization.removed` makes no notice: the next call with that token fails and says so. Source: Webhooks; Get Post Status.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from gaung.core.errors import WebhookRefused
from gaung.core.records import Notice, WebhookAnswer, WebhookRequest
from gaung.plugins.tiktok import const

EVENTS = frozenset(
    {"post.publish.failed", "post.publish.complete", "post.publish.inbox_delivered", "post.publish.publicly_available"}
)  # fmt: skip
"""Those that end or change what a delivery waits for."""

_SIGNATURE = re.compile(r"t=(\d{1,12}),s=([0-9a-fA-F]{64})", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9_.~-]{1,200}", re.ASCII)


def read(request: WebhookRequest) -> WebhookAnswer:
    """The notice in a signed body, if it is about a delivery of an account that we have. Raises `WebhookRefused`."""
    if request.method != "POST":
        raise WebhookRefused("TikTok makes no handshake")
    keys = _signers(request)
    body = _object(request.body)
    client_key, account, event = (_text(body, key) for key in ("client_key", "user_openid", "event"))
    if client_key not in keys:
        raise WebhookRefused("the body is of another app than its signature")
    ours = {one.external_id for one in request.accounts if one.credentials.get("client_key") == client_key}
    publish_id = _text(_content(body), "publish_id")
    if account not in ours or event not in EVENTS or not _ID.fullmatch(publish_id):
        return WebhookAnswer()
    key = f"{event}:{publish_id}:{body.get('create_time')}"
    return WebhookAnswer(notices=(Notice(key=key, account=account, kind="delivery", refers=publish_id),))


def _signers(request: WebhookRequest) -> set[str]:
    """Client keys of the apps whose secret made the signature."""
    found = _SIGNATURE.fullmatch(request.headers.get("tiktok-signature", "").replace(" ", ""))
    apps = {
        (key, secret)
        for one in request.accounts
        if (key := one.credentials.get("client_key")) and (secret := one.credentials.get("client_secret"))
    }
    if not apps:
        raise WebhookRefused("no account has a client_secret, so no signature can be checked")
    if found is None:
        raise WebhookRefused("the signature is missing or unreadable")
    signed = found[1].encode() + b"." + request.body
    given = found[2].lower()
    # A list: every secret is compared, so that the time tells nothing.
    right = [(key, hmac.compare_digest(_hmac(secret, signed), given)) for key, secret in sorted(apps)]
    keys = {key for key, same in right if same}
    if not keys:
        raise WebhookRefused("the signature is not of any of our apps")
    age = request.received_at.timestamp() - int(found[1])
    if not -const.SIGNATURE_FUTURE <= age <= const.SIGNATURE_PAST:
        raise WebhookRefused(f"the signature is {timedelta(seconds=round(abs(age)))} {'old' if age > 0 else 'ahead'}")
    return keys


def _hmac(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _text(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key)
    return value if isinstance(value, str) else ""


def _content(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """`content` is JSON text inside a string; an object is taken too."""
    content = body.get("content")
    if isinstance(content, str):
        try:
            content = json.loads(content)
        except (ValueError, RecursionError):
            return {}
    return content if isinstance(content, dict) else {}


def _object(raw: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise WebhookRefused("the body is not JSON") from None
    if not isinstance(body, dict):
        raise WebhookRefused("the body is no JSON object")
    return body
