"""Totals that only grow: what happened since the beginning, counted once from the event log.

A dispatcher adds what is new in the log and moves the cursor in the same transaction: nothing is counted twice or left out, no worker
waits for it, and reading the totals costs the same however long the log is.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, and_, case, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from gaung.core.store import cursors, events
from gaung.core.store.locks import TOTALS, lock
from gaung.core.store.measure_tables import totals as table
from gaung.core.store.tables import cursors as cursor_table
from gaung.core.store.tables import deliveries, publications
from gaung.core.store.tables import events as log

EVENTS, ATTEMPTS, LATENESS, SECONDS_LATE = "events", "attempts", "lateness", "seconds_late"
"""Names of totals. Their keys: an event's name; how an attempt ended; the upper bound of a bucket of lateness; nothing."""
BOUNDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 1800.0, 3600.0, 7200.0)
"""Buckets of lateness in seconds; what is later counts under `inf`. A post is `missed` after two hours unless it says otherwise."""
LARGEST = 20_000
"""Events that one transaction counts: a long log is caught up with in many, so that others write in between."""
_CURSOR = "totals"
_ENDS = ("published", "retrying", "unconfirmed", "failed", "missed", "skipped", "held")
_BY_REASON = {"rate_limited": "rate_limited", "lease_expired": "lost"}
OUTCOMES = (*_ENDS, *_BY_REASON.values())
"""How an attempt may have ended."""

Total = tuple[str, str, str]
"""Name, platform (empty for what belongs to none), key."""


class seconds_between(FunctionElement[float]):  # noqa: N801 - reads as an SQL function
    """Seconds from the first time to the second."""

    type = Float()
    inherit_cache = True
    name = "seconds_between"


@compiles(seconds_between, "postgresql")
def _between_postgresql(element: seconds_between, compiler: SQLCompiler, **kw: Any) -> str:
    first, second = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(EXTRACT(EPOCH FROM {second} - {first}) AS double precision)"


@compiles(seconds_between, "sqlite")
def _between_sqlite(element: seconds_between, compiler: SQLCompiler, **kw: Any) -> str:
    first, second = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"(({second} - {first}) / 1000000.0)"


def anything(conn: Connection) -> bool:
    """Whether `add` would count something; keeps an idle dispatcher from taking SQLite's write lock."""
    return events.end(conn) > _position(conn)


def add(conn: Connection, *, most: int = LARGEST) -> bool:
    """Count up to `most` events that are not counted yet; answers whether there are more. Of several dispatchers one counts at a time."""
    lock(conn, TOTALS)
    after, end = _position(conn), events.end(conn)
    if end <= after:
        return False
    upto = _far(conn, after, end, most)
    insert_ = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    new = insert_(table)
    grown = new.on_conflict_do_update(index_elements=["name", "platform", "key"], set_={"value": table.c.value + new.excluded.value})
    rows = [{"name": name, "platform": platform, "key": key, "value": value} for (name, platform, key), value in _count(conn, after, upto)]
    if rows:
        conn.execute(grown, rows)
    if after == events.BEGINNING:
        conn.execute(insert_(cursor_table).values(name=_CURSOR, xid=after[0], event_id=after[1]).on_conflict_do_nothing())
    cursors.advance(conn, _CURSOR, upto)
    return upto < end


def read(conn: Connection) -> dict[Total, float]:
    """Every total."""
    return {(row.name, row.platform, row.key): row.value for row in conn.execute(select(table))}


def uncounted_since(conn: Connection) -> datetime | None:
    """When the first event happened that is not counted yet; None when all are."""
    later = events.place(conn) > events.at(conn, _position(conn))
    return conn.execute(select(log.c.at).where(later).order_by(*events.order(conn)).limit(1)).scalar()


def _position(conn: Connection) -> events.Position:
    return cursors.position(conn, _CURSOR) or events.BEGINNING


def _far(conn: Connection, after: events.Position, end: events.Position, most: int) -> events.Position:
    query = select(log.c.xid, log.c.id).where(_range(conn, after, end)).order_by(*events.order(conn)).offset(most - 1).limit(1)
    row = conn.execute(query).first()
    return end if row is None else (row.xid, row.id)


def _range(conn: Connection, after: events.Position, upto: events.Position) -> ColumnElement[bool]:
    place = events.place(conn)
    return and_(place > events.at(conn, after), place <= events.at(conn, upto))


def _count(conn: Connection, after: events.Position, upto: events.Position) -> Iterator[tuple[Total, float]]:
    new = _range(conn, after, upto)
    for query in (_events(new), _attempts(new), *_late(new)):
        for name, platform, key, value in conn.execute(query):
            yield (name, platform or "", key), float(value)


def _events(new: ColumnElement[bool]) -> Select[Any]:
    return select(literal(EVENTS), log.c.platform, log.c.event, func.count()).where(new).group_by(log.c.platform, log.c.event)


def _attempts(new: ColumnElement[bool]) -> Select[Any]:
    """An unknown outcome that a person must settle is told a second time (`rests`), which is no second outcome."""
    reason, rests = log.c.data["reason"].as_string(), log.c.data["rests"].as_string()
    told = [(and_(log.c.event == "delivery.retrying", reason == said), literal(outcome)) for said, outcome in _BY_REASON.items()]
    outcome = case(*told, else_=func.substr(log.c.event, len("delivery.") + 1)).label("outcome")
    ended = (log.c.attempt.is_not(None), log.c.event.in_([f"delivery.{name}" for name in _ENDS]), rests.is_(None))
    return select(literal(ATTEMPTS), log.c.platform, outcome, func.count()).where(new, *ended).group_by(log.c.platform, outcome)


def _late(new: ColumnElement[bool]) -> tuple[Select[Any], Select[Any]]:
    """Seconds from the planned time to the publication; a clock that was set back makes nothing early."""
    between = seconds_between(deliveries.c.at, publications.c.published_at)
    seconds = case((between > 0, between), else_=0.0)
    bucket = case(*((seconds <= bound, literal(f"{bound:g}")) for bound in BOUNDS), else_=literal("inf")).label("bucket")
    out = (new, log.c.event == "delivery.published", publications.c.id == log.c.publication, deliveries.c.id == publications.c.delivery_id)
    counts = select(literal(LATENESS), log.c.platform, bucket, func.count()).where(*out).group_by(log.c.platform, bucket)
    return counts, select(literal(SECONDS_LATE), log.c.platform, literal(""), func.sum(seconds)).where(*out).group_by(log.c.platform)
