"""Tells observers (`gaung_event`) what was committed: in order, at least once, by one process at a time, each at its own pace.

Each observer has its own place in the event log, kept in the database: what it was not told when the process died, or when it asked for
more time, it is told later. None of them waits for another.
"""

import logging
import random
import threading
import time

from gaung.core.engine import periodic
from gaung.core.engine.context import Engine
from gaung.core.engine.decisions import LONGEST_BACKOFF
from gaung.core.errors import PluginError, RateLimited, Transient, UserError
from gaung.core.records import Event
from gaung.core.store import cursors, events
from gaung.core.store.types import bounded

_log = logging.getLogger("gaung.observers")
PREFIX = "observer:"
"""Of the names of their cursors."""
_TOGETHER = "observers"
"""The one cursor that all observers had before."""
_BATCH = 200
_RIGHT_SECONDS = 120.0
_TELL_SECONDS = 30.0
"""After so long a batch ends and is put down: what it told is not told again after a crash."""
_SHORTEST, _LONGEST = 1.0, 3600.0


class Observers:
    """All observers among the plugins. Without any it costs nothing."""

    def __init__(self, engine: Engine) -> None:
        working = (info for info in engine.manager.plugins() if info.status == "enabled")
        self._all = [Observer(engine, info.name) for info in working if "gaung_event" in info.hooks]
        if not self._all:
            return
        with engine.store.write() as conn:
            for observer in self._all:
                if observer.set_up():
                    cursors.begin(conn, observer.cursor, like=_TOGETHER)
            cursors.drop(conn, _TOGETHER)

    def begin(self, stop: threading.Event, *, every: float) -> None:
        """Let each go on in a thread of its own until `stop`: an observer may be slow."""
        for observer in self._all:
            observer.stop = stop
            periodic.begin(observer.cursor, observer.pump, stop, every=every)

    def pump(self) -> int:
        """Tell each what is new; answers how many events were told."""
        return sum(observer.pump() for observer in self._all)


class Observer:
    """One plugin's way through the event log. No transaction is open while it runs."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.name, self.cursor = name, PREFIX + name
        self.stop = threading.Event()
        self._engine, self._store, self._manager = engine, engine.store, engine.manager
        self._declared = engine.manager.declared()[name]
        self._failures = 0

    def set_up(self) -> bool:
        """Whether it has the settings that it requires, for all or for an office."""
        return self._engine.switchboard.set_up(self._declared)

    def pump(self) -> int:
        """Tell what is new; answers how many events were told."""
        told = 0
        while here := self._batch():
            told += here
        return told

    def _batch(self) -> int:
        if not self._anything():
            return 0
        with self._store.write() as conn:
            right = cursors.take(conn, self.cursor, _RIGHT_SECONDS)
        if right is None:
            return 0
        with self._store.read() as conn:
            found = events.read_from(conn, right.position, _BATCH)
        position, told, rest, begun = right.position, 0, None, time.monotonic()
        for place, event in found:
            if self.stop.is_set() or time.monotonic() - begun > _TELL_SECONDS:
                break
            rest = self._tell(event)
            if rest is not None:
                break
            position, told = place, told + 1
        with self._store.write() as conn:
            mine = cursors.give_back(conn, self.cursor, right, position, rest=rest)
        if not mine:
            _log.warning("observer %s took so long that another process goes on for it; some events are told twice", self.name)
        return told if rest is None and mine else 0

    def _anything(self) -> bool:
        """Whether there is something to tell. One that is at rest keeps no place: it is not told what happened meanwhile."""
        wanted = self.set_up()
        with self._store.read() as conn:
            position = cursors.position(conn, self.cursor)
            if wanted and position is not None:
                return events.end(conn) > position
        if wanted or position is not None:
            with self._store.write() as conn:
                cursors.begin(conn, self.cursor) if wanted else cursors.drop(conn, self.cursor)
        return False

    def _tell(self, event: Event) -> float | None:
        """None when that is done with; seconds to wait where it must be told again."""
        failure = self._manager.tell(self.name, event)
        if failure is not None and isinstance(failure.__cause__, Transient | RateLimited | UserError):  # the last: its settings are wrong
            return self._later(event, failure, failure.__cause__)
        if failure is not None:
            _log.error("observer failed on event %s: %s", event.id, failure)
            _log.debug("observer failed on event %s", event.id, exc_info=failure)
        elif self._failures:
            _log.info("observer %s goes on with event %s, after %d tries that failed", self.name, event.id, self._failures)
        self._failures = 0
        return None

    def _later(self, event: Event, failure: PluginError, error: Transient | RateLimited | UserError) -> float:
        """Full jitter, as for deliveries. Only the first of several failures in a row is a warning, lest a dead one fills the log."""
        asked = error.retry_after if isinstance(error, RateLimited) else None
        base = self._engine.settings.engine.retry_base
        most = min(LONGEST_BACKOFF, base * 2 ** min(self._failures, 16))
        wait = min(_LONGEST, bounded(asked)) if asked is not None else max(min(_SHORTEST, base), random.uniform(0, most))  # noqa: S311 - no secret
        level = logging.DEBUG if self._failures else logging.WARNING
        _log.log(level, "observer waits with event %s and those after it, %.0f s for now: %s", event.id, wait, failure)
        self._failures += 1
        return wait
