"""What is sent: a line of `gaung events tail`, and the headers that prove whose it is."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

from gaung.core.errors import Transient
from gaung.core.records import Event
from gaung.plugins.webhook.const import ID, SECRET_PREFIX, SHORTEST_SECRET, SIGNATURE, TIMESTAMP, VERSION


def wanted(name: str, patterns: Sequence[Any]) -> bool:
    """Whether an event of that name is to be sent."""
    return any(fnmatchcase(name, str(pattern)) for pattern in patterns)


def body(event: Event) -> bytes:
    """The event as `gaung events tail` has it, in JSON. The same event gives the same bytes."""
    return json.dumps(event.line(), ensure_ascii=False, sort_keys=True).encode()


def headers(event: Event, content: bytes, secret: str, now: int) -> dict[str, str]:
    """Id, time and signature. A receiver refuses an old time, and ignores an id that it has seen."""
    number = f"evt_{event.id}"
    signed = hmac.new(key(secret), f"{number}.{now}.".encode() + content, hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        ID: number,
        TIMESTAMP: str(now),
        SIGNATURE: f"{VERSION},{base64.b64encode(signed).decode()}",
    }


def key(secret: str) -> bytes:
    """The bytes that sign. Raises `Transient` for what cannot be a secret, so that events wait until it is set right."""
    if secret.startswith(SECRET_PREFIX):
        try:
            found = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            raise Transient(f"plugins.webhook.secret begins with {SECRET_PREFIX}, but what follows is no base64", code="secret") from None
    else:
        found = secret.encode()
    if len(found) < SHORTEST_SECRET:
        raise Transient(f"plugins.webhook.secret is shorter than {SHORTEST_SECRET} bytes", code="secret")
    return found
