"""Notices are followed by workers, forgotten after a week, and those of deliveries only bring a look forward."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from gaung.core.engine.handlers import notice as handler
from gaung.core.errors import Rejected, Transient
from gaung.core.records import Notice
from gaung.core.store import notices
from gaung.core.store.ledger_tables import chores, reshares
from gaung.core.store.ledger_tables import notices as table
from gaung.core.store.tables import deliveries
from gaung.core.store.types import db_now
from gaung.core.testkit.looking import LookingWorld, found, seen
from gaung.core.testkit.registry import add_member

LINK = "https://toy.example/contoh_agt_siti/1"


def pushed(world: LookingWorld, key: str = "n1") -> int:
    """A notice that was put down."""
    told = Notice(key=key, account="a18", kind="sighting", payload={"media": {"link": LINK}})
    account = world.account()
    with world.store.write() as conn:
        sealed = world.engine.box.seal(handler.kept(told))
        id_ = notices.keep(conn, "toy", key=world.engine.box.digest(key), account=account, kind="sighting", payload=sealed)
    assert id_ is not None
    return id_


def test_a_notice_is_followed_and_what_it_held_is_gone(looking: LookingWorld) -> None:
    with looking.store.write() as conn:
        add_member(conn, "A-0001", toy="contoh_agt_siti")
    looking.publication(hours_ago=48)
    looking.publication(account=looking.account("18.01"), external_id="p2")
    number = pushed(looking)
    asked: list[Any] = []

    def follow(account: Any, notice: Notice, publications: Any) -> Any:
        asked.append((account.external_id, notice, [one.external_id for one in publications]))
        return found(seen("p1", "contoh_agt_siti"))

    looking.toy.answers["follow_notice"] = follow
    assert looking.tick() == 1
    [(account, notice, offered)] = asked
    assert (account, notice.key, notice.payload, offered) == ("a18", "n1", {"media": {"link": LINK}}, ["p1", "p2"])
    [row] = looking.rows(table)
    assert (row.id, row.payload, row.done_at is not None) == (number, None, True)
    [reshare] = looking.rows(reshares)
    assert (reshare.source, reshare.grade) == ("webhook", 5)
    assert looking.tick() == 0


def test_pushed_things_go_before_what_is_looked_for(looking: LookingWorld) -> None:
    looking.publication(hours_ago=2)
    looking.plan_sweeps()
    pushed(looking)
    [claim] = looking.claim(1)
    with looking.store.read() as conn:
        assert conn.execute(select(chores.c.kind).where(chores.c.id == claim.id)).scalar() == "notice"


def test_a_notice_that_could_not_be_followed_is_followed_later(looking: LookingWorld) -> None:
    number = pushed(looking)

    def failing(*_: Any) -> Any:
        raise Transient(f"no answer for {LINK}", code="503")

    looking.toy.answers["follow_notice"] = failing
    looking.tick()
    row = looking.chore("notice", number)
    assert (row.tries, row.error_message) == (1, "no answer for ***")
    assert looking.rows(table)[0].payload is not None
    looking.toy.answers["follow_notice"] = lambda *_: found()
    looking.bring(row.id)
    looking.tick()
    assert looking.rows(table)[0].payload is None


def test_what_nobody_can_follow_is_dropped(looking: LookingWorld) -> None:
    number = pushed(looking)

    def refusing(*_: Any) -> Any:
        raise Rejected("it is gone", code="100/33")

    looking.toy.answers["follow_notice"] = refusing
    looking.tick()
    assert looking.rows(table)[0].payload is None
    assert looking.chore("notice", number).due_at is None


def test_notices_are_known_for_a_week_and_then_forgotten(looking: LookingWorld) -> None:
    old, young = pushed(looking, "old"), pushed(looking, "young")
    with looking.store.write() as conn:
        conn.execute(update(table).where(table.c.id == old).values(received_at=db_now(-7 * 86400 - 1)))
        conn.execute(update(table).where(table.c.id == young).values(received_at=db_now(-7 * 86400 + 60)))
        assert notices.forget(conn) == 1
    assert [row.id for row in looking.rows(table)] == [young]
    assert [row.subject for row in looking.rows(chores)] == [young]


def under_way(world: LookingWorld, **values: Any) -> int:
    """A delivery whose checkpoints hold the publish id `v_pub~1`."""
    world.publication(external_id="x")
    base: dict[str, Any] = {"checkpoints": {"init": {"publish_id": "v_pub~1"}}, "external_id": None, "due_at": db_now(300)}
    with world.store.write() as conn:
        conn.execute(update(deliveries).values(**(base | values)))
        return int(conn.execute(select(deliveries.c.id)).scalar_one())


def nudged(world: LookingWorld, refers: str = "v_pub~1") -> tuple[int, Any]:
    """What a notice changed, and the delivery afterwards."""
    account = world.account()
    with world.store.write() as conn:
        number = notices.nudge(conn, account, refers, looks=3, after=600)
    [row] = world.rows(deliveries)
    return number, row


@pytest.mark.parametrize("state", [{"state": "processing"}, {"state": "unconfirmed", "looks": 0, "unknown_since": db_now(-1)}])
def test_a_notice_of_a_delivery_brings_its_look_forward_and_changes_nothing_else(looking: LookingWorld, state: dict[str, Any]) -> None:
    under_way(looking, **state)
    [before] = looking.rows(deliveries)
    number, after = nudged(looking)
    assert number == 1
    assert after.due_at < before.due_at - timedelta(seconds=200)
    changed = {key for key, value in before._asdict().items() if getattr(after, key) != value}
    assert changed == {"due_at"}


def test_it_is_found_by_its_receipt_too(looking: LookingWorld) -> None:
    under_way(looking, state="processing", external_id="7123", checkpoints={})
    assert nudged(looking, "7123")[0] == 1


@pytest.mark.parametrize(
    "values",
    [
        {"state": "published"},
        {"state": "publishing"},
        {"state": "scheduled"},
        {"state": "held"},
        {"state": "failed"},
        {"state": "processing", "lease": "somebody's"},
        {"state": "processing", "due_at": None},
        {"state": "processing", "checkpoints": {"publish_id": "v_pub~12"}},
    ],
)
def test_nothing_else_is_touched(looking: LookingWorld, values: dict[str, Any]) -> None:
    under_way(looking, **values)
    [before] = looking.rows(deliveries)
    number, after = nudged(looking)
    assert (number, after.due_at) == (0, before.due_at)


def test_a_notice_does_not_bring_the_last_look_forward(looking: LookingWorld) -> None:
    """From its silence it would be concluded that nothing is there, and the post would go out a second time."""
    under_way(looking, state="unconfirmed", looks=2, unknown_since=db_now(-130))
    assert nudged(looking)[0] == 0
    with looking.store.write() as conn:
        conn.execute(update(deliveries).values(unknown_since=db_now(-601)))
    assert nudged(looking)[0] == 1, "its time has come"


def test_what_rests_after_its_last_look_is_looked_at_once_more(looking: LookingWorld) -> None:
    under_way(looking, state="unconfirmed", looks=3, unknown_since=db_now(-3600), due_at=None, reason="cannot_tell")
    number, row = nudged(looking)
    assert (number, row.state, row.looks) == (1, "unconfirmed", 3)
