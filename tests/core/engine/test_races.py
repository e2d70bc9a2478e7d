"""What happens between two processes that act at the same moment: each order of events must end in the same truth."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from gaung.core.errors import Ambiguous, AuthRevoked, RateLimited, Rejected
from gaung.core.records import NotThere, Pending, Published
from gaung.core.store import claims, pauses
from gaung.core.store.tables import accounts, attempts
from gaung.core.store.tables import pauses as pauses_table
from gaung.core.store.types import db_now


def publish(account: Any, content: Any, attempt: Any) -> Published:
    """As a one-call platform does."""
    with attempt.mutating():
        return Published("x1", "https://toy/x1")


def expire(world: Any, delivery: int) -> None:
    """Let the lease run out and be swept."""
    world.change(delivery, lease_until=db_now(-1))
    with world.store.write() as conn:
        claims.sweep(conn, 0.02)


def test_an_account_reconnected_while_its_old_token_was_refused_does_not_stay_held(world: Any) -> None:
    def refused(account: Any, content: Any, attempt: Any) -> Any:
        with world.store.write() as conn:
            conn.execute(accounts.update().values(credentials_version=2))
        raise AuthRevoked("the old token", code="190")

    world.toy.script("publish", refused, publish)
    delivery = world.delivery()
    world.settle()
    assert (world.account_row(delivery).status, world.row(delivery).state) == ("active", "published")


def test_a_pause_lifted_while_a_worker_was_stopping_for_it_leaves_nothing_held(world: Any) -> None:
    def step(account: Any, content: Any, attempt: Any) -> Any:
        with world.store.write() as conn:
            pauses.pause(conn, "all", kind="manual", reason="by hand")
        try:
            with attempt.mutating():
                raise AssertionError("the block must not run")
        finally:
            with world.store.write() as conn:
                pauses.lift(conn, "all")

    world.toy.script("publish", step, publish)
    delivery = world.delivery()
    world.settle()
    assert world.row(delivery).state == "published"


def test_what_was_held_by_a_pause_that_had_just_ended_goes_on(world: Any) -> None:
    world.toy.script("publish", publish)
    delivery = world.delivery()
    with world.store.write() as conn:
        pauses.pause(conn, "all", kind="manual", reason="by hand")
        seen = pauses.active(conn)
        pauses.lift(conn, "all")
    with world.store.write() as conn:
        assert claims.hold(conn, seen) == 1
    world.settle()
    assert world.row(delivery).state == "published"


@pytest.mark.parametrize("meanwhile", ["looking", "scheduled", "queued", "missed", "processing"])
def test_a_receipt_is_proof_however_late_it_comes(world: Any, meanwhile: str) -> None:
    def slow(account: Any, content: Any, attempt: Any) -> Published:
        with attempt.mutating():
            expire(world, delivery)
            if meanwhile == "looking":
                world.change(delivery, lease="another", lease_until=db_now(60))
            elif meanwhile == "queued":
                world.change(delivery, state="queued", lease="another", lease_until=db_now(60))
            else:
                world.change(delivery, state=meanwhile, mutation_at=None, due_at=None)
            return Published("x8", "https://toy/x8")

    world.toy.script("publish", slow)
    delivery = world.delivery()
    world.tick()
    row = world.row(delivery)
    assert (row.state, row.external_id, row.lease, row.due_at) == ("published", "x8", None, None)
    world.settle()
    assert world.toy.calls == ["publish"]


def test_two_workers_that_hit_a_limit_at_once_both_pause_it(world: Any) -> None:
    def pause(number: int) -> bool:
        with world.store.write() as conn:
            return pauses.pause(conn, "app:toy:1", kind="auto", reason="limit", seconds=60 + number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(pause, range(24)))
    with world.store.read() as conn:
        [found] = pauses.active(conn)
    assert found.until is not None
    assert (found.until - found.since).total_seconds() > 82


def test_a_pause_is_never_shortened_and_a_manual_one_never_ends_by_itself(world: Any) -> None:
    def pause(**said: Any) -> bool:
        with world.store.write() as conn:
            return pauses.pause(conn, "all", reason="r", **said)

    assert pause(kind="auto", seconds=60)
    assert not pause(kind="auto", seconds=30)
    assert pause(kind="auto", seconds=90)
    assert pause(kind="manual")
    assert not pause(kind="manual")
    assert not pause(kind="auto", seconds=900)


@pytest.mark.parametrize("seconds", [float("inf"), float("nan"), 1e18])
def test_a_senseless_wait_of_a_platform_stops_nobody(world: Any, seconds: float) -> None:
    world.toy.script("publish", lambda *_: (_ for _ in ()).throw(RateLimited("wait", scope="account", retry_after=seconds)))
    delivery = world.delivery()
    world.tick()
    world.tick()
    assert world.row(delivery).state in ("scheduled", "held")
    with world.store.read() as conn:
        [found] = pauses.active(conn)
    assert found.until is not None
    world.toy.script("publish", lambda *_: Pending(seconds))
    other = world.delivery(external_id="a2")
    world.tick()
    assert world.row(other).state == "processing"


@pytest.mark.parametrize("words", ["cut \ud83d", "zero \x00 byte"], ids=["half a character", "zero byte"])
def test_words_that_a_database_cannot_hold_lose_no_outcome(world: Any, words: str) -> None:
    def step(account: Any, content: Any, attempt: Any) -> Any:
        raise Rejected(words, code=words)

    world.toy.script("publish", step)
    delivery = world.delivery()
    world.tick()
    assert world.row(delivery).state == "failed"


def test_notes_that_a_database_cannot_hold_lose_no_outcome(world: Any) -> None:
    world.toy.script("publish", lambda *_: Pending(60.0, "cut \ud83d\x00"))
    delivery = world.delivery()
    world.tick()
    assert world.row(delivery).state == "processing"


def test_a_limit_without_a_wait_does_not_call_again_at_once(world: Any) -> None:
    world.toy.script("publish", lambda *_: (_ for _ in ()).throw(RateLimited("wait", scope="account", retry_after=0.0)))
    world.delivery()
    world.tick()
    with world.store.read() as conn:
        (pause,) = conn.execute(select(pauses_table)).all()
    assert (pause.until - pause.since).total_seconds() >= 0.9
    until = time.monotonic() + 20
    while world.toy.calls == ["publish"] and time.monotonic() < until:
        world.tick()
    with world.store.read() as conn:
        again = conn.execute(select(func.max(attempts.c.started_at))).scalar_one()
    assert again >= pause.until


def test_one_post_on_the_platform_is_never_taken_for_two_deliveries(world: Any) -> None:
    """Two looks at the same time: neither sees that the other adopts what it found."""
    found: list[Any] = []

    def lost(account: Any, content: Any, attempt: Any) -> Any:
        with attempt.mutating():
            raise Ambiguous("no answer")

    def find(account: Any, content: Any, attempt: Any) -> Any:
        found.append(attempt.delivery)
        if len(found) == 1:
            world.change(other, state="published", external_id="x1", due_at=None)
            return Published("x1", None)
        return NotThere() if "x1" in attempt.owned_ids else Published("x1", None)

    world.toy.script("publish", lost)
    world.toy.script("find", find)
    first, second = world.delivery(), world.delivery()
    world.tick()
    other = second
    world.change(second, due_at=None)
    time.sleep(0.05)
    world.tick()
    assert world.row(first).state == "unconfirmed"


def test_an_unknown_outcome_of_a_lost_account_does_not_keep_a_run_from_ending(world: Any) -> None:
    def begin(account: Any, content: Any, attempt: Any) -> Any:
        with attempt.mutating():
            return Pending(0.0)

    world.toy.script("publish", begin)
    delivery = world.delivery()
    world.tick()
    assert world.row(delivery).state == "processing"
    with world.store.write() as conn:
        conn.execute(accounts.update().values(status="needs_reauth"))
    with world.store.read() as conn:
        assert claims.busy(conn) == 0


def test_a_pause_that_was_prolonged_meanwhile_is_not_ended(world: Any) -> None:
    with world.store.write() as conn:
        pauses.pause(conn, "all", kind="auto", reason="limit", seconds=0.0)
        pauses.pause(conn, "platform:toy", kind="auto", reason="limit", seconds=60)
    with world.store.write() as conn:
        pauses.expire(conn)
        assert [pause.scope for pause in pauses.active(conn)] == ["platform:toy"]


def test_one_post_is_never_taken_for_two_deliveries_of_the_same_text(world: Any) -> None:
    def lost(account: Any, content: Any, attempt: Any) -> Any:
        with attempt.mutating():
            raise Ambiguous("no answer")

    def seen(account: Any, content: Any, attempt: Any) -> Any:
        return Published("x1", None) if attempt.appeared(datetime.now(UTC)) else NotThere()

    world.toy.script("publish", lost)
    world.toy.script("find", seen)
    twins = [world.delivery(), world.delivery()]
    world.settle()
    assert [(world.row(one).state, world.row(one).reason) for one in twins] == [("unconfirmed", "cannot_tell")] * 2


def test_a_lone_delivery_is_found_by_what_appeared(world: Any) -> None:
    def lost(account: Any, content: Any, attempt: Any) -> Any:
        with attempt.mutating():
            raise Ambiguous("no answer")

    world.toy.script("publish", lost)
    world.toy.script("find", lambda account, content, attempt: Published("x1", None) if attempt.appeared(datetime.now(UTC)) else NotThere())
    delivery = world.delivery()
    world.settle()
    assert world.row(delivery).external_id == "x1"


def test_upload_addresses_are_forgotten_when_the_work_has_ended(world: Any) -> None:
    def step(account: Any, content: Any, attempt: Any) -> Any:
        attempt.checkpoint("upload", {"uri": "https://upload.example/?token=geheim", "id": "u1"})
        return publish(account, content, attempt)

    world.toy.script("publish", step)
    delivery = world.delivery()
    world.settle()
    assert world.row(delivery).checkpoints == {"upload": {"id": "u1"}}
    with world.store.read() as conn:
        assert "geheim" not in str(conn.execute(attempts.select()).all())
