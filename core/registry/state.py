"""How many members are in term on a day, by area and body, and how many of them have an account: counted when first asked for."""

from datetime import date, timedelta

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.engine import Connection

from gaung.core.store.db import Store
from gaung.core.store.registry_tables import assignments, registry_counts, registry_days, registry_state
from gaung.core.store.types import db_now

_LOCK = 0x6761756E68


def touched(conn: Connection) -> None:
    """Say that assignments, areas or declared accounts have changed: what was counted of them is out of date once this commits.

    Call it as the last thing before the end of the transaction: others who change the registry wait for it.
    """
    if conn.execute(update(registry_state).where(registry_state.c.id == 1).values(version=registry_state.c.version + 1)).rowcount == 0:
        conn.execute(
            text(
                "INSERT INTO registry_state (id, version) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET version = registry_state.version + 1"
            )
        )


def counts(where: Store | Connection, day: date) -> date:
    """Make sure that `registry_counts` is right for `day`, and answer the day under which its rows stand.

    That is the last day on or before `day` on which somebody's term began or had just ended: the same people are in term on both.
    A connection must be one that may write.
    """
    if isinstance(where, Connection):
        return _counted(where, day)
    with where.read() as conn:
        key = _key(conn, day)
        if _fresh(conn, key):
            return key
    with where.write() as conn:
        return _counted(conn, day)


def _counted(conn: Connection, day: date) -> date:
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    key = _key(conn, day)
    if _fresh(conn, key):
        return key
    version = _version(conn)  # read first: what commits from here on makes the day out of date again
    conn.execute(delete(registry_counts).where(registry_counts.c.day == key))
    conn.execute(delete(registry_days).where(registry_days.c.day == key))
    conn.execute(text(_COUNT), {"day": key if conn.dialect.name == "postgresql" else key.isoformat()})
    conn.execute(insert(registry_days).values(day=key, version=version, counted_at=db_now()))
    return key


def _version(conn: Connection) -> int:
    return conn.execute(select(registry_state.c.version)).scalar() or 0


def _fresh(conn: Connection, key: date) -> bool:
    found = conn.execute(select(registry_days.c.version).where(registry_days.c.day == key)).scalar()
    return found is not None and found == _version(conn)


def _key(conn: Connection, day: date) -> date:
    began = conn.execute(select(func.max(assignments.c.term_start)).where(assignments.c.term_start <= day)).scalar()
    if began is None:
        return date.min
    ended = conn.execute(select(func.max(assignments.c.term_end)).where(assignments.c.term_end < day)).scalar()
    return max(began, ended + timedelta(days=1)) if ended else began


_COUNT = """
INSERT INTO registry_counts (day, area, body, members, with_account)
WITH served AS (
    SELECT member_id, area, body FROM assignments
    WHERE term_start <= :day AND (term_end IS NULL OR term_end >= :day)
), places AS (
    SELECT member_id, ancestor AS area, body FROM served JOIN area_ancestors ON area_ancestors.area = served.area
    UNION SELECT member_id, ancestor, '*' FROM served JOIN area_ancestors ON area_ancestors.area = served.area
), holders AS (
    SELECT DISTINCT member_id FROM declared_accounts WHERE ended_at IS NULL AND member_id IS NOT NULL
)
SELECT :day, places.area, places.body, COUNT(*), COUNT(holders.member_id)
FROM places LEFT JOIN holders ON holders.member_id = places.member_id
GROUP BY places.area, places.body
"""
