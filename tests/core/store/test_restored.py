"""A database that was restored into another PostgreSQL server goes on telling events, in order, none left out."""

from typing import Any

from sqlalchemy import update

from gaung.core.store import cursors, events, restored, totals
from gaung.core.store.db import Store
from gaung.core.store.tables import cursors as table
from gaung.core.store.tables import events as log


def _happens(store: Store, *days: int) -> None:
    for number in days:
        with store.write() as conn:
            events.emit(conn, "alert.raised", data={"alert": "silent", "days": number})


def _unread(store: Store) -> list[Any]:
    with store.read() as conn:
        position = cursors.position(conn, "observer:one")
        assert position is not None
        return [event.data["days"] for _, event in events.read_from(conn, position)]


def _count(store: Store) -> float:
    with store.write() as conn:
        while totals.add(conn):
            pass
        return totals.read(conn)[totals.EVENTS, "", "alert.raised"]


def test_readers_of_the_log_go_on_where_they_were(store: Store) -> None:
    _happens(store, 1, 2)
    with store.write() as conn:
        cursors.begin(conn, "observer:one")
    assert _count(store) == 2
    _happens(store, 3)
    if store.postgresql:
        with store.write() as conn:  # as if each transaction had got its number from a server that had seen more of them
            for one in (log, table):
                conn.execute(update(one).values(xid=one.c.xid + 1_000_000_000))
    assert restored.look(store) is store.postgresql
    assert restored.look(store) is False
    _happens(store, 4)
    assert _unread(store) == [3, 4]
    assert _count(store) == 4
    with store.read() as conn:
        assert [event.data["days"] for _, event in events.read_from(conn, events.BEGINNING)] == [1, 2, 3, 4]


def test_a_server_that_has_given_out_these_numbers_is_no_other(store: Store) -> None:
    _happens(store, 1)
    assert restored.look(store) is False
