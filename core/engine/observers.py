"""Tells observers (`gaung_event`) what was committed: in order, at least once, by one process at a time."""

import logging

from gaung.core.engine.context import Engine
from gaung.core.store import cursors, events

_log = logging.getLogger("gaung.observers")
_NAME = "observers"
_BATCH = 200
_RIGHT_SECONDS = 120.0


class Observers:
    """Reads the event log from where the last telling ended. No transaction is open while an observer runs."""

    def __init__(self, engine: Engine) -> None:
        self._store = engine.store
        self._manager = engine.manager
        working = (info for info in engine.manager.plugins() if info.status == "enabled")
        self._anybody = any("gaung_event" in info.hooks for info in working)
        if self._anybody:
            with self._store.write() as conn:
                cursors.begin(conn, _NAME)

    def pump(self) -> int:
        """Tell what is new; answers how many events were told. Without observers it costs nothing."""
        return sum(iter(self._batch, 0)) if self._anybody else 0

    def _batch(self) -> int:
        with self._store.read() as conn:
            if events.end(conn) <= cursors.position(conn, _NAME):
                return 0
        with self._store.write() as conn:
            position = cursors.take(conn, _NAME, _RIGHT_SECONDS)
        if position is None:
            return 0
        with self._store.read() as conn:
            found = events.read_from(conn, position, _BATCH)
        for _, event in found:
            for failure in self._manager.event(event):
                _log.error("observer failed on event %s: %s", event.id, failure)
                _log.debug("observer failed on event %s", event.id, exc_info=failure)
        with self._store.write() as conn:
            cursors.advance(conn, _NAME, found[-1][0] if found else position)
        return len(found)
