"""One paragraph says why something is where it is, in the platform's words, and gives the exact command that helps."""

from datetime import timedelta
from typing import Any

import pytest

from gaung.core.clock import now, shown_time
from gaung.core.engine.presence import Presence
from gaung.core.errors import UserError
from gaung.core.services import explain, pauses
from gaung.core.store import credentials
from gaung.core.store import pauses as store

SAID = {"error_kind": "Rejected", "error_code": "368/1346003", "error_message": "The content was flagged"}


def delivery(world: Any, **values: Any) -> int:
    world.account()
    made = int(world.rows(world.post())[0].id)
    world.set(made, **values)
    return made


@pytest.mark.parametrize(
    ("values", "words", "command"),
    [
        ({}, ["is scheduled since", "no dispatcher or worker runs"], "gaung run"),
        ({"due_at": now() + timedelta(hours=1)}, ["It is planned for", "is missed"], "gaung post cancel 1"),
        (
            {"number": 2, "due_at": now() + timedelta(hours=1), **SAID},
            ["Attempt 2 did not come through", "368/1346003: The content was flagged", "The next one is due at"],
            "gaung post cancel 1",
        ),
        ({"state": "queued"}, ["A dispatcher has claimed it", "None runs now"], "gaung run"),
        ({"state": "publishing", "number": 1}, ["A worker is at it, attempt 1", "has not begun"], None),
        ({"state": "publishing", "number": 1, "mutation_at": now(), "lease_until": now()}, ["began at", "lease ends at"], None),
        ({"state": "processing", "due_at": now()}, ["The platform works on it; Gaung asks again at", "not be finished after"], None),
        (
            {"state": "published", "url": "https://x/1", "external_id": "1", "published_at": now()},
            ["It went out at", "https://x/1", "its id there is 1"],
            None,
        ),
        (
            {"state": "published", "published_at": now()},
            ["an address the platform does not tell", "withheld by the platform"],
            None,
        ),
        (
            {"state": "unconfirmed", "due_at": None, "looks": 3, "mutation_at": now(), **SAID},
            ["it is not repeated", "has looked 3 times and cannot tell", "contoh_toy-18 on toy"],
            "gaung delivery settle 1 --published URL --external-id ID",
        ),
        (
            {"state": "unconfirmed", "due_at": now(), "mutation_at": now()},
            ["Gaung looks at the platform again at"],
            "gaung delivery settle 1 --not-there",
        ),
        (
            {"state": "held", "reason": "needs_reauth", **SAID},
            ["must be connected again by a person", "368/1346003"],
            "gaung account add --office 18 --platform toy --external-id toy-18 --handle contoh_toy-18 --credentials FILE",
        ),
        ({"state": "held", "reason": "paused"}, ["goes on in a moment"], None),
        ({"state": "held", "reason": "approval"}, ["It is held: approval"], None),
        ({"state": "failed", **SAID}, ["The platform refuses it", "368/1346003: The content was flagged"], "gaung post retry 1"),
        ({"state": "missed", "reason": "deadline"}, ["could not go out by its deadline"], "gaung post retry 1 --deadline TIME"),
        ({"state": "skipped", "error_message": "text only cannot go to Toy"}, ["nothing was sent: text only cannot go to Toy"], None),
        ({"state": "cancelled"}, ["somebody cancelled it"], None),
        ({"state": "cancelled", "reason": "account_removed"}, ["its account was removed"], None),
    ],
)
def test_every_state_has_its_sentence_and_its_command(world: Any, values: dict[str, Any], words: list[str], command: str | None) -> None:
    found = explain.delivery(world.ctx, delivery(world, **values))
    assert "\n" not in found["text"]
    assert found["text"].startswith("Delivery 1: post 1 for contoh_toy-18 (toy, office 18) is ")
    for word in words:
        assert word in found["text"]
    assert command is None or command in found["commands"]
    assert found["state"] == values.get("state", "scheduled")


def test_times_are_shown_in_wib(world: Any) -> None:
    at = now() + timedelta(hours=3)
    assert shown_time(at, world.ctx.settings.zone).endswith("WIB")
    assert shown_time(at, world.ctx.settings.zone) in explain.delivery(world.ctx, delivery(world, due_at=at, number=1))["text"]


def test_with_a_running_engine_a_due_delivery_needs_nobody(world: Any) -> None:
    made = delivery(world)
    here = Presence(world.ctx.store, "worker", 1, ["toy"])
    try:
        assert "no dispatcher" not in explain.delivery(world.ctx, made)["text"]
    finally:
        here.close()


def test_a_post_says_when_nothing_runs_that_would_publish_it(world: Any) -> None:
    world.account()
    post = world.post()
    assert "Start `gaung run`." in explain.post(world.ctx, post)["text"]
    here = Presence(world.ctx.store, "worker", 1, ["toy"])
    try:
        assert "Start `gaung run`." not in explain.post(world.ctx, post)["text"]
    finally:
        here.close()


def test_a_pause_is_told_with_the_command_that_ends_it(world: Any) -> None:
    made = delivery(world)
    pauses.pause(world.ctx, "platform:toy", reason="hari tenang")
    with world.ctx.store.write() as conn:
        store.pause(conn, "app:toy:", kind="auto", reason="80004: too many calls", seconds=60)
    found = explain.delivery(world.ctx, made)
    assert "Paused: platform toy (hari tenang), until somebody resumes." in found["text"]
    assert "Paused: all of toy (80004: too many calls), until " in found["text"]
    assert found["commands"] == ["gaung resume --platform toy"]


def test_the_history_lists_every_event_of_the_delivery(world: Any) -> None:
    from gaung.core.services import posts

    made = delivery(world)
    posts.cancel(world.ctx, 1)
    assert [one["event"] for one in explain.delivery(world.ctx, made)["history"]] == ["delivery.cancelled"]


def test_an_account_says_whether_it_works_and_what_waits_for_it(world: Any) -> None:
    made = world.account()
    post = world.post()
    text = explain.account(world.ctx, made)["text"]
    assert text == (
        "Account 1: contoh_toy-18 on toy, office 18, is active. The platform was never asked about it. Deliveries: 1 scheduled."
    )
    world.set(world.rows(post)[0].id, state="held", reason="needs_reauth", **SAID)
    with world.ctx.store.write() as conn:
        credentials.flag(conn, made, 1, code="190", message="revoked")
    found = explain.account(world.ctx, made)
    assert "1 deliveries wait for a fresh one" in found["text"]
    assert "368/1346003: The content was flagged" in found["text"]
    assert found["commands"][0].startswith("gaung account add --office 18 --platform toy")


def test_a_post_says_how_many_are_where_and_what_each_group_needs(world: Any) -> None:
    for office in ("18", "18.01", "18.02", "18.03"):
        world.account(office)
    post = world.post()
    failed: dict[str, Any] = {"state": "failed", **SAID}
    states = [failed, failed, {"state": "unconfirmed", "due_at": None}, {"state": "published"}]
    for row, values in zip(world.rows(post), states, strict=True):
        world.set(row.id, **values)
    found = explain.post(world.ctx, post)
    assert "Its 4 deliveries: 2 failed, 1 published, 1 unconfirmed." in found["text"]
    assert "Nothing of it moves any more." in found["text"]
    assert "2 on toy failed: 368/1346003: The content was flagged." in found["text"]
    assert found["commands"] == ["gaung post retry 1", "gaung delivery list --post 1 --state unconfirmed"]


@pytest.mark.parametrize("what", ["post", "delivery", "account"])
def test_what_is_not_there_is_named(world: Any, what: str) -> None:
    with pytest.raises(UserError, match=f"There is no {what} 5"):
        getattr(explain, what)(world.ctx, 5)
