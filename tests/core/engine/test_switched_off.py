"""A platform that is switched off publishes nothing more, in whatever state its deliveries are; what had begun is followed to its end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from gaung.core.errors import Ambiguous, AuthExpired
from gaung.core.manager import Manager
from gaung.core.records import Credentials, NotThere, Pending, Published, Ready
from gaung.core.store import office_settings, skips, switches
from gaung.core.store.switches import ALL
from gaung.core.store.types import db_now


def go_by_switches(world: Any) -> Any:
    """As the engine loads its plugins."""
    world.engine.manager = Manager([world.toy.source()], switched_off=world.engine.switchboard.off)
    return world


@pytest.fixture
def switched(world: Any) -> Any:
    """A world that goes by the switches."""
    return go_by_switches(world)


def switch(world: Any, *, enabled: bool, office: str = "18") -> int:
    """What the command does, in one transaction."""
    with world.store.write() as conn:
        switches.switch(conn, "toy", office, enabled=enabled)
        clause = switches.load(conn).clause()
        return 0 if clause is None else skips.skip(conn, clause)


def publish(_account: Any, _content: Any, attempt: Any) -> Published:
    with attempt.mutating():
        return Published("x1", "https://toy/x1")


def skipped(world: Any, delivery: int) -> bool:
    row = world.row(delivery)
    assert row.lease is None
    assert row.due_at is None
    return (row.state, row.reason, row.error_code, row.external_id) == ("skipped", "plugin_disabled", "plugin_disabled", None)


@pytest.mark.parametrize("office", ["18", ALL])
def test_what_is_scheduled_queued_or_held_is_skipped_by_the_command(switched: Any, office: str) -> None:
    switched.toy.script("publish", publish)
    queued, later, held = (switched.delivery(external_id=name, at_in=at) for name, at in (("q", -1), ("l", 600), ("h", 600)))
    [claim] = switched.claim()
    switched.change(held, state="held", reason="paused", due_at=None)
    assert switch(switched, enabled=False, office=office) == 3
    switched.runner.run(claim.id, claim.lease)
    switched.settle()
    assert all(skipped(switched, one) for one in (queued, later, held))
    assert switched.told(queued) == ["delivery.queued", "delivery.skipped"]
    assert switched.toy.calls == []


def test_another_offices_deliveries_go_on(switched: Any) -> None:
    switched.toy.script("publish", publish)
    delivery = switched.delivery()
    assert switch(switched, enabled=False, office="18.01") == 0
    switched.settle()
    assert switched.row(delivery).state == "published"


def test_switching_on_again_brings_nothing_back_and_lets_new_ones_go_at_once(switched: Any) -> None:
    switched.toy.script("publish", publish)
    old = switched.delivery(external_id="old")
    switch(switched, enabled=False)
    switched.engine.switchboard.off("18")  # kept for a second from here on
    switch(switched, enabled=True)
    new = switched.delivery(external_id="new")
    switched.settle()
    assert skipped(switched, old)
    assert switched.row(new).state == "published"


def test_what_is_switched_off_while_the_hook_runs_is_stopped_before_the_call_that_publishes(switched: Any) -> None:
    def off_meanwhile(account: Any, content: Any, attempt: Any) -> Published:
        switch(switched, enabled=False)
        return publish(account, content, attempt)

    switched.toy.script("publish", off_meanwhile)
    delivery = switched.delivery()
    switched.settle()
    assert skipped(switched, delivery)
    assert "delivery.published" not in switched.told(delivery)


def test_what_was_scheduled_at_the_same_moment_is_stopped_by_the_worker(switched: Any) -> None:
    """The command did not see the delivery: only its switch is there."""
    with switched.store.write() as conn:
        switches.switch(conn, "toy", "18", enabled=False)
    switched.toy.script("publish", publish)
    delivery = switched.delivery()
    switched.tick()
    assert skipped(switched, delivery)
    row = switched.row(delivery)
    assert (row.attempts, switched.toy.calls) == (0, [])
    assert switched.told(delivery)[-1] == "delivery.skipped"


def test_the_switch_is_looked_at_again_in_the_statement_that_starts_the_mutation(switched: Any) -> None:
    def switch_alone(account: Any, content: Any, attempt: Any) -> Published:
        with switched.store.write() as conn:
            switches.switch(conn, "toy", "18", enabled=False)
        return publish(account, content, attempt)

    switched.toy.script("publish", switch_alone)
    delivery = switched.delivery()
    switched.tick()
    assert skipped(switched, delivery)
    assert switched.row(delivery).mutation_at is None


def test_a_platform_that_marks_nothing_is_stopped_before_it_is_called(make_world: Callable[..., Any]) -> None:
    world = go_by_switches(make_world(marks_mutation=False))
    world.toy.script("publish", lambda *_: Published("x", None))

    def off_in_validation(_account: Any, _content: Any) -> list[Any]:
        with world.store.write() as conn:
            switches.switch(conn, "toy", "18", enabled=False)
        return []

    world.engine.manager.validate = off_in_validation
    delivery = world.delivery()
    world.tick()
    assert skipped(world, delivery)
    assert world.toy.calls == []


def test_what_is_released_or_tried_again_later_is_skipped_by_the_dispatcher(switched: Any) -> None:
    delivery = switched.delivery()
    with switched.store.write() as conn:
        switches.switch(conn, "toy", "18", enabled=False)
    with switched.store.read() as conn:
        assert skips.anything_due(conn, switched.engine.switchboard.fresh(conn))
    with switched.store.write() as conn:
        assert skips.skip_due(conn) == 1
    with switched.store.read() as conn:
        assert not skips.anything_due(conn, switched.engine.switchboard.fresh(conn))
    assert skipped(switched, delivery)


def test_processing_without_a_mutation_is_skipped(switched: Any) -> None:
    switched.toy.script("publish", lambda *_: Pending(60.0))
    delivery = switched.delivery()
    switched.tick()
    assert switched.row(delivery).state == "processing"
    assert switch(switched, enabled=False) == 1
    assert skipped(switched, delivery)


def test_processing_with_a_mutation_is_followed_to_its_end(switched: Any) -> None:
    def begin(_account: Any, _content: Any, attempt: Any) -> Pending:
        with attempt.mutating():
            return Pending(0.0)

    switched.toy.script("publish", begin)
    switched.toy.script("check", lambda *_: Published("x2", None))
    delivery = switched.delivery()
    switched.tick()
    assert switch(switched, enabled=False) == 0
    switched.settle()
    assert (switched.row(delivery).state, switched.row(delivery).external_id) == ("published", "x2")


def test_what_is_ready_to_be_published_by_another_call_of_ours_is_not(switched: Any) -> None:
    def begin(_account: Any, _content: Any, attempt: Any) -> Pending:
        with attempt.mutating():
            return Pending(0.0)

    switched.toy.script("publish", begin)
    switched.toy.script("check", lambda *_: Ready())
    switched.toy.script("finish", publish)
    delivery = switched.delivery()
    switched.tick()
    switch(switched, enabled=False)
    switched.settle()
    assert skipped(switched, delivery)
    assert "finish" not in switched.toy.calls


def test_an_unknown_outcome_is_looked_for_all_the_same_with_a_fresh_token_if_need_be(switched: Any) -> None:
    def lost(_account: Any, _content: Any, attempt: Any) -> Published:
        with attempt.mutating():
            raise Ambiguous("hung up")

    def expired(*_: Any) -> Any:
        raise AuthExpired("old token")

    switched.toy.script("publish", lost)
    switched.toy.script("find", expired, lambda *_: Published("x3", None))
    switched.toy.refreshes = [Credentials({"token": "fresh-token"})]
    delivery = switched.delivery()
    switched.tick()
    switch(switched, enabled=False)
    switched.settle()
    assert (switched.row(delivery).state, switched.row(delivery).external_id) == ("published", "x3")
    assert switched.account_row(delivery).status == "active"


def test_an_unknown_outcome_that_is_surely_not_there_is_not_tried_anew(switched: Any) -> None:
    def lost(_account: Any, _content: Any, attempt: Any) -> Published:
        with attempt.mutating():
            raise Ambiguous("hung up")

    switched.toy.script("publish", lost)
    switched.toy.script("find", lambda *_: NotThere())
    delivery = switched.delivery()
    switched.tick()
    switch(switched, enabled=False)
    switched.settle()
    assert skipped(switched, delivery)
    assert switched.toy.calls.count("publish") == 1


def test_an_offices_own_settings_reach_its_accounts(switched: Any) -> None:
    seen: list[Any] = []

    def look(account: Any, content: Any, attempt: Any) -> Published:
        seen.append(account.settings)
        return publish(account, content, attempt)

    switched.toy.script("publish", look)
    with switched.store.write() as conn:
        office_settings.put(conn, "toy", "18", "poll_seconds", value=7.5)
    switched.delivery()
    switched.settle()
    assert [settings["poll_seconds"] for settings in seen] == [7.5]


def test_with_many_workers_each_delivery_is_either_published_or_skipped_and_none_begins_after_the_command(switched: Any) -> None:
    switched.toy.script("publish", publish)
    ids = [switched.delivery(external_id=f"a{number}") for number in range(40)]
    claims = switched.claim()
    with ThreadPoolExecutor(8) as workers:
        done = [workers.submit(switched.runner.run, claim.id, claim.lease) for claim in claims]
        while not any(one.done() for one in done):
            pass
        switch(switched, enabled=False)
        with switched.store.read() as conn:
            returned = conn.execute(select(db_now())).scalar_one()
    for one in done:
        one.result()
    rows = [switched.row(number) for number in ids]
    assert {row.state for row in rows} <= {"published", "skipped"}
    assert all(row.mutation_at < returned for row in rows if row.state == "published")
    assert all(row.mutation_at is None for row in rows if row.state == "skipped")
    assert switched.toy.calls.count("publish") >= sum(row.state == "published" for row in rows) > 0
