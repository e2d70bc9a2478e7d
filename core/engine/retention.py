"""The dispatcher's part for personal data: what has had its time is removed about hourly, in a thread of its own: posts come first."""

import logging
import threading
import time

from gaung.core.engine.context import Engine
from gaung.core.registry import keeping
from gaung.core.store.db import first_line, gone

EVERY = 3600.0
AGAIN = 60.0
"""Seconds until the next look, and until the next one after the database was away."""
BREATH = 0.2
"""Seconds between two batches: others write, too."""
_log = logging.getLogger("gaung.retention")


class Retention:
    """Looks at once, then every hour, until `stop` is set. Any number of dispatchers may do so at the same time."""

    def __init__(self, engine: Engine, stop: threading.Event) -> None:
        self._engine = engine
        self._stop = stop

    def run(self) -> None:
        """Until stopped; whatever goes wrong is told and tried again."""
        wait = 0.0
        while not self._stop.wait(wait):
            wait = EVERY
            try:
                self.look()
            except Exception as error:  # noqa: BLE001, the next hour must come
                wait = AGAIN
                if gone(error):
                    _log.warning("the database is away, retention waits: %s", first_line(error))
                else:
                    _log.exception("retention could not be done; it is tried again")

    def look(self) -> dict[str, int]:
        """One look: everything that has had its time goes, batch by batch; a stop is heeded in between."""
        settings, done = self._engine.settings, {"members": 0, "captures": 0, "sightings": 0}
        with self._engine.store.read() as conn:
            if not keeping.anything(conn, settings.registry):
                return done
        started = time.monotonic()
        for step in keeping.steps(self._engine.store, settings):
            for name, number in step.items():
                done[name] += number
            if self._stop.wait(BREATH if any(step.values()) else 0.0):
                break
        counts = ", ".join(f"{number} {name}" for name, number in done.items() if number)
        _log.info("retention removed %s in %.1f s", counts or "nothing more", time.monotonic() - started)
        return done
