"""Sends one event, once. When to try again is core's business."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from gaung.core.errors import RateLimited, Rejected, Transient
from gaung.core.http import Effect, Reply, call
from gaung.core.records import Event
from gaung.plugins.webhook.const import REFUSED
from gaung.plugins.webhook.payloads import body, headers


def send(event: Event, settings: Mapping[str, Any]) -> None:
    """Post an event. Raises `Transient` or `RateLimited` where it is to be told again, `Rejected` where it is not.

    A lost answer is told again, too: the receiver knows the id. Errors name the host alone, for a path may be a secret of its own.
    """
    if event.at < datetime.now(UTC) - timedelta(hours=settings["keep_hours"]):
        raise Rejected(f"could not be sent for {settings['keep_hours']:g} hours and is given up", code="too_old")
    content = body(event)
    said = headers(event, content, settings["secret"], int(time.time()))
    reply = call(
        "POST", settings["url"], effect=Effect.PREPARE, content=content, headers=said, timeout=settings["timeout_seconds"]
    )  # fmt: skip
    if not reply.ok:
        raise _refusal(reply, urlsplit(settings["url"]).hostname or "the receiver")


def _refusal(reply: Reply, host: str) -> Exception:
    """The receiver's own words are left out: they may repeat what it was sent."""
    code, words = str(reply.status), f"{host} answered HTTP {reply.status}"
    if reply.status in REFUSED:
        return Rejected(words, code=code)
    wait = reply.retry_after()
    return RateLimited(words, scope="app", retry_after=wait, code=code) if wait is not None else Transient(words, code=code)
