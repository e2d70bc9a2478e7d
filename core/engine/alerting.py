"""The dispatcher's part for alerts: tells what is new and what is over."""

from gaung.core.alerts import book
from gaung.core.engine.context import Engine

EVERY = 60.0
"""Seconds between two looks. Any number of dispatchers may look at the same time."""


def look(engine: Engine) -> tuple[int, int]:
    """One look: how many alerts were raised, and how many are over."""
    with engine.store.read() as conn:
        found = book.look(conn, engine.settings.alerts)
        changed = book.changed(conn, found)
    if not changed:
        return 0, 0
    with engine.store.write() as conn:
        return book.write(conn, found)
