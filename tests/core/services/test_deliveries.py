"""Deliveries are listed whole, and a person can settle what nobody else can tell."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from gaung.core.clock import now
from gaung.core.errors import UserError
from gaung.core.services import deliveries
from gaung.core.store.tables import attempts, publications
from gaung.core.store.types import db_now

KEYS = [
    "id", "post", "office", "platform", "account", "handle", "state", "reason", "attempts", "external_id", "url", "error",
    "scheduled_at", "published_at",
]  # fmt: skip
URL = "https://toy.example/contoh_toy-18/1"


def unconfirmed(world: Any, **values: Any) -> int:
    """A delivery whose only attempt had an unknown outcome, and whose looks are over."""
    world.account()
    delivery = int(world.rows(world.post())[0].id)
    with world.ctx.store.write() as conn:
        conn.execute(insert(attempts).values(delivery_id=delivery, number=1, worker="w", started_at=db_now(), checkpoints={"session": "s"}))
    known = {"state": "unconfirmed", "number": 1, "attempts": 1, "due_at": None, "mutation_at": now(), "unknown_since": now(), "looks": 3}
    said = {"error_kind": "Ambiguous", "error_code": "no_answer", "error_message": "no answer", "checkpoints": {"session": "s"}}
    world.set(delivery, **known, **said, **values)
    return delivery


def test_a_delivery_is_listed_with_every_documented_key(world: Any) -> None:
    made = world.account("18.01", external_id="abc")
    world.post()
    (found,) = deliveries.list_deliveries(world.ctx)
    assert list(found) == KEYS
    assert (found["account"], found["handle"], found["state"], found["error"], found["attempts"]) == (
        made,
        "contoh_abc",
        "scheduled",
        None,
        0,
    )


def test_the_platforms_words_are_in_the_list(world: Any) -> None:
    delivery = unconfirmed(world)
    (found,) = deliveries.list_deliveries(world.ctx, state="unconfirmed")
    assert (found["id"], found["error"]) == (delivery, {"kind": "Ambiguous", "code": "no_answer", "message": "no answer"})


def test_filters_and_limit(world: Any) -> None:
    for office in ("18", "18.01"):
        for platform in ("toy", "other"):
            world.account(office, platform)
    post = world.post(platforms='["toy", "other"]')
    assert len(deliveries.list_deliveries(world.ctx)) == 4
    assert len(deliveries.list_deliveries(world.ctx, post=post, office="18.01", platform="other")) == 1
    assert len(deliveries.list_deliveries(world.ctx, state="published")) == 0
    assert [one["id"] for one in deliveries.list_deliveries(world.ctx, limit=2)] == [1, 2]


@pytest.mark.parametrize(
    ("asked", "words"),
    [({"state": "publihsed"}, 'Did you mean "published"'), ({"post": 9}, "no post 9"), ({"office": "18.99"}, "Unknown office 18.99")],
)
def test_a_filter_that_can_never_fit_is_an_error(world: Any, asked: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words.replace("?", r"\?")):
        deliveries.list_deliveries(world.ctx, **asked)


def test_settling_as_published_makes_the_publication(world: Any) -> None:
    delivery = unconfirmed(world)
    found = deliveries.settle(world.ctx, delivery, url=URL, external_id="1")
    assert (found["state"], found["url"], found["external_id"], found["error"]) == ("published", URL, "1", None)
    assert found["published_at"] is not None
    with world.ctx.store.read() as conn:
        made = conn.execute(select(publications)).one()
        assert conn.execute(select(attempts.c.outcome)).scalar_one() == "published"
    assert (made.delivery_id, made.url, made.external_id) == (delivery, URL, "1")
    assert world.told(delivery=delivery) == ["delivery.reconciled", "delivery.published"]


def test_a_post_that_another_delivery_owns_is_not_taken_twice(world: Any) -> None:
    delivery = unconfirmed(world)
    other = world.rows(world.post())[0].id
    world.set(other, state="published", url=URL, external_id="1")
    for url, external_id in ((URL, None), ("https://toy.example/else", "1")):
        with pytest.raises(UserError, match=f"belongs to delivery {other} already"):
            deliveries.settle(world.ctx, delivery, url=url, external_id=external_id)
    assert world.rows(1)[0].state == "unconfirmed"


def test_settling_as_not_there_tries_anew_before_the_deadline(world: Any) -> None:
    delivery = unconfirmed(world)
    assert deliveries.settle(world.ctx, delivery, url=None)["state"] == "scheduled"
    row = world.rows(1)[0]
    assert (row.mutation_at, row.unknown_since, row.looks, row.checkpoints, row.error_kind) == (None, None, 0, {}, None)
    assert row.due_at is not None
    assert world.told(delivery=delivery) == ["delivery.reconciled", "delivery.retrying"]


def test_settling_as_not_there_is_missed_after_the_deadline(world: Any) -> None:
    delivery = unconfirmed(world, deadline_at=now() - timedelta(seconds=1))
    assert deliveries.settle(world.ctx, delivery, url=None)["state"] == "missed"
    assert world.told(delivery=delivery) == ["delivery.reconciled", "delivery.missed"]


def test_a_look_that_is_under_way_loses_its_lease(world: Any) -> None:
    delivery = unconfirmed(world, lease="w1!")
    deliveries.settle(world.ctx, delivery, url=None)
    assert world.rows(1)[0].lease is None


@pytest.mark.parametrize("state", ["scheduled", "publishing", "published", "failed"])
def test_only_what_is_unconfirmed_can_be_settled(world: Any, state: str) -> None:
    delivery = unconfirmed(world)
    world.set(delivery, state=state)
    for url in (None, URL):
        with pytest.raises(UserError, match=f"is {state}; only what is unconfirmed"):
            deliveries.settle(world.ctx, delivery, url=url)


def test_bad_input(world: Any) -> None:
    with pytest.raises(UserError, match="no address of a post"):
        deliveries.settle(world.ctx, 1, url="toy.example/1")
    with pytest.raises(UserError, match="no delivery 7"):
        deliveries.settle(world.ctx, 7, url=URL)


def test_an_office_sees_and_settles_only_its_own(world: Any, scoped: Callable[[str], Any]) -> None:
    delivery = unconfirmed(world)
    view = scoped("18.01")
    assert deliveries.list_deliveries(view.ctx) == []
    with pytest.raises(UserError, match=f"no delivery {delivery}"):
        deliveries.settle(view.ctx, delivery, url=None)
