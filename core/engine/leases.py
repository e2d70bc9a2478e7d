"""Renews the leases of everything this process works on, and tells the work whose lease is gone."""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from sqlalchemy.engine import Connection

from gaung.core import steady
from gaung.core.engine.attempt import LeaseFence
from gaung.core.store import work
from gaung.core.store.db import Store, first_line

_log = logging.getLogger("gaung.leases")


class Leased(Protocol):
    """What a lease is held for."""

    @property
    def id(self) -> int: ...
    @property
    def lease(self) -> str: ...


class Watched(Protocol):
    """A piece of work under way."""

    @property
    def job(self) -> Leased: ...
    @property
    def fence(self) -> LeaseFence: ...


Renew = Callable[[Connection, Sequence[work.Held], float], set[int]]
"""Prolongs leases by so many seconds; answers the ids that are still ours."""


class Keeper:
    """One thread that renews every third of a lease. `watch` and `forget` bracket a piece of work."""

    def __init__(self, store: Store, lease: float, renew: Renew = work.renew) -> None:
        self._store = store
        self._lease = lease
        self._renewal = renew
        self._held: dict[int, Watched] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="leases", daemon=True)
        self._thread.start()

    def watch(self, attempt: Watched) -> None:
        """Renew this lease until `forget`."""
        with self._lock:
            self._held[attempt.job.id] = attempt

    def forget(self, attempt: Watched) -> None:
        """The work has ended."""
        with self._lock:
            if self._held.get(attempt.job.id) is attempt:
                del self._held[attempt.job.id]

    def close(self) -> None:
        """End the thread."""
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stop.wait(self._lease / 3):
            with self._lock:
                held = list(self._held.values())
            if held:
                self._renew(held)

    def _renew(self, held: list[Watched]) -> None:
        asked = steady.seconds()
        try:
            with self._store.write() as conn:
                kept = self._renewal(conn, [(one.job.id, one.job.lease) for one in held], self._lease)
        except Exception as error:  # noqa: BLE001, the fence closes by itself when no renewal gets through
            _log.warning("leases could not be renewed: %s", first_line(error))
            return
        for one in held:
            if one.job.id in kept:
                one.fence.good_until = asked + self._lease
            else:
                one.fence.lost = True
