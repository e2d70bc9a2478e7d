"""How many members are in term on a day, by area and body, and how many of them have an account: counted when first asked for."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, Select, and_, delete, func, insert, literal, or_, select, union, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gaung.core.store.db import Store
from gaung.core.store.locks import COUNTS, lock
from gaung.core.store.registry_tables import area_ancestors, assignments, declared_accounts, registry_counts, registry_days, registry_state
from gaung.core.store.types import db_now

ANY = "*"
"""Stands for any body, every member counted once."""


def touched(conn: Connection) -> None:
    """Say that assignments, areas or declared accounts have changed: what was counted of them is out of date once this commits.

    Call it as the last thing before the end of the transaction: others who change the registry wait for it.
    """
    if conn.execute(update(registry_state).where(registry_state.c.id == 1).values(version=registry_state.c.version + 1)).rowcount == 0:
        made = (postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert)(registry_state).values(id=1, version=1)
        conn.execute(made.on_conflict_do_update(index_elements=["id"], set_={"version": registry_state.c.version + 1}))


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
    lock(conn, COUNTS)
    key = _key(conn, day)
    if _fresh(conn, key):
        return key
    version = _version(conn)  # read first: what commits from here on makes the day out of date again
    conn.execute(delete(registry_counts).where(registry_counts.c.day == key))
    conn.execute(delete(registry_days).where(registry_days.c.day == key))
    columns = ["day", "area", "body", "members", "with_account"]
    conn.execute(insert(registry_counts).from_select(columns, _count(key)))
    conn.execute(insert(registry_days).values(day=key, version=version, counted_at=db_now()))
    return key


def _version(conn: Connection) -> int:
    return conn.execute(select(registry_state.c.version)).scalar() or 0


def _fresh(conn: Connection, key: date) -> bool:
    found = conn.execute(select(registry_days.c.version).where(registry_days.c.day == key)).scalar()
    return found is not None and found == _version(conn)


def _key(conn: Connection, day: date) -> date:
    began: date | None = conn.execute(select(func.max(assignments.c.term_start)).where(assignments.c.term_start <= day)).scalar()
    if began is None:
        return date.min
    ended: date | None = conn.execute(select(func.max(assignments.c.term_end)).where(assignments.c.term_end < day)).scalar()
    return max(began, ended + timedelta(days=1)) if ended else began


def _count(day: date) -> Select[Any]:
    """Day, area, body, members in term, and those with an open account now."""
    in_term = and_(assignments.c.term_start <= day, or_(assignments.c.term_end.is_(None), assignments.c.term_end >= day))
    above = assignments.join(area_ancestors, area_ancestors.c.area == assignments.c.area)
    where = (assignments.c.member_id, area_ancestors.c.ancestor.label("area"))
    one = select(*where, assignments.c.body).select_from(above).where(in_term)
    places = union(one, select(*where, literal(ANY)).select_from(above).where(in_term)).cte("places")
    open_ = (declared_accounts.c.ended_at.is_(None), declared_accounts.c.member_id.is_not(None))
    holders = select(declared_accounts.c.member_id).where(*open_).distinct().cte("holders")
    joined = places.outerjoin(holders, holders.c.member_id == places.c.member_id)
    shown = (literal(day, Date), places.c.area, places.c.body, func.count(), func.count(holders.c.member_id))
    return select(*shown).select_from(joined).group_by(places.c.area, places.c.body)
