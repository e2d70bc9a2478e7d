"""How deliveries stand at this moment, counted once for all who show it: `gaung top` and `/metrics`. Each costs a few index scans."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select, true
from sqlalchemy.engine import Connection

from gaung.core.store.tables import deliveries, posts
from gaung.core.store.types import db_now

OPEN = ("scheduled", "queued", "publishing", "processing", "unconfirmed", "held")
"""States in which something still has to happen, by itself or by a person."""
_OF_INDEX_OPEN = ("scheduled", "held", "processing")
_OF_INDEX_RESTING = ("held", "unconfirmed", "processing", "publishing", "queued")
WINDOW = timedelta(days=1)
"""Deliveries that ended are counted for posts of the last day."""


def states(conn: Connection, now: datetime, seen: Any = None) -> dict[str, dict[str, int]]:
    """`{platform: {state: N}}`: all that is open, and what ended of the last day's posts. `seen`: a condition on deliveries."""
    recent = deliveries.c.post_id.in_(select(posts.c.id).where(posts.c.at > now - WINDOW, posts.c.at <= now))
    parts = (
        (_in(_OF_INDEX_OPEN), deliveries.c.state == "scheduled"),
        (_in(_OF_INDEX_RESTING),),
        (recent, deliveries.c.state.not_in(OPEN)),
    )
    found: dict[str, dict[str, int]] = {}
    for part in parts:  # with `or` between them both databases read every delivery there ever was
        query = select(deliveries.c.platform, deliveries.c.state, func.count()).where(*part, true() if seen is None else seen)
        for platform, state, number in conn.execute(query.group_by(deliveries.c.platform, deliveries.c.state)):
            found.setdefault(platform, {})[state] = number
    return dict(sorted(found.items()))


def _in(states: tuple[str, ...]) -> ColumnElement[bool]:
    """Written out as in the index: neither database finds a partial index by a parameter, SQLite by no other list."""
    return deliveries.c.state.in_(bindparam(None, states, expanding=True, literal_execute=True))


def waiting(conn: Connection, now: datetime, seen: Any = None) -> dict[str, tuple[int, float]]:
    """`{platform: (N, seconds)}`: what is due and waits for a worker, and how long the first of it does; those without any are left out."""
    due = (deliveries.c.lease.is_(None), deliveries.c.due_at <= db_now(), true() if seen is None else seen)
    query = select(deliveries.c.platform, func.count(), func.min(deliveries.c.due_at)).where(*due).group_by(deliveries.c.platform)
    return {platform: (number, max(0.0, (now - oldest).total_seconds())) for platform, number, oldest in conn.execute(query)}
