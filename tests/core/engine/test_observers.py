"""Each observer goes through the event log at its own pace: what it could not take is told again, and nobody waits for it."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from gaung.core.alerts import book
from gaung.core.config.model import AlertSettings
from gaung.core.engine.observers import Observers
from gaung.core.errors import RateLimited, Transient
from gaung.core.manager import Manager
from gaung.core.markers import hookimpl
from gaung.core.plugin_loading import Source
from gaung.core.records import Event, Field
from gaung.core.services import alerting
from gaung.core.store import cursors, events
from gaung.core.store.tables import cursors as table
from gaung.core.store.tables import events as log
from gaung.core.store.types import db_now


def _never(_: int) -> None:
    """No failure."""


class Listener:
    """Hears events whose `data.days` counts them; `fails` says what it raises for which."""

    def __init__(self, fails: Callable[[int], Exception | None] = _never, *, needs: bool = False) -> None:
        self.fails, self.needs = fails, needs
        self.heard: list[int] = []
        self.tries: list[int] = []

    @hookimpl
    def gaung_setting_fields(self) -> Sequence[Field]:
        return [Field(name="to", help="where to", required=True)] if self.needs else []

    @hookimpl
    def gaung_event(self, event: Event) -> None:
        number = int(event.data.get("days", 0))
        if event.event != "alert.raised" or not number:
            return
        self.tries.append(number)
        error = self.fails(number)
        if error is not None:
            raise error
        self.heard.append(number)


def _as_it_is(listener: Listener) -> Listener:
    return listener


class House:
    """One engine with these observers."""

    def __init__(self, world: Any) -> None:
        self.world, self.store = world, world.store

    def with_(self, **listeners: Listener) -> Observers:
        found = [Source(name=name, package="uji", version="1", load=partial(_as_it_is, one)) for name, one in listeners.items()]
        board = self.world.engine.switchboard
        plugins = [self.world.toy.source(), *found]
        self.world.engine.manager = Manager(plugins, third_party=True, switched_off=board.off, settings_of=board.settings)
        return Observers(self.world.engine)

    def happens(self, *numbers: int) -> None:
        with self.store.write() as conn:
            for number in numbers:
                events.emit(conn, "alert.raised", office="18", data={"alert": "silent", "days": number})

    def until(self, observers: Observers, there: Callable[[], bool]) -> None:
        end = time.monotonic() + 20
        while not there() and time.monotonic() < end:
            observers.pump()
            time.sleep(0.005)
        assert there()

    def forget(self) -> None:
        """As if so much time had gone by that nobody has the right to read."""
        with self.store.write() as conn:
            conn.execute(update(table).values(reading_until=None))


@pytest.fixture
def house(world: Any) -> House:
    return House(world)


def failing(number: int, error: Exception, times: int) -> Callable[[int], Exception | None]:
    left = [times]

    def fails(seen: int) -> Exception | None:
        if seen != number or not left[0]:
            return None
        left[0] -= 1
        return error

    return fails


def test_what_an_observer_could_not_take_is_told_again_in_order(house: House) -> None:
    late = Listener(failing(2, Transient("away"), 3))
    observers = house.with_(late=late)
    house.happens(1, 2, 3)
    house.until(observers, lambda: len(late.heard) == 3)
    assert late.heard == [1, 2, 3]
    assert late.tries == [1, 2, 2, 2, 2, 3]


def test_the_others_do_not_wait_for_it(house: House) -> None:
    dead, well = Listener(lambda _: Transient("away")), Listener()
    observers = house.with_(dead=dead, well=well)
    house.happens(1, 2, 3)
    observers.pump()
    assert well.heard == [1, 2, 3]
    assert dead.heard == []


def test_an_observer_that_exits_ends_no_thread(house: House, caplog: pytest.LogCaptureFixture) -> None:
    leaving = Listener(failing(1, SystemExit("enough"), 1))  # type: ignore[arg-type]
    observers = house.with_(leaving=leaving)
    house.happens(1, 2)
    observers.pump()
    assert leaving.heard == [2]
    assert "gaung_event failed: SystemExit: enough" in caplog.text


def test_any_other_failure_is_reported_and_counts_as_told(house: House, caplog: pytest.LogCaptureFixture) -> None:
    broken = Listener(failing(1, OSError("disk full"), 1))
    observers = house.with_(broken=broken)
    house.happens(1, 2)
    observers.pump()
    assert broken.heard == [2]
    assert "plugin broken (package uji 1): gaung_event failed: OSError: disk full" in caplog.text


def test_it_waits_as_long_as_it_was_asked_to_whoever_asks(house: House) -> None:
    busy = Listener(failing(1, RateLimited("busy", scope="app", retry_after=600), 1))
    observers = house.with_(busy=busy)
    house.happens(1)
    for _ in range(3):
        observers.pump()
        Observers(house.world.engine).pump()  # another dispatcher
    assert busy.tries == [1]
    with house.store.read() as conn:
        now, until = conn.execute(select(db_now(), table.c.reading_until)).one()
    assert 500 < (until - now).total_seconds() < 601
    house.forget()
    observers.pump()
    assert busy.heard == [1]


def test_a_dead_observer_fills_neither_the_log_nor_the_line(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "gaung.observers")
    dead = Listener(failing(1, Transient("no connection"), 12))
    observers = house.with_(dead=dead)
    house.happens(1)
    while not dead.heard:
        house.forget()
        observers.pump()
    lines = [record for record in caplog.records if record.name == "gaung.observers"]
    assert [record.levelname for record in lines] == ["WARNING", "INFO"]
    assert "plugin dead (package uji 1)" in lines[0].getMessage()
    assert "after 12 tries that failed" in lines[1].getMessage()


def test_the_wait_grows_and_has_an_end(house: House) -> None:
    house.world.engine.settings.engine.__dict__["retry_base"] = 30.0
    dead = Listener(lambda _: Transient("away"))
    (observer,) = house.with_(dead=dead)._all
    event = Event(id=1, event="alert.raised", at=events_now(house), actor="uji", office="18", data={"days": 1})
    waits = [observer._tell(event) or 0 for _ in range(40)]
    assert all(1 <= wait <= 900 for wait in waits)
    assert waits[0] <= 30
    assert max(waits[10:]) > 300


def events_now(house: House) -> Any:
    with house.store.read() as conn:
        return conn.execute(select(db_now())).scalar_one()


def slowly(_: int) -> None:
    time.sleep(0.002)


def test_two_dispatchers_tell_each_event_once(house: House) -> None:
    slow = Listener(slowly)
    both = [house.with_(slow=slow), Observers(house.world.engine)]
    house.happens(*range(1, 41))
    threads = [threading.Thread(target=one.pump) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in both:
        one.pump()
    assert slow.heard == list(range(1, 41))


def test_one_that_lost_its_right_changes_nothing(house: House) -> None:
    house.with_(late=Listener())
    house.happens(1, 2)
    name = "observer:late"
    with house.store.write() as conn:
        first = cursors.take(conn, name, 60)
        assert first is not None
        conn.execute(update(table).values(reading_until=db_now(-1)))
        second = cursors.take(conn, name, 60)
        assert second is not None
        assert cursors.give_back(conn, name, second, events.end(conn)) is True
        assert cursors.give_back(conn, name, first, first.position) is False
        assert cursors.position(conn, name) == events.end(conn)


def test_one_that_is_not_set_up_is_not_told_later_what_happened_before(house: House) -> None:
    shy = Listener(needs=True)
    observers = house.with_(shy=shy)
    house.happens(1)
    observers.pump()
    engine = house.world.engine
    given = engine.settings.model_copy(update={"plugins": {"shy": {"to": "here"}}})
    engine.switchboard._settings = given
    engine.switchboard._merged.clear()
    observers.pump()
    house.happens(2)
    observers.pump()
    assert shy.heard == [2]
    engine.switchboard._settings = engine.settings
    engine.switchboard._merged.clear()
    house.happens(3)
    observers.pump()
    with house.store.read() as conn:
        assert cursors.position(conn, "observer:shy") is None
    assert shy.heard == [2]


def test_wrong_settings_lose_nothing(house: House) -> None:
    engine = house.world.engine
    engine.switchboard._settings = engine.settings.model_copy(update={"plugins": {"shy": {"too": "here"}}})
    shy = Listener(needs=True)
    observers = house.with_(shy=shy)
    house.happens(1)
    observers.pump()
    assert shy.heard == []
    engine.switchboard._settings = engine.settings.model_copy(update={"plugins": {"shy": {"to": "here"}}})
    house.until(observers, lambda: shy.heard == [1])


def test_what_all_observers_had_read_together_is_where_each_begins(house: House) -> None:
    house.happens(1)
    with house.store.write() as conn:
        cursors.begin(conn, "observers")
    house.happens(2)
    late = Listener()
    house.with_(late=late).pump()
    assert late.heard == [2]
    with house.store.read() as conn:
        assert cursors.position(conn, "observers") is None


def test_one_that_takes_nothing_for_ten_minutes_is_an_alert_until_it_caught_up(house: House) -> None:
    dead = Listener(failing(1, Transient("away"), 2))
    observers = house.with_(dead=dead)
    house.happens(1)
    observers.pump()

    def look() -> list[str]:
        with house.store.write() as conn:
            book.write(conn, book.look(conn, AlertSettings()))
            rows = [row for row in book.listed(conn) if row.kind == "observer_behind"]
        assert all(alerting._words(row).startswith("observer dead has taken no event since 20") for row in rows)
        return [row.key for row in rows]

    assert look() == []
    with house.store.write() as conn:
        conn.execute(update(log).values(at=db_now(-601)))
    assert look() == ["plugin:dead"]
    house.forget()
    assert look() == ["plugin:dead"]
    house.until(observers, lambda: dead.heard == [1])
    observers.pump()
    assert look() == []


def test_the_place_of_a_plugin_that_is_gone_is_no_alert(house: House) -> None:
    house.with_(gone=Listener())
    house.happens(1)
    with house.store.write() as conn:
        conn.execute(update(log).values(at=db_now(-90_000)))
        conn.execute(update(table).values(reading_until=db_now(-80_000)))
        assert [alert for alert in book.look(conn, AlertSettings()) if alert.kind == "observer_behind"] == []
