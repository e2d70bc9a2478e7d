"""What a look finds in processing at the platform is followed to its end, however late; what waits for us is not finished late."""

from typing import Any

import pytest

from gaung.core.errors import Ambiguous
from gaung.core.records import Pending, Published, Ready, Unfinished
from gaung.core.store.types import db_now


def answers(value: Any) -> Any:
    return lambda account, content, attempt: value


def lost(account: Any, content: Any, attempt: Any) -> Any:
    with attempt.mutating():
        raise Ambiguous("no answer")


def deadline_passes(world: Any, delivery: int) -> None:
    world.change(delivery, deadline_at=db_now(-1))


@pytest.mark.parametrize("late", [False, True])
def test_a_platform_that_publishes_by_itself_is_followed_past_the_deadline(world: Any, late: bool) -> None:
    def pending(account: Any, content: Any, attempt: Any) -> Any:
        deadline_passes(world, delivery)
        return Pending(0.01)

    world.toy.script("publish", lost)
    world.toy.script("find", answers(Unfinished(resume="check")))
    world.toy.script("check", pending, answers(Pending(0.01)), answers(Published("x9", None)))
    delivery = world.delivery()
    world.tick()
    if late:
        deadline_passes(world, delivery)
    world.settle()
    assert (world.row(delivery).state, world.toy.calls.count("publish")) == ("published", 1)


def test_what_is_ready_only_after_the_deadline_is_missed(world: Any) -> None:
    def pending(account: Any, content: Any, attempt: Any) -> Any:
        deadline_passes(world, delivery)
        return Pending(0.01)

    world.toy.script("publish", lost)
    world.toy.script("find", answers(Unfinished(resume="check")))
    world.toy.script("check", pending, answers(Ready()))
    world.toy.script("finish", lost)
    delivery = world.delivery()
    world.settle()
    assert (world.row(delivery).state, world.toy.calls.count("publish")) == ("missed", 1)
