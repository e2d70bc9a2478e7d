"""Asks something that may be away or slow, and never makes whoever scrapes wait for long."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar

from gaung.core.store.db import first_line, gone

T = TypeVar("T")
PATIENCE = 4.0
"""Seconds that a scrape waits: Prometheus itself gives up after 10."""
_FRESH = 0.5
"""Seconds for which an answer is handed to others who ask, so that many scrapes cost no more than one."""
_log = logging.getLogger("gaung.metrics")


@dataclass(frozen=True, slots=True)
class Sample(Generic[T]):
    """`value` None: it is away, or took too long. `last_success`: seconds since the epoch, 0 for never."""

    value: T | None
    last_success: float


class Sampler(Generic[T]):
    """Runs `ask` in a thread of its own, one at a time; `name` is what people call the thing that is asked."""

    def __init__(self, name: str, ask: Callable[[], T], *, patience: float = PATIENCE) -> None:
        self._name, self._ask, self._patience = name, ask, patience
        self._lock = threading.Lock()
        self._asking: Future[T] | None = None
        self._ended = 0.0
        self._last_success = 0.0
        self._away = False

    def begin(self) -> None:
        """Ask already, for somebody who waits for something else first."""
        self._current()

    def get(self) -> Sample[T]:
        """What it says now. Never raises."""
        try:
            value = self._current().result(self._patience)
        except TimeoutError:
            return self._failed(f"no answer within {self._patience:g} seconds")
        except Exception as error:  # noqa: BLE001, whatever it is: this scrape has no figures, and the next one asks again
            return self._failed(first_line(error) if gone(error) else f"{type(error).__name__}: {first_line(error)}")
        with self._lock:
            if self._away:
                _log.info("%s answers again", self._name)
            self._away = False
            return Sample(value, self._last_success)

    def _current(self) -> "Future[T]":
        with self._lock:
            asking = self._asking
            if asking is not None and (not asking.done() or time.monotonic() < self._ended + _FRESH):
                return asking
            self._asking = asking = Future()
            thread = threading.Thread(target=self._run, args=(asking,), name=f"asks {self._name}", daemon=True)
            try:
                thread.start()
            except RuntimeError as error:  # no room for another thread: nobody would ever answer
                self._ended = time.monotonic()
                asking.set_exception(error)
            return asking

    def _run(self, future: "Future[T]") -> None:
        try:
            value = self._ask()
        except BaseException as error:  # noqa: BLE001, it belongs to those who wait
            self._ended = time.monotonic()
            future.set_exception(error)
            return
        self._ended, self._last_success = time.monotonic(), time.time()
        future.set_result(value)

    def _failed(self, why: str) -> Sample[T]:
        """Told once, not at every scrape."""
        with self._lock:
            if not self._away:
                _log.warning("/metrics tells that %s is away: %s", self._name, why)
            self._away = True
            return Sample(None, self._last_success)
