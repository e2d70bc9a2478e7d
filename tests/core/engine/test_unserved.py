"""Deliveries of a platform whose plugin is gone rest visibly, and go on when it is back."""

from typing import Any

import pytest

from gaung.core.store import claims, unserved


def rest(world: Any, *served: str) -> None:
    """What a dispatcher does that serves these."""
    with world.store.read() as conn:
        anything = unserved.anything(conn, served)
    with world.store.write() as conn:
        found = unserved.rest(conn, served) + unserved.wake(conn, served)
    assert anything is (found > 0)


def busy(world: Any) -> int:
    with world.store.read() as conn:
        return claims.busy(conn)


@pytest.mark.parametrize(
    ("state", "resting", "told"),
    [
        ("scheduled", "held", "delivery.held"),
        ("processing", "processing", "delivery.processing"),
        ("unconfirmed", "unconfirmed", "delivery.unconfirmed"),
    ],
)
def test_what_is_due_rests_until_the_plugin_is_back(world: Any, state: str, resting: str, told: str) -> None:
    delivery = world.delivery()
    world.change(delivery, state=state)
    rest(world, "other")
    row = world.row(delivery)
    assert (row.state, row.reason, row.due_at) == (resting, "no_plugin", None)
    assert (world.told(delivery), busy(world)) == ([told], 0)
    rest(world, "other")
    assert world.told(delivery) == [told]
    rest(world, "other", "toy")
    row = world.row(delivery)
    assert (row.state, row.reason) == (state, None)
    assert row.due_at is not None
    assert world.told(delivery) == [told, "delivery.released"]


def test_what_is_due_later_is_left_alone_and_what_is_served_too(world: Any) -> None:
    later, served = world.delivery(external_id="l", at_in=600), world.delivery(external_id="s")
    rest(world, "toy")
    assert [world.row(one).state for one in (later, served)] == ["scheduled", "scheduled"]
    rest(world)
    assert [world.row(one).state for one in (later, served)] == ["scheduled", "held"]


def test_a_held_delivery_is_missed_at_its_deadline(world: Any) -> None:
    delivery = world.delivery()
    rest(world)
    world.change(delivery, deadline_at=world.row(delivery).at)
    world.tick()
    assert world.row(delivery).state == "missed"
