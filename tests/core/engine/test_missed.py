"""What is missed still says what kept it back: state, event and `explain` carry the platform's last words."""

from collections.abc import Callable
from typing import Any

import pytest

from gaung.core.errors import Ambiguous, Transient
from gaung.core.records import NotThere
from gaung.core.store import events
from gaung.core.store.types import db_now


def down(account: Any, content: Any, attempt: Any) -> Any:
    raise Transient("down", code="503")


def lost(account: Any, content: Any, attempt: Any) -> Any:
    with attempt.mutating():
        raise Ambiguous("processing failed", code="internal")


def not_there(account: Any, content: Any, attempt: Any) -> Any:
    return NotThere()


def by_the_sweep(world: Any, delivery: int) -> None:
    world.change(delivery, deadline_at=db_now(-1))
    world.tick()


def by_the_worker(world: Any, delivery: int) -> None:
    world.change(delivery, due_at=db_now(-1))
    claimed = world.claim()
    world.change(delivery, deadline_at=db_now(-1))
    for claim in claimed:
        world.runner.run(claim.id, claim.lease)


def last_told(world: Any, delivery: int) -> Any:
    with world.store.read() as conn:
        return list(events.history(conn, delivery=delivery))[-1]


@pytest.mark.parametrize("late", [by_the_sweep, by_the_worker])
def test_a_missed_delivery_keeps_the_error_that_kept_it_back(make_world: Any, late: Callable[[Any, int], None]) -> None:
    world = make_world(retry_base=1000)
    world.toy.script("publish", down)
    delivery = world.delivery()
    world.tick()
    late(world, delivery)
    row, told = world.row(delivery), last_told(world, delivery)
    assert (row.state, row.error_kind, row.error_code, row.error_message) == ("missed", "Transient", "503", "down")
    assert (told.event, told.data["error"]) == ("delivery.missed", {"kind": "Transient", "code": "503", "message": "down"})


def test_a_look_that_comes_too_late_keeps_the_error(world: Any) -> None:
    world.toy.script("publish", lost)
    world.toy.script("find", not_there)
    delivery = world.delivery()
    world.tick()
    world.change(delivery, deadline_at=db_now(-1))
    world.settle()
    assert (world.row(delivery).state, world.row(delivery).error_code) == ("missed", "internal")


@pytest.mark.parametrize("late", [by_the_sweep, by_the_worker])
def test_a_new_attempt_that_comes_too_late_keeps_the_first_ones_error(world: Any, late: Callable[[Any, int], None]) -> None:
    world.toy.script("publish", lost)
    world.toy.script("find", not_there)
    delivery = world.delivery()
    while world.row(delivery).state != "scheduled" or not world.toy.calls:
        world.tick()
    late(world, delivery)
    assert (world.row(delivery).state, world.row(delivery).error_code) == ("missed", "internal")


def test_what_was_never_tried_is_missed_without_an_error(world: Any) -> None:
    delivery = world.delivery()
    by_the_sweep(world, delivery)
    assert (world.row(delivery).state, world.row(delivery).error_kind) == ("missed", None)
    assert "error" not in last_told(world, delivery).data
