"""Switches: an office's own word beats the word for all, and the word for all ends what offices had said."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import false, insert, select

from gaung.core.store import events, faults, switches
from gaung.core.store.db import Store
from gaung.core.store.switches import ALL, Switches
from gaung.core.store.tables import accounts, deliveries, offices, posts
from gaung.core.store.types import db_now

OFFICES = ("18", "18.01", "18.02")


def said(store: Store, *steps: tuple[str, str, bool]) -> Switches:
    """The switches after `(plugin, office, enabled)` one after the other."""
    for plugin, office, enabled in steps:
        with store.write() as conn:
            switches.switch(conn, plugin, office, enabled=enabled)
    with store.read() as conn:
        return switches.load(conn)


def off(found: Switches, plugin: str) -> list[str]:
    return [office for office in OFFICES if found.is_off(plugin, office)]


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ([], []),
        ([("toy", "18.01", False)], ["18.01"]),
        ([("toy", ALL, False)], ["18", "18.01", "18.02"]),
        ([("toy", ALL, False), ("toy", "18.01", True)], ["18", "18.02"]),
        ([("toy", "18.01", False), ("toy", ALL, False), ("toy", "18.02", True), ("toy", ALL, True)], []),
        ([("toy", "18.01", True), ("toy", ALL, False)], ["18", "18.01", "18.02"]),
        ([("toy", ALL, True), ("toy", "18.02", False)], ["18.02"]),
        ([("other", ALL, False), ("toy", "18", False)], ["18"]),
    ],
)
def test_the_last_word_counts_and_the_database_agrees(store: Store, steps: list[tuple[str, str, bool]], wanted: list[str]) -> None:
    found = said(store, *steps)
    assert off(found, "toy") == wanted
    some_deliveries(store)
    clause = found.clause()
    query = select(deliveries.c.office).where(false() if clause is None else clause).order_by(deliveries.c.office)
    with store.read() as conn:
        assert list(conn.execute(query).scalars()) == wanted


def some_deliveries(store: Store) -> None:
    """One scheduled delivery on `toy` for each office."""
    with store.write() as conn:
        times = {"at": db_now(), "deadline_at": db_now(60)}
        base = {"title": "t", "purpose": "edukasi", "origin": "provinsi", "document": {}, "created_by": "x", "created_at": db_now()}
        post = conn.execute(insert(posts).values(**base, **times).returning(posts.c.id)).scalar_one()
        for code in OFFICES:
            conn.execute(insert(offices).values(code=code, name=code, level="regency", created_at=db_now()))
            row: dict[str, Any] = {"office": code, "platform": "toy", "external_id": code, "handle": f"contoh_{code}", "status": "active"}
            row |= {"credentials": "", "limits": {}, "info": {}, "created_at": db_now(), "updated_at": db_now()}
            account = conn.execute(insert(accounts).values(**row).returning(accounts.c.id)).scalar_one()
            kept = {"post_id": post, "account_id": account, "office": code, "platform": "toy", "state": "scheduled", "checkpoints": {}}
            conn.execute(insert(deliveries).values(**kept, **times, updated_at=db_now()))


def test_saying_the_same_again_changes_nothing_and_keeps_who_said_it_first(store: Store) -> None:
    with store.write() as conn:
        assert switches.switch(conn, "toy", "18.01", enabled=False)
    first = said(store).of("toy", "18.01")
    with store.write() as conn:
        assert not switches.switch(conn, "toy", "18.01", enabled=False)
        assert not switches.switch(conn, "toy", "18.02", enabled=True)
    assert said(store).of("toy", "18.01") == first
    assert first is not None
    assert (first.actor, first.enabled) == ("test", False)


@dataclass(frozen=True)
class Broken:
    name: str = "bad"
    package: str = "gaung-bad"
    version: str = "0.1"
    reason: str = "cannot be imported"


def test_a_broken_plugin_is_told_once_for_each_host_and_again_when_it_breaks_anew(store: Store) -> None:
    def report(host: str, *broken: Broken) -> int:
        with store.write() as conn:
            return faults.report(conn, host, broken)

    assert [report("a", Broken()) for _ in range(3)] == [1, 0, 0]
    assert report("b", Broken()) == 1
    assert report("a", Broken(version="0.2")) == 1
    assert report("a", Broken(version="0.2", reason="no hook")) == 1
    assert (report("a"), report("a", Broken())) == (0, 1)
    with store.read() as conn:
        assert [(row["host"], row["plugin"], row["version"]) for row in faults.known(conn)] == [("a", "bad", "0.1"), ("b", "bad", "0.1")]
        told = [event for _, event in events.read_from(conn, (-1, 0))]
    assert {event.event for event in told} == {"plugin.broken"}
    assert len(told) == 5
    assert told[0].data == {"plugin": "bad", "package": "gaung-bad", "version": "0.1", "reason": "cannot be imported", "host": "a"}
