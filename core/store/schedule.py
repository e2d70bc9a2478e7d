"""When publications are looked at for reshares: some hours and days after they went out, rarer and rarer."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, func, not_, select
from sqlalchemy.engine import Connection

from gaung.core.store import chores
from gaung.core.store.ledger_tables import chores as table
from gaung.core.store.tables import accounts, deliveries, publications
from gaung.core.store.types import db_now

SLACK_HOURS = 24.0
"""So long after its last step a publication still counts as recent: looks may be late."""


def window(hours: Sequence[float]) -> float:
    """Seconds for which a publication is looked after."""
    return (hours[-1] + SLACK_HOURS) * 3600


def next_step(published: datetime, hours: Sequence[float], now: datetime) -> tuple[int, datetime] | None:
    """The first step still ahead, and its time; None after the last.

    >>> from datetime import UTC
    >>> out = datetime(2026, 11, 24, 12, tzinfo=UTC)
    >>> next_step(out, [1, 3, 12], out + timedelta(hours=2))
    (1, datetime.datetime(2026, 11, 24, 15, 0, tzinfo=datetime.timezone.utc))
    """
    for step, after in enumerate(hours):
        due = published + timedelta(hours=after)
        if due > now:
            return step, due
    return None


def anything_to_plan(
    conn: Connection, sweeping: Collection[str], scanning: Collection[str], measuring: Collection[str], *, within: float
) -> bool:
    """Whether the three below would find something; keeps an idle dispatcher from taking SQLite's write lock."""
    queries = (_unswept(sweeping, within), _unscanned(scanning), _without(measuring, "measure"))
    return any(conn.execute(query.limit(1)).first() is not None for query in queries)


def plan_sweeps(conn: Connection, platforms: Collection[str], hours: Sequence[float], *, within: float, post: int | None = None) -> int:
    """Put a sweep down for each publication of the last `within` seconds, or of one post, that has none; answers how many."""
    first = timedelta(hours=hours[0])
    rows = [
        {"platform": row.platform, "subject": row.id, "account_id": row.account_id, "due_at": row.published_at + first}
        for row in conn.execute(_unswept(platforms, within, post))
    ]
    return chores.plan(conn, "sweep", rows)


def plan_scans(conn: Connection, platforms: Collection[str]) -> int:
    """Put a scan down for each account that has none; answers how many."""
    rows = conn.execute(_unscanned(platforms)).all()
    return chores.plan(conn, "scan", [{"platform": row.platform, "subject": row.id, "account_id": row.id} for row in rows])


def plan_measures(conn: Connection, platforms: Collection[str]) -> int:
    """Put a measuring down for each account that has none; answers how many."""
    rows = conn.execute(_without(platforms, "measure")).all()
    return chores.plan(conn, "measure", [{"platform": row.platform, "subject": row.id, "account_id": row.id} for row in rows])


def _unswept(platforms: Collection[str], within: float, post: int | None = None) -> Any:
    swept = exists().where(table.c.kind == "sweep", table.c.subject == publications.c.id)
    known = and_(publications.c.deleted_at.is_(None), publications.c.external_id.is_not(None))
    of_it = publications.c.delivery_id.in_(select(deliveries.c.id).where(deliveries.c.post_id == post))
    recent = and_(known, publications.c.published_at > db_now(-within) if post is None else of_it)
    return (
        select(publications.c.id, publications.c.account_id, publications.c.published_at, accounts.c.platform)
        .join(accounts, accounts.c.id == publications.c.account_id)
        .where(recent, accounts.c.platform.in_(sorted(platforms)), accounts.c.status != "removed", not_(swept))
    )


def _unscanned(platforms: Collection[str]) -> Any:
    return _without(platforms, "scan")


def _without(platforms: Collection[str], kind: str) -> Any:
    planned = exists().where(table.c.kind == kind, table.c.subject == accounts.c.id)
    mine = (accounts.c.platform.in_(sorted(platforms)), accounts.c.status == "active")
    return select(accounts.c.id, accounts.c.platform).where(*mine, not_(planned))


def next_round(conn: Connection, platform: str, hours: Sequence[float], begun: datetime) -> datetime | None:
    """When the first publication of a platform reaches a step after `begun`; None: none that is known of does."""
    found: list[datetime] = []
    for after in hours:
        wait = timedelta(hours=after)
        first: Any = (
            select(func.min(publications.c.published_at))
            .join(accounts, accounts.c.id == publications.c.account_id)
            .where(accounts.c.platform == platform, publications.c.deleted_at.is_(None), publications.c.published_at > begun - wait)
        )
        published = conn.execute(first).scalar()
        if published is not None:
            found.append(published + wait)
    return min(found, default=None)
