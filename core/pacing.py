"""What a plugin learns of a platform's limits from replies that succeeded, handed to whoever runs the hook.

A refused call raises `RateLimited`; this is for the warning before it ("90 percent used"): the work at hand goes on,
and core pauses the scope after the hook call.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from gaung.core.errors import Scope


@dataclass(frozen=True, slots=True)
class Report:
    """`scope` should not be called for `retry_after` seconds; `reason` is for people."""

    scope: Scope
    retry_after: float
    reason: str


_collector: ContextVar[list[Report] | None] = ContextVar("gaung_pacing", default=None)


def report(scope: Scope, retry_after: float, reason: str) -> None:
    """Ask for a pause of `scope`. Does nothing outside `collect`."""
    reports = _collector.get()
    if reports is not None:
        reports.append(Report(scope, retry_after, reason))


@contextmanager
def collect() -> Iterator[list[Report]]:
    """Gather what is reported in the block, also when the block raises. Blocks nest: the inner one takes what is its own."""
    reports: list[Report] = []
    token = _collector.set(reports)
    try:
        yield reports
    finally:
        _collector.reset(token)
