"""Alerts: each rule finds its case and nothing else, each alert is told once, and is over when its reason is."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from gaung.core.alerts import book
from gaung.core.config import Settings
from gaung.core.config.model import AlertSettings
from gaung.core.store import events, measures, pauses
from gaung.core.store.db import Store
from gaung.core.store.measure_tables import alerts as table
from gaung.core.store.tables import accounts, deliveries, offices, publications
from gaung.core.store.tables import pauses as pauses_table
from gaung.core.store.types import db_now
from gaung.core.testkit.echoes import add_post

SETTINGS = AlertSettings()


class World:
    """Two offices with an account each, and what happens to them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.write() as conn:
            for code in ("18.01", "18.02"):
                conn.execute(insert(offices).values(code=code, name=f"KPU {code}", level="regency", created_at=db_now()))
            self.post = add_post(conn, date(2026, 1, 5), out=(("18.01", "toy"), ("18.02", "toy")))
            conn.execute(update(accounts).values(created_at=db_now(-30 * 86400)))
            conn.execute(update(publications).values(published_at=db_now(-3600)))
            self.account = conn.execute(select(accounts.c.id).where(accounts.c.office == "18.01")).scalar_one()

    def set(self, target: Any, condition: Any, **values: Any) -> None:
        with self.store.write() as conn:
            conn.execute(update(target).where(condition).values(**values))

    def follow(self, days_ago: float, value: float | None, definition: str = "1") -> None:
        with self.store.write() as conn:
            handle = conn.execute(select(accounts.c.handle).where(accounts.c.id == self.account)).scalar_one()
            base = {"office": "18.01", "platform": "toy", "handle": handle, "account_id": self.account, "publication": 0, "post_id": None}
            said = {"name": "followers", "definition": definition, "exact": True, "source": "api", "why": "", "value": value}
            measures.put(conn, [{**base, **said, "as_of": datetime.now(UTC) - timedelta(days=days_ago)}], actor="test")

    def look(self) -> list[tuple[str, str]]:
        """What is open after one look."""
        with self.store.write() as conn:
            book.write(conn, book.look(conn, SETTINGS))
            return sorted((row.kind, row.key) for row in book.listed(conn))

    def told(self) -> list[tuple[str, str]]:
        with self.store.read() as conn:
            found = [event for _, event in events.read_from(conn, (-1, 0)) if event.event.startswith("alert.")]
        return [(event.event, event.data["alert"]) for event in found]


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


def test_all_is_well(world: World) -> None:
    assert world.look() == []
    assert world.told() == []


def test_an_office_that_falls_silent_is_told_once_and_is_over_when_it_speaks(world: World) -> None:
    mine = publications.c.account_id == world.account
    world.set(publications, mine, published_at=db_now(-8 * 86400))
    assert world.look() == [("silent", "18.01")]
    assert world.look() == [("silent", "18.01")]
    world.set(publications, mine, published_at=db_now(-60))
    assert world.look() == []
    assert world.told() == [("alert.raised", "silent"), ("alert.resolved", "silent")]


def test_an_office_that_speaks_by_one_of_its_accounts_is_not_silent(world: World) -> None:
    with world.store.write() as conn:
        add_post(conn, date(2026, 1, 5), out=(("18.01", "other"),))
        conn.execute(update(accounts).values(created_at=db_now(-30 * 86400)))
        conn.execute(update(publications).values(published_at=db_now(-60)))
    world.set(publications, publications.c.account_id == world.account, published_at=db_now(-9 * 86400))
    assert world.look() == []


def test_a_new_office_is_not_silent_yet(world: World) -> None:
    with world.store.write() as conn:
        conn.execute(update(publications).values(published_at=db_now(-9 * 86400)))
        conn.execute(update(accounts).values(created_at=db_now(-86400)))
    assert world.look() == []


@pytest.mark.parametrize(
    ("before", "after", "raised"), [(1000, 949, True), (1000, 951, False), (1000, None, False), (None, 900, False), (0, 5, False)]
)
def test_followers_that_fall_by_more_than_the_limit(world: World, before: float | None, after: float | None, raised: bool) -> None:
    world.follow(8, before)
    world.follow(0.1, after)
    assert world.look() == ([("followers_fell", f"account:{world.account}")] if raised else [])


def test_a_change_of_what_is_counted_is_no_loss(world: World) -> None:
    world.follow(8, 1000, definition="1")
    world.follow(0.1, 500, definition="2")
    assert world.look() == []


def test_followers_that_fall_are_seen_across_another_handle(world: World) -> None:
    world.follow(8, 1000)
    world.set(accounts, accounts.c.id == world.account, handle="contoh_baru")
    assert world.look() == []
    world.follow(0.1, 500)
    assert world.look() == [("followers_fell", f"account:{world.account}")]


def test_accounts_that_need_a_person_and_tokens_that_end(world: World) -> None:
    mine = accounts.c.id == world.account
    world.set(accounts, mine, info={"expires_at": (datetime.now(UTC) + timedelta(days=6)).isoformat()})
    assert world.look() == [("token_ends", f"account:{world.account}")]
    world.set(accounts, mine, status="needs_reauth")
    assert world.look() == [("needs_reauth", f"account:{world.account}")]
    world.set(accounts, mine, status="active", info={"expires_at": (datetime.now(UTC) + timedelta(days=60)).isoformat()})
    assert world.look() == []


def test_an_end_without_a_zone_is_utc_and_silences_no_other_alert(world: World) -> None:
    mine = accounts.c.id == world.account
    soon = (datetime.now(UTC) + timedelta(days=6)).replace(tzinfo=None)
    world.set(accounts, mine, info={"expires_at": soon.isoformat()})
    assert world.look() == [("token_ends", f"account:{world.account}")]


def test_a_spent_quota_rests_by_itself_but_a_pause_by_hand_is_no_alert(world: World) -> None:
    with world.store.write() as conn:
        pauses.pause(conn, "platform:toy", kind="manual", reason="hari tenang")
        pauses.pause(conn, "app:toy:1", kind="auto", reason="usage at 91 percent", seconds=600)
    assert world.look() == [("quota", "app:toy:1")]


def test_a_short_rest_is_no_spent_quota_and_one_after_another_is_told_once(world: World) -> None:
    with world.store.write() as conn:
        pauses.pause(conn, "app:toy:1", kind="auto", reason="Retry-After", seconds=20)
    assert world.look() == []
    for seconds in (900, 1):
        with world.store.write() as conn:
            conn.execute(delete(pauses_table))
            pauses.pause(conn, "app:toy:1", kind="auto", reason="usage at 91 percent", seconds=60 + seconds)
        assert world.look() == [("quota", "app:toy:1")]
    with world.store.write() as conn:
        conn.execute(delete(pauses_table))
    assert world.look() == []
    assert world.told() == [("alert.raised", "quota"), ("alert.resolved", "quota")]


def test_a_figure_about_its_limit_is_told_once(world: World) -> None:
    world.follow(8, 1000)
    for number, value in enumerate((948, 951, 949, 955)):
        world.follow(0.5 - number / 10, value)
        assert world.look() == [("followers_fell", f"account:{world.account}")]
    world.follow(0.05, 961)
    assert world.look() == []
    world.follow(0.02, 955)
    assert world.look() == []
    assert world.told() == [("alert.raised", "followers_fell"), ("alert.resolved", "followers_fell")]


@pytest.mark.parametrize(("value", "busy"), [(948, True), (955, False), (980, False)])
def test_an_idle_dispatcher_has_nothing_to_write(world: World, value: float, busy: bool) -> None:
    world.follow(8, 1000)
    world.follow(0.1, value)
    with world.store.read() as conn:
        assert book.changed(conn, book.look(conn, SETTINGS)) is busy
    world.look()
    with world.store.read() as conn:
        assert book.changed(conn, book.look(conn, SETTINGS)) is False


def test_missed_deliveries_are_told_a_post_at_a_time(world: World) -> None:
    world.set(deliveries, deliveries.c.post_id == world.post, state="missed")
    assert world.look() == [("missed", f"post:{world.post}")]
    world.set(deliveries, deliveries.c.post_id == world.post, updated_at=db_now(-90_000))
    assert world.look() == []


def test_two_dispatchers_tell_it_once(world: World) -> None:
    world.set(accounts, accounts.c.id == world.account, status="needs_reauth")
    barrier, failures = threading.Barrier(4), []

    def look() -> None:
        barrier.wait()
        try:
            world.look()
        except Exception as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert world.told() == [("alert.raised", "needs_reauth")]
    with world.store.read() as conn:
        assert len(conn.execute(select(table)).all()) == 1


def test_every_threshold_is_a_setting() -> None:
    assert set(AlertSettings.model_fields) >= {"silent_days", "followers_fell_percent", "token_days", "coverage_behind_percent"}
    assert "alerts" in Settings.model_fields
