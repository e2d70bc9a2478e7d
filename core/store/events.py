"""The event log: written in the transaction of the change it tells of, logged after the commit, read in commit order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, insert, select, tuple_
from sqlalchemy.engine import Connection, Row

from gaung.core.records import Event
from gaung.core.store.tables import events
from gaung.core.store.types import commit_order, db_now

PENDING = "gaung_events"
ACTOR = "gaung_actor"

IDS = ("office", "platform", "post", "delivery", "attempt", "account", "publication", "member")


def emit(conn: Connection, name: str, /, *, data: Mapping[str, Any] | None = None, **ids: Any) -> None:
    """Record one event in the running transaction. `ids` are those of `IDS` that apply."""
    emit_many(conn, name, [{**ids, "data": dict(data or {})}])


def emit_many(conn: Connection, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Record the same event for many subjects in one statement. Each row holds ids of `IDS` and `data`."""
    if not rows:
        return
    actor = conn.info[ACTOR]
    values = [{"event": name, "actor": actor, "data": dict(row.get("data") or {}), **{key: row.get(key) for key in IDS}} for row in rows]
    conn.execute(insert(events).values(at=db_now(), xid=commit_order()), values)
    conn.info[PENDING].extend(values)


def tell(committed: Sequence[Mapping[str, Any]]) -> None:
    """Log events that have committed, so that one `grep` through the process logs follows a delivery."""
    if not committed:
        return
    from gaung.core.logs import get_logger

    log = get_logger("events")
    for row in committed:
        shown = {key: row[key] for key in IDS if row[key] is not None}
        extra = {f"data_{key}" if key in shown or key == "event" else key: value for key, value in row["data"].items()}
        log.info(row["event"], actor=row["actor"], **shown, **extra)


Position = tuple[int, int]
"""Where a reader stands: commit order, then id."""
BEGINNING: Position = (-(2**62), 0)
"""Before all events, also before those of another server (`core/store/restored.py`)."""


def read_from(conn: Connection, position: Position, limit: int = 1000, **filters: Any) -> list[tuple[Position, Event]]:
    """Events after `position` in commit order. On PostgreSQL only below the oldest running transaction: none is ever skipped."""
    query = _visible(conn).where(place(conn) > at(conn, position))
    for key, value in filters.items():
        query = query.where(events.c[key] == value)
    rows = conn.execute(query.order_by(*order(conn)).limit(limit)).all()
    return [((row.xid, row.id), to_record(row)) for row in rows]


def place(conn: Connection) -> ColumnElement[Any]:
    """What to find events by, see `at`. On SQLite the id alone: it would search `(xid, id) > (x, y)` through all events of that xid."""
    return tuple_(events.c.xid, events.c.id) if conn.dialect.name == "postgresql" else events.c.id


def at(conn: Connection, position: Position) -> Any:
    """`position`, to be compared with `place`."""
    return tuple_(*position) if conn.dialect.name == "postgresql" else position[1]


def order(conn: Connection) -> tuple[ColumnElement[Any], ...]:
    """Commit order."""
    return (events.c.xid, events.c.id) if conn.dialect.name == "postgresql" else (events.c.id,)


def end(conn: Connection) -> Position:
    """The position after the latest readable event."""
    row = conn.execute(_visible(conn).order_by(events.c.xid.desc(), events.c.id.desc()).limit(1)).first()
    return (row.xid, row.id) if row else BEGINNING


def _visible(conn: Connection) -> Select[Any]:
    query = select(events)
    if conn.dialect.name == "postgresql":
        from sqlalchemy import Text

        oldest = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)
        query = query.where(events.c.xid < oldest)
    return query


def to_record(row: Row[Any]) -> Event:
    """The public form of a row."""
    return Event(id=row.id, event=row.event, at=row.at, actor=row.actor, data=row.data, **{key: getattr(row, key) for key in IDS})


def history(conn: Connection, *, delivery: int) -> Iterator[Event]:
    """All events of one delivery, oldest first."""
    yield from map(to_record, conn.execute(select(events).where(events.c.delivery == delivery).order_by(events.c.id)))
