"""How many members are in term on a day, by area and body, and how many of them have an account: counted when first asked for."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import CTE, CompoundSelect, Date, Select, and_, delete, func, insert, literal, or_, select, union, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gaung.core.store.db import Store
from gaung.core.store.locks import COUNTS, lock, roomy
from gaung.core.store.registry_tables import area_ancestors, assignments, declared_accounts, registry_counts, registry_days, registry_state
from gaung.core.store.types import db_now

ANY = "*"
"""Stands for any body, and for an account on any platform; every member counted once."""
EVERYBODY = ""
"""Stands where no account is asked for."""


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
    roomy(conn)
    version = _version(conn)  # read first: what commits from here on makes the day out of date again
    conn.execute(delete(registry_counts).where(registry_counts.c.day == key))
    conn.execute(delete(registry_days).where(registry_days.c.day == key))
    columns = ["day", "area", "body", "account", "members"]
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
    """Day, area, body, account and members. Who serves once is counted where that is, and the count carried up; few serve twice."""
    in_term = and_(assignments.c.term_start <= day, or_(assignments.c.term_end.is_(None), assignments.c.term_end >= day))
    served = select(assignments.c.member_id, assignments.c.area, assignments.c.body).where(in_term).distinct().cte("served")
    who, number = served.c.member_id, func.count()
    once = select(who, func.min(served.c.area).label("area"), func.min(served.c.body).label("body"))
    single = once.group_by(who).having(number == 1).cte("single")
    twice = select(who).group_by(who).having(number > 1)
    marks = _marks(served).cte("marks")
    of_single = single.join(marks, marks.c.member_id == single.c.member_id)
    key = (single.c.area, single.c.body, marks.c.account)
    leaf = select(*key, number.label("members")).select_from(of_single).group_by(*key).cte("leaf")
    above = leaf.join(area_ancestors, area_ancestors.c.area == leaf.c.area)
    up = (area_ancestors.c.ancestor.label("area"), leaf.c.account, leaf.c.members)
    few = served.join(area_ancestors, area_ancestors.c.area == served.c.area)
    where = (who, area_ancestors.c.ancestor.label("area"))
    each = select(*where, served.c.body).select_from(few).where(who.in_(twice))
    places = union(each, select(*where, literal(ANY)).select_from(few).where(who.in_(twice))).cte("places")
    of_places = places.join(marks, marks.c.member_id == places.c.member_id)
    parts = union_all(
        select(up[0], leaf.c.body, *up[1:]).select_from(above),
        select(up[0], literal(ANY), *up[1:]).select_from(above),
        select(places.c.area, places.c.body, marks.c.account, literal(1)).select_from(of_places),
    ).subquery("parts")
    cell = (parts.c.area, parts.c.body, parts.c.account)
    return select(literal(day, Date), *cell, func.sum(parts.c.members)).group_by(*cell)


def _marks(served: CTE) -> CompoundSelect[Any]:
    """Member and account: everybody under nothing, holders of an open account under `*` and under each platform they have one on."""
    open_ = (declared_accounts.c.ended_at.is_(None), declared_accounts.c.member_id.is_not(None))
    holder = declared_accounts.c.member_id
    everybody = select(served.c.member_id, literal(EVERYBODY).label("account")).distinct()
    return union_all(
        everybody, select(holder, literal(ANY)).where(*open_).distinct(), select(holder, declared_accounts.c.platform).where(*open_)
    )
