"""How many requests chores have sent today, by app: a platform's daily quota is shared with publishing, which must not starve.

A day is UTC's. Whoever is bounded takes requests before it sends them, so that many workers together never send more than they may.
"""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gaung.core.store.ledger_tables import spent_requests as table

_KEPT_DAYS = 90


def day_of(now: datetime) -> str:
    """The day that a moment's requests count for."""
    return now.astimezone(UTC).date().isoformat()


def next_day(now: datetime) -> datetime:
    """When the next day begins."""
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), UTC)


def take(conn: Connection, scope: str, day: str, wanted: int, limit: int | None) -> int:
    """Count up to `wanted` requests, as far as `limit` allows (None: all); answers how many may be sent."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    conn.execute(dialect.insert(table).values(scope=scope, day=day, requests=0).on_conflict_do_nothing())
    same = (table.c.scope == scope, table.c.day == day)
    spent = conn.execute(select(table.c.requests).where(*same).with_for_update()).scalar_one()
    granted = wanted if limit is None else max(0, min(wanted, limit - spent))
    if granted:
        conn.execute(update(table).where(*same).values(requests=table.c.requests + granted))
    return granted


def give_back(conn: Connection, scope: str, day: str, requests: int) -> None:
    """What was taken and not sent."""
    same = (table.c.scope == scope, table.c.day == day)
    conn.execute(update(table).where(*same).values(requests=table.c.requests - requests))


def spent(conn: Connection, day: str) -> dict[str, int]:
    """Requests of that day by scope (`app:P:ID`)."""
    query = select(table.c.scope, table.c.requests).where(table.c.day == day)
    return {row.scope: row.requests for row in conn.execute(query)}


def forget(conn: Connection, now: datetime) -> None:
    """Remove days long past."""
    conn.execute(delete(table).where(table.c.day < (now.date() - timedelta(days=_KEPT_DAYS)).isoformat()))
