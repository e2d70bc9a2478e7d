"""Sends one event, once. When to try again is core's business."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from gaung.core.errors import RateLimited, Rejected, Transient
from gaung.core.http import Effect, Reply, call
from gaung.core.records import Event
from gaung.plugins.webhook.const import LONGEST_TIMEOUT, READ, REFUSED
from gaung.plugins.webhook.payloads import body, headers


def send(event: Event, settings: Mapping[str, Any]) -> None:
    """Post an event. Raises `Transient` or `RateLimited` where it is to be told again, `Rejected` where it is not.

    A lost answer is told again, too: the receiver knows the id. Errors name the host alone, for a path may be a secret of its own.
    """
    keep_hours, timeout = (_positive(settings, name) for name in ("keep_hours", "timeout_seconds"))
    if (datetime.now(UTC) - event.at).total_seconds() > keep_hours * 3600:
        raise Rejected(f"could not be sent for {keep_hours:g} hours and is given up", code="too_old")
    content = body(event)
    said = headers(event, content, settings["secret"], int(time.time()))
    wait = min(timeout, LONGEST_TIMEOUT)
    reply = call("POST", settings["url"], effect=Effect.PREPARE, content=content, headers=said, timeout=wait, most=READ)
    if not reply.ok:
        raise _refusal(reply, urlsplit(settings["url"]).hostname or "the receiver")


def _positive(settings: Mapping[str, Any], name: str) -> float:
    """A setting that must be above 0. Raises `Transient` for what is not, so that events wait until it is set right."""
    value = float(settings[name])
    if not value > 0:
        raise Transient(f"plugins.webhook.{name} must be above 0", code=name)
    return value


def _refusal(reply: Reply, host: str) -> Exception:
    """The receiver's own words are left out: they may repeat what it was sent."""
    code, words = str(reply.status), f"{host} answered HTTP {reply.status}"
    if reply.status in REFUSED:
        return Rejected(words, code=code)
    wait = reply.retry_after()
    return RateLimited(words, scope="app", retry_after=wait, code=code) if wait is not None else Transient(words, code=code)
