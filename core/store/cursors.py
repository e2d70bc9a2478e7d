"""Where a reader of the event log stands, kept so that it goes on there after a restart. One reader at a time has the right to read."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gaung.core.store import events
from gaung.core.store.tables import cursors
from gaung.core.store.types import db_now


class Right(NamedTuple):
    """The right to read from `position`; whoever's `until` is no longer the cursor's has lost it."""

    position: events.Position
    until: datetime


def begin(conn: Connection, name: str, *, like: str = "") -> None:
    """Make the cursor unless it is there: where `like` is, or at the end of the log, for a new reader hears only what is new."""
    if position(conn, name) is None:
        xid, event_id = (position(conn, like) if like else None) or events.end(conn)
        insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
        # another process may begin at the same moment
        conn.execute(insert(cursors).values(name=name, xid=xid, event_id=event_id).on_conflict_do_nothing())


def drop(conn: Connection, name: str) -> None:
    """Forget the cursor: should the reader come back, it begins anew."""
    conn.execute(delete(cursors).where(cursors.c.name == name))


def position(conn: Connection, name: str) -> events.Position | None:
    """Up to where was read; None where there is no such cursor."""
    row = conn.execute(select(cursors.c.xid, cursors.c.event_id).where(cursors.c.name == name)).first()
    return None if row is None else (row.xid, row.event_id)


def take(conn: Connection, name: str, seconds: float) -> Right | None:
    """The right to read for `seconds`, and from where; None when another has it, or it rests."""
    free = or_(cursors.c.reading_until.is_(None), cursors.c.reading_until <= db_now())
    changed = update(cursors).where(cursors.c.name == name, free).values(reading_until=db_now(seconds))
    row = conn.execute(changed.returning(cursors.c.xid, cursors.c.event_id, cursors.c.reading_until)).first()
    return None if row is None else Right((row.xid, row.event_id), row.reading_until)


def give_back(conn: Connection, name: str, right: Right, position: events.Position, *, rest: float | None = None) -> bool:
    """Everything up to `position` was read; with `rest` nobody reads on for so many seconds. False: the right was lost, nothing changes."""
    xid, event_id = position
    until = None if rest is None else db_now(rest)
    mine = (cursors.c.name == name, cursors.c.reading_until == right.until)
    return bool(conn.execute(update(cursors).where(*mine).values(xid=xid, event_id=event_id, reading_until=until)).rowcount)


def advance(conn: Connection, name: str, position: events.Position) -> None:
    """Everything up to `position` was read, by a reader that has another way to be the only one."""
    xid, event_id = position
    conn.execute(update(cursors).where(cursors.c.name == name).values(xid=xid, event_id=event_id, reading_until=None))
