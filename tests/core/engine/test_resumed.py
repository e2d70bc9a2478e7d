"""What a look finds in processing at the platform is followed to its end, however late; what waits for us is not finished late."""

import time
from typing import Any

import pytest

from gaung.core.errors import Ambiguous
from gaung.core.records import Pending, Published, Ready, Unfinished


def answers(value: Any) -> Any:
    return lambda account, content, attempt: value


def lost(account: Any, content: Any, attempt: Any) -> Any:
    with attempt.mutating():
        raise Ambiguous("no answer")


@pytest.mark.parametrize("late", [False, True])
def test_a_platform_that_publishes_by_itself_is_followed_past_the_deadline(world: Any, late: bool) -> None:
    world.toy.script("publish", lost)
    world.toy.script("find", answers(Unfinished(resume="check")))
    world.toy.script("check", *[answers(Pending(0.1))] * 4, answers(Published("x9", None)))
    delivery = world.delivery(deadline_in=0.3)
    world.tick()
    if late:
        time.sleep(0.4)
    world.settle()
    assert (world.row(delivery).state, world.toy.calls.count("publish")) == ("published", 1)


def test_what_is_ready_only_after_the_deadline_is_missed(world: Any) -> None:
    world.toy.script("publish", lost)
    world.toy.script("find", answers(Unfinished(resume="check")))
    world.toy.script("check", *[answers(Pending(0.1))] * 4, answers(Ready()))
    world.toy.script("finish", lost)
    delivery = world.delivery(deadline_in=0.3)
    world.settle()
    assert (world.row(delivery).state, world.toy.calls.count("publish")) == ("missed", 1)
