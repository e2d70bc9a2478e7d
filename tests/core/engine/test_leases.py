"""What happens when workers die, stop and wake up, or get a message twice. Nothing is lost, nothing is done twice."""

import threading
import time
from typing import Any

import pytest

from gaung.core import fence, steady
from gaung.core.engine.attempt import LiveAttempt
from gaung.core.errors import LeaseLost, ScopePaused
from gaung.core.records import NotThere, Published
from gaung.core.store import claims, pauses
from gaung.core.store.tables import deliveries
from gaung.core.store.types import db_now


def publish(account: Any, content: Any, attempt: Any) -> Published:
    """As a one-call platform does."""
    with attempt.mutating():
        return Published("x1", "https://toy/x1")


def begin(world: Any, delivery: int) -> LiveAttempt:
    """Claim and start the delivery as a worker would, and stop there."""
    [claim] = [one for one in world.claim() if one.id == delivery]
    job = world.runner._commits.submit("start", claim.id, (claim.id, claim.lease))
    return LiveAttempt(job, world.runner._commits, good_until=steady.seconds() + world.lease)


def expire(world: Any, delivery: int) -> None:
    """Let the lease run out."""
    world.change(delivery, lease_until=db_now(-1))
    with world.store.write() as conn:
        claims.sweep(conn, 0.02)


def test_a_message_that_comes_twice_is_done_once(world: Any) -> None:
    world.toy.script("publish", publish)
    world.delivery()
    [claim] = world.claim()
    for _ in range(3):
        world.runner.run(claim.id, claim.lease)
    assert world.toy.calls == ["publish"]


def test_a_message_that_comes_again_while_its_work_goes_on_does_nothing(world: Any) -> None:
    delivery = world.delivery()
    [claim] = world.claim()

    def again(account: Any, content: Any, attempt: Any) -> Published:
        if world.toy.calls == ["publish"]:
            world.runner.run(claim.id, claim.lease)
        return publish(account, content, attempt)

    world.toy.script("publish", again)
    world.runner.run(claim.id, claim.lease)
    row = world.row(delivery)
    assert (world.toy.calls, row.state, row.attempts) == (["publish"], "published", 1)


def test_a_message_whose_lease_ran_out_does_nothing(world: Any) -> None:
    world.toy.script("publish", publish)
    delivery = world.delivery()
    [claim] = world.claim()
    expire(world, delivery)
    world.runner.run(claim.id, claim.lease)
    assert (world.toy.calls, world.row(delivery).state) == ([], "scheduled")


def test_a_queued_delivery_whose_message_was_lost_goes_out_later(world: Any) -> None:
    world.toy.script("publish", publish)
    delivery = world.delivery()
    world.claim()
    expire(world, delivery)
    world.settle()
    assert (world.row(delivery).state, world.row(delivery).attempts) == ("published", 1)


def test_a_worker_that_died_before_the_mutation_is_replaced(world: Any) -> None:
    world.toy.script("publish", publish)
    delivery = world.delivery()
    begin(world, delivery)
    expire(world, delivery)
    world.settle()
    assert (world.row(delivery).state, world.row(delivery).number) == ("published", 2)


def test_a_delivery_that_kills_its_worker_each_time_is_not_tried_without_a_pause(world: Any) -> None:
    delivery = world.delivery()
    waits = []
    for _ in range(3):
        world.change(delivery, due_at=db_now(-1))
        begin(world, delivery)
        expire(world, delivery)
        row = world.row(delivery)
        waits.append((row.due_at - row.updated_at).total_seconds())
    assert waits[0] < 0.01
    assert waits[2] > waits[1] > 0.01


def test_a_worker_that_died_after_the_mutation_is_not_replaced_but_looked_after(world: Any) -> None:
    world.toy.script("publish", publish)
    world.toy.script("find", lambda *_: Published("x5", None))
    delivery = world.delivery()
    begin(world, delivery).mark()
    expire(world, delivery)
    assert world.row(delivery).state == "unconfirmed"
    world.settle()
    assert (world.row(delivery).external_id, world.toy.calls) == ("x5", ["find"])


def test_a_worker_that_wakes_up_without_its_lease_cannot_write(world: Any) -> None:
    delivery = world.delivery()
    attempt = begin(world, delivery)
    expire(world, delivery)
    with pytest.raises(LeaseLost):
        attempt.checkpoint("container", "c1")
    with pytest.raises(LeaseLost), attempt.mutating():
        raise AssertionError("the block must not run")
    assert world.row(delivery).checkpoints == {}


def test_a_worker_that_wakes_up_without_its_lease_begins_no_irreversible_call(world: Any) -> None:
    delivery = world.delivery()
    attempt = begin(world, delivery)  # its own clock says that the lease is good: only the database knows better
    expire(world, delivery)
    with pytest.raises(LeaseLost), attempt.mutating():
        raise AssertionError("the block must not run")
    assert world.row(delivery).mutation_at is None


def test_a_worker_that_wakes_up_without_its_lease_sends_no_request(world: Any) -> None:
    from gaung.core.http import Effect, call

    attempt = begin(world, world.delivery())
    attempt.fence.good_until = steady.seconds() - 1
    with fence.raised(attempt.fence), pytest.raises(LeaseLost):
        call("GET", "http://127.0.0.1:9/", effect=Effect.READ)


def test_a_publishing_request_outside_a_mutation_is_a_bug_that_shows(world: Any) -> None:
    from gaung.core.http import Effect, call

    attempt = begin(world, world.delivery())
    with fence.raised(attempt.fence), pytest.raises(RuntimeError, match="mutating"):
        call("POST", "http://127.0.0.1:9/", effect=Effect.PUBLISH)


def test_a_late_receipt_settles_what_was_left_unconfirmed(world: Any) -> None:
    def slow(account: Any, content: Any, attempt: Any) -> Published:
        with attempt.mutating():
            expire(world, delivery)
            return Published("x8", "https://toy/x8")

    world.toy.script("publish", slow)
    world.toy.script("find", lambda *_: NotThere())
    delivery = world.delivery()
    world.tick()
    row = world.row(delivery)
    assert (row.state, row.external_id, world.toy.calls) == ("published", "x8", ["publish"])


def test_a_late_receipt_never_overwrites_a_newer_attempt(world: Any) -> None:
    def slow(account: Any, content: Any, attempt: Any) -> Published:
        with attempt.mutating():
            expire(world, delivery)
            world.change(delivery, state="published", number=2, external_id="x-new")
            return Published("x-old", None)

    world.toy.script("publish", slow)
    delivery = world.delivery()
    world.tick()
    assert world.row(delivery).external_id == "x-new"


def test_leases_are_renewed_while_a_hook_runs(make_world: Any) -> None:
    world = make_world(lease=0.6)

    def slow(account: Any, content: Any, attempt: Any) -> Published:
        until = time.monotonic() + 1.2
        while time.monotonic() < until:
            with world.store.write() as conn:
                claims.sweep(conn, 0.02)
            time.sleep(0.05)
        return publish(account, content, attempt)

    world.toy.script("publish", slow)
    delivery = world.delivery()
    world.tick()
    assert (world.row(delivery).state, world.row(delivery).number) == ("published", 1)


def test_a_pause_by_hand_stops_the_call_that_was_about_to_publish(world: Any) -> None:
    def step(account: Any, content: Any, attempt: Any) -> Published:
        with world.store.write() as conn:
            pauses.pause(conn, "platform:toy", kind="manual", reason="by hand")
        with pytest.raises(ScopePaused), attempt.mutating():
            raise AssertionError("the block must not run")
        return publish(account, content, attempt)

    world.toy.script("publish", step, publish)
    delivery = world.delivery()
    world.tick()
    assert (world.row(delivery).state, world.row(delivery).reason, world.row(delivery).attempts) == ("held", "paused", 0)
    with world.store.write() as conn:
        assert pauses.lift(conn, "platform:toy") == 1
    world.settle()
    assert world.row(delivery).state == "published"


@pytest.mark.parametrize("scope", ["all", "platform:toy", "office:18", "app:toy:", "account:1"])
def test_every_kind_of_pause_holds_what_is_due_and_resuming_releases_it(world: Any, scope: str) -> None:
    world.toy.script("publish", publish)
    delivery = world.delivery()
    with world.store.write() as conn:
        pauses.pause(conn, scope, kind="manual", reason="by hand")
    world.tick()
    assert (world.row(delivery).state, world.row(delivery).reason) == ("held", "paused")
    with world.store.write() as conn:
        pauses.lift(conn, scope)
    world.tick()
    assert world.row(delivery).state == "published"
    assert world.told(delivery)[:2] == ["delivery.held", "delivery.released"]


def test_a_pause_stops_looks_too(world: Any) -> None:
    world.toy.script("find", lambda *_: Published("x1", None))
    delivery = world.delivery()
    begin(world, delivery).mark()
    expire(world, delivery)
    with world.store.write() as conn:
        pauses.pause(conn, "all", kind="manual", reason="by hand")
    time.sleep(0.05)
    world.tick()
    assert (world.row(delivery).state, world.toy.calls) == ("unconfirmed", [])


def test_held_deliveries_are_missed_at_their_deadline(world: Any) -> None:
    delivery = world.delivery(deadline_in=0.2)
    with world.store.write() as conn:
        pauses.pause(conn, "all", kind="manual", reason="by hand")
    world.settle()
    assert (world.row(delivery).state, world.row(delivery).reason) == ("missed", "deadline")


def test_an_urgent_rebuttal_overtakes(world: Any) -> None:
    usual = [world.delivery(external_id=f"u{number}", at_in=-60) for number in range(5)]
    urgent = world.delivery(external_id="urgent", priority=0)
    assert [claim.id for claim in world.claim(limit=3)] == [urgent, *usual[:2]]


def test_two_dispatchers_never_claim_the_same(world: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    for number in range(40):
        world.delivery(external_id=f"a{number}")
    with ThreadPoolExecutor(4) as pool:
        found = [claim for batch in pool.map(lambda _: world.claim(limit=10), range(8)) for claim in batch]
    assert len(found) == len({claim.id for claim in found}) == 40


def test_the_last_lease_wins_even_when_the_old_worker_is_still_talking(world: Any) -> None:
    world.toy.script("publish", publish)
    delivery = world.delivery()
    old = begin(world, delivery)
    expire(world, delivery)
    new = begin(world, delivery)
    new.checkpoint("container", "new")
    with pytest.raises(LeaseLost):
        old.checkpoint("container", "old")
    assert world.row(delivery).checkpoints == {"container": "new"}


def test_a_mark_that_took_longer_than_the_lease_lets_nothing_be_called(world: Any) -> None:
    """As when the database is away for a while: the outcome is looked into, for the mark may be committed."""
    attempt = begin(world, world.delivery())
    locked = threading.Event()

    def hold() -> None:
        with world.store.write() as conn:
            conn.execute(deliveries.update().values(priority=1))
            locked.set()
            time.sleep(0.4)

    thread = threading.Thread(target=hold)
    thread.start()
    locked.wait()
    attempt.fence.good_until = steady.seconds() + 0.1
    with pytest.raises(LeaseLost), attempt.mutating():
        raise AssertionError("the block must not run")
    thread.join()
    assert attempt.mutation_started_at is not None
