"""The dispatcher's part for totals: counts what is new in the event log."""

import threading

from gaung.core.engine.context import Engine
from gaung.core.store import totals

EVERY = 2.0
"""Seconds between two looks, and so how far totals lag behind. Any number of dispatchers may look at the same time."""
_BREATH = 0.05
"""Seconds between two transactions: others write, too."""


def look(engine: Engine, stop: threading.Event) -> int:
    """One look: everything new is counted, so many events at a time; a stop is heeded in between. Answers how many transactions it took."""
    with engine.store.read() as conn:
        more = totals.anything(conn)
    rounds = 0
    while more:
        with engine.store.write() as conn:
            more = totals.add(conn)
        rounds += 1
        if stop.wait(_BREATH if more else 0.0):
            break
    return rounds
