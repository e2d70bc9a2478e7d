"""A PostgreSQL database that was restored into another server (`pg_dump`): there numbers of transactions begin anew.

What was written by the former server would come after everything to come, or not be readable at all, and no reader of the event log
would ever be told anything. So its numbers are moved below zero, in the same order, and readers with them.
"""

import logging

from sqlalchemy import BigInteger, Text, cast, func, select, update
from sqlalchemy.engine import Connection

from gaung.core.store.db import Store
from gaung.core.store.tables import cursors, events

_log = logging.getLogger("gaung.dispatcher")


def look(store: Store) -> bool:
    """Move the event log of another server below this one's; answers whether there was one. Once, even if several processes look."""
    if not store.postgresql:
        return False
    with store.read() as conn:
        if _beyond(conn) is None:
            return False
    with store.write() as conn:
        conn.exec_driver_sql("LOCK TABLE events, cursors IN EXCLUSIVE MODE")
        highest = _beyond(conn)
        if highest is None:
            return False
        _log.info("the database comes from another server: its event log is put in order, which may take a minute")
        for table in (events, cursors):
            conn.execute(update(table).values(xid=table.c.xid - (highest + 1)))
    return True


def _beyond(conn: Connection) -> int | None:
    """The highest number of the log or of a reader, if this server never gave it out. One statement: in between others write."""
    upcoming = cast(cast(func.pg_snapshot_xmax(func.pg_current_snapshot()), Text), BigInteger)
    of_events, of_readers = (select(func.max(table.c.xid)).scalar_subquery() for table in (events, cursors))
    row = conn.execute(select(upcoming.label("upcoming"), func.greatest(of_events, of_readers).label("highest"))).one()
    return row.highest if row.highest is not None and row.highest >= row.upcoming else None
