"""How deliveries stand at this moment, counted once for all who show it: `gaung top` and `/metrics`. Each costs a few index scans."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, true
from sqlalchemy.engine import Connection

from gaung.core.store.tables import deliveries, posts
from gaung.core.store.types import db_now

OPEN = ("scheduled", "queued", "publishing", "processing", "unconfirmed", "held")
"""States in which something still has to happen, by itself or by a person."""
WINDOW = timedelta(days=1)
"""Deliveries that ended are counted for posts of the last day."""


def states(conn: Connection, now: datetime, seen: Any = None) -> dict[str, dict[str, int]]:
    """`{platform: {state: N}}`: all that is open, and what ended of the last day's posts. `seen`: a condition on deliveries."""
    recent = deliveries.c.post_id.in_(select(posts.c.id).where(posts.c.at > now - WINDOW, posts.c.at <= now))
    query = (
        select(deliveries.c.platform, deliveries.c.state, func.count())
        .where(true() if seen is None else seen, or_(deliveries.c.state.in_(OPEN), recent))
        .group_by(deliveries.c.platform, deliveries.c.state)
    )
    found: dict[str, dict[str, int]] = {}
    for platform, state, number in conn.execute(query.order_by(deliveries.c.platform)):
        found.setdefault(platform, {})[state] = number
    return found


def waiting(conn: Connection, now: datetime, seen: Any = None) -> dict[str, tuple[int, float]]:
    """`{platform: (N, seconds)}`: what is due and waits for a worker, and how long the first of it does; those without any are left out."""
    due = (deliveries.c.lease.is_(None), deliveries.c.due_at <= db_now(), true() if seen is None else seen)
    query = select(deliveries.c.platform, func.count(), func.min(deliveries.c.due_at)).where(*due).group_by(deliveries.c.platform)
    return {platform: (number, max(0.0, (now - oldest).total_seconds())) for platform, number, oldest in conn.execute(query)}
