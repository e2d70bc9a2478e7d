"""Meta's usage headers: pause before the limit hits, and know how long a limit lasts.

Source: Graph API "Rate limiting". Numbers are whole percentages, throttling starts at 100, `estimated_time_to_regain_access` is in minutes.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from gaung.core import pacing
from gaung.core.errors import Scope
from gaung.core.http import Reply

PAUSE_AT = 90.0
"""Percent at which a scope pauses (design.md, section 5)."""
PAUSE_SECONDS = 300.0
"""Length of that pause where the platform names none: the counts roll over an hour or a day, so a few calls each five minutes let
them sink."""

_NUMBERS = ("call_count", "total_time", "total_cputime")
_OURS = frozenset({"pages", "instagram"})


def report(reply: Reply) -> None:
    """Tell core to pause the app or the account when a reply says that 90 percent are used."""
    percent = _highest(_json(reply, "x-app-usage"))
    if percent >= PAUSE_AT:
        pacing.report("app", PAUSE_SECONDS, f"{percent:g}% of the app's calls are used")
    percents = [_highest(entry) for entry in _entries(reply)]
    wait = regain(reply)
    if wait or max(percents, default=0.0) >= PAUSE_AT:
        pacing.report("account", wait or PAUSE_SECONDS, f"{max(percents):g}% of the account's calls are used")


@contextmanager
def once() -> Iterator[None]:
    """One report for each scope, the longest, of all that is reported in the block: every part of a batch says the same."""
    longest: dict[Scope, pacing.Report] = {}
    try:
        with pacing.collect() as reports:
            yield
    finally:
        for one in sorted(reports, key=lambda one: one.retry_after):
            longest[one.scope] = one
        for scope, one in longest.items():
            pacing.report(scope, one.retry_after, one.reason)


def regain(reply: Reply) -> float | None:
    """Seconds until the account may be called again, by `estimated_time_to_regain_access`; None where no entry names a time."""
    minutes = max((_number(entry.get("estimated_time_to_regain_access")) for entry in _entries(reply)), default=0.0)
    return minutes * 60.0 if minutes > 0 else None


def wait_of(reply: Reply, scope: Scope) -> float | None:
    """Seconds that a refusal asks to wait: `Retry-After` in either form or, for an account, the time to regain access; the longer one."""
    waits = [wait for wait in (reply.retry_after(), None if scope == "app" else regain(reply)) if wait is not None]
    return max(waits, default=None)


def _entries(reply: Reply) -> Iterator[Mapping[str, Any]]:
    # {"<business, Page or Instagram id>": [{"type": "pages", ...}]}, up to 32 objects; ads and messaging are none of our calls.
    for entries in _json(reply, "x-business-use-case-usage").values():
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and entry.get("type", "pages") in _OURS:
                yield entry


def _json(reply: Reply, header: str) -> Mapping[str, Any]:
    try:
        value = json.loads(reply.headers.get(header, "{}"))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _highest(entry: Mapping[str, Any]) -> float:
    return max(_number(entry.get(name)) for name in _NUMBERS)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
