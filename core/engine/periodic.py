"""What a dispatcher does beside dispatching: every now and then, in a thread of its own, whatever went wrong the last time."""

import logging
import threading
from collections.abc import Callable

from gaung.core.store.db import first_line, gone

_log = logging.getLogger("gaung.dispatcher")


def begin(name: str, look: Callable[[], object], stop: threading.Event, *, every: float, again: float | None = None) -> threading.Thread:
    """Look at once, then `every` so many seconds, until `stop` is set; `again` seconds after a failure (None: as ever), which is told."""
    thread = threading.Thread(target=_run, args=(name, look, stop, every, every if again is None else again), name=name, daemon=True)
    thread.start()
    return thread


def _run(name: str, look: Callable[[], object], stop: threading.Event, every: float, again: float) -> None:
    wait = 0.0
    while not stop.wait(wait):
        wait = every
        try:
            look()
        except Exception as error:  # noqa: BLE001, there must be a next time
            wait = again
            if gone(error):
                _log.warning("the database is away, %s wait: %s", name, first_line(error))
            else:
                _log.exception("%s could not be done; it is tried again", name)
