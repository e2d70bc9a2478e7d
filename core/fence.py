"""Keeps a worker that lost its lease from calling a platform: checked by the HTTP client before every request.

A stopped process (SIGSTOP) wakes up in the middle of a hook without knowing that time went by; the database would refuse
its next write, but its next request must not leave either.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from gaung.core.errors import GaungError


class Fence(Protocol):
    """What the HTTP client asks before a request."""

    @property
    def mutating(self) -> bool:
        """Whether *mutation started* is committed and the irreversible block is running."""

    def check(self) -> None:
        """Raise `LeaseLost` when the lease is no longer ours for sure."""


_current: ContextVar[Fence | None] = ContextVar("gaung_fence", default=None)


def current() -> Fence | None:
    """The fence of the hook call that runs in this context, if any."""
    return _current.get()


@contextmanager
def raised(fence: Fence) -> Iterator[None]:
    """Put `fence` before every request made in the block."""
    token = _current.set(fence)
    try:
        yield
    finally:
        _current.reset(token)


_reads_only: ContextVar[bool] = ContextVar("gaung_reads_only", default=False)


class ReadsOnly(GaungError):
    """A plugin tried to change something while it was asked to look."""


def reads_only() -> bool:
    """Whether the work in this context may change nothing on a platform."""
    return _reads_only.get()


@contextmanager
def reading() -> Iterator[None]:
    """Let no request out of the block that changes anything: a look for reshares must not, whatever its plugin tries."""
    token = _reads_only.set(True)
    try:
        yield
    finally:
        _reads_only.reset(token)
