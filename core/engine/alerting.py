"""The dispatcher's part for alerts: looks every minute, in a thread of its own, and tells what is new and what is over."""

import logging
import threading

from gaung.core.alerts import book
from gaung.core.engine.context import Engine
from gaung.core.store.db import first_line, gone

EVERY = 60.0
_log = logging.getLogger("gaung.alerts")


class Alerting:
    """Looks at once, then every minute, until `stop` is set. Any number of dispatchers may do so at the same time."""

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
            except Exception as error:  # noqa: BLE001, the next minute must come
                if gone(error):
                    _log.warning("the database is away, alerts wait: %s", first_line(error))
                else:
                    _log.exception("alerts could not be looked for; it is tried again")

    def look(self) -> tuple[int, int]:
        """One look: how many alerts were raised, and how many are over."""
        settings = self._engine.settings.alerts
        with self._engine.store.read() as conn:
            found = book.look(conn, settings)
            changed = book.changed(conn, found)
        if not changed:
            return 0, 0
        with self._engine.store.write() as conn:
            return book.write(conn, found)
