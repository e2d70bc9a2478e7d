"""The dispatcher's part for personal data: what has had its time is removed."""

import logging
import threading
import time

from gaung.core.engine.context import Engine
from gaung.core.registry import keeping

EVERY = 3600.0
"""Seconds between two looks. Any number of dispatchers may look at the same time."""
AGAIN = 60.0
"""Seconds until the next one after a look that failed."""
BREATH = 0.2
"""Seconds between two batches: others write, too."""
_log = logging.getLogger("gaung.retention")


def look(engine: Engine, stop: threading.Event) -> dict[str, int]:
    """One look: everything that has had its time goes, batch by batch; a stop is heeded in between."""
    settings, done = engine.settings, {"members": 0, "captures": 0, "sightings": 0}
    with engine.store.read() as conn:
        if not keeping.anything(conn, settings.registry):
            return done
    started = time.monotonic()
    for step in keeping.steps(engine.store, settings):
        for name, number in step.items():
            done[name] += number
        if stop.wait(BREATH if any(step.values()) else 0.0):
            break
    counts = ", ".join(f"{number} {name}" for name, number in done.items() if number)
    _log.info("retention removed %s in %.1f s", counts or "nothing more", time.monotonic() - started)
    return done
