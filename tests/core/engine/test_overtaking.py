"""Publishing goes first: half of the threads are never given to looks, and a thread that is free takes a delivery before a look."""

import threading
import time
from typing import Any

import pytest
from dramatiq import Message

from gaung.core.engine import worker
from gaung.core.engine.broker import actor_name, chore_actor_name, chore_queue_name, connect, queue_name
from gaung.core.engine.chore_rounds import ChoreRounds
from gaung.core.engine.presence import Presence
from gaung.core.engine.runner import Runner
from gaung.core.store import chores, migrate
from gaung.core.testkit.looking import LookingWorld, found


def due(world: LookingWorld, number: int) -> None:
    """So many looks are due."""
    for place in range(number):
        world.publication(external_id=f"p{place}", hours_ago=2)
    world.plan_sweeps()


@pytest.mark.parametrize(("threads", "publishing", "claimed"), [(8, 0, 4), (1, 0, 1), (8, 7, 4), (8, 8, 0)])
def test_looks_hold_half_of_the_threads_and_none_while_deliveries_fill_them(
    looking: LookingWorld, threads: int, publishing: int, claimed: int
) -> None:
    due(looking, 10)
    rung: list[Any] = []
    here = Presence(looking.store, "worker", threads, ["toy"])
    try:
        rounds = ChoreRounds(looking.engine, rung.append)
        rounds.dispatch({"toy": threads}, {"toy": publishing}, [])
        assert len(rung) == claimed
        rounds._next_look = 0.0
        rounds.dispatch({"toy": threads}, {"toy": publishing}, [])
        assert len(rung) == claimed, "what is claimed counts until it has ended"
    finally:
        here.close()


def test_a_free_thread_takes_a_delivery_before_looks_that_came_first(looking: LookingWorld, broker_url: str) -> None:
    due(looking, 6)
    order: list[str] = []
    first, may = threading.Event(), threading.Event()

    def look(*_: Any) -> Any:
        order.append("look")
        first.set()
        may.wait(20)
        return found()

    looking.toy.answers["find_reshares"] = look
    broker = connect(broker_url, migrate.installation_id(looking.store))
    for claim in looking.claim():
        _ring(broker, chore_queue_name("toy"), chore_actor_name("toy"), claim.id, claim.lease)
    stop = threading.Event()
    engine = looking.engine
    original = Runner.run
    Runner.run = lambda *_: order.append("delivery")  # type: ignore[method-assign]
    running = threading.Thread(target=worker.run, args=(engine, broker_url), kwargs={"threads": 1, "platforms": ["toy"], "stop": stop})
    running.start()
    try:
        assert first.wait(20)
        for number in range(2):
            _ring(broker, queue_name("toy"), actor_name("toy"), number, "lease")
        time.sleep(1)
        may.set()
        until = time.monotonic() + 20
        while len(order) < 8 and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        may.set()
        stop.set()
        running.join()
        Runner.run = original  # type: ignore[method-assign]
    assert order == ["look", *["delivery"] * 2, *["look"] * 5]
    with looking.store.read() as conn:
        assert chores.leased(conn) == {}


def _ring(broker: Any, queue: str, actor: str, *arguments: Any) -> None:
    broker.declare_queue(queue)
    broker.enqueue(Message(queue_name=queue, actor_name=actor, args=arguments, kwargs={}, options={}))
