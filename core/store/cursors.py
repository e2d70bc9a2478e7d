"""Where a reader of the event log stands, kept so that it goes on there after a restart. One reader at a time has the right to read."""

from sqlalchemy import insert, or_, select, update
from sqlalchemy.engine import Connection

from gaung.core.store import events
from gaung.core.store.tables import cursors
from gaung.core.store.types import db_now


def begin(conn: Connection, name: str) -> None:
    """Make the cursor at the end of the log unless it is there: a new reader hears what happens from now on."""
    if conn.execute(select(cursors.c.name).where(cursors.c.name == name)).first() is None:
        xid, event_id = events.end(conn)
        conn.execute(insert(cursors).values(name=name, xid=xid, event_id=event_id))


def position(conn: Connection, name: str) -> events.Position:
    """Up to where was read."""
    row = conn.execute(select(cursors.c.xid, cursors.c.event_id).where(cursors.c.name == name)).one()
    return row.xid, row.event_id


def take(conn: Connection, name: str, seconds: float) -> events.Position | None:
    """The right to read for `seconds`, and from where; None when another has it."""
    free = or_(cursors.c.reading_until.is_(None), cursors.c.reading_until <= db_now())
    changed = update(cursors).where(cursors.c.name == name, free).values(reading_until=db_now(seconds))
    row = conn.execute(changed.returning(cursors.c.xid, cursors.c.event_id)).first()
    return None if row is None else (row.xid, row.event_id)


def advance(conn: Connection, name: str, position: events.Position) -> None:
    """Everything up to `position` was read; give the right back."""
    xid, event_id = position
    conn.execute(update(cursors).where(cursors.c.name == name).values(xid=xid, event_id=event_id, reading_until=None))
