"""Posts can be followed, cancelled, moved, tried again and deleted, and never go out twice by any of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from gaung.core.clock import now
from gaung.core.errors import AuthExpired, Rejected, Unsupported, UserError
from gaung.core.records import Account, Credentials, Deleted, Publication
from gaung.core.services import deleting, deliveries, posts
from gaung.core.store.tables import attempts, publications
from gaung.core.store.tables import posts as table
from gaung.core.store.types import db_now

OFFICES = ("18", "18.01", "18.02", "18.03", "18.04", "18.05")


def post_with(world: Any, states: list[dict[str, Any]], **said: Any) -> int:
    """A post with one delivery for each of the given states."""
    for office in OFFICES[: len(states)]:
        world.account(office)
    post = int(world.post(**said))
    for row, values in zip(world.rows(post), states, strict=True):
        world.set(row.id, **values)
    return post


def states(world: Any, post: int) -> list[str]:
    return [row.state for row in world.rows(post)]


def test_posts_are_listed_and_shown_with_their_states(world: Any) -> None:
    post = post_with(world, [{"state": "published"}, {"state": "failed"}])
    (found,) = posts.list_posts(world.ctx)
    assert (found["id"], found["title"], found["deliveries"], found["states"]) == (post, "Cek DPT Online", 2, {"failed": 1, "published": 1})
    assert (found["purpose"], found["origin"], found["by"]) == ("edukasi", "provinsi", "test")
    shown = posts.show_post(world.ctx, post)
    assert shown["document"]["text"] == "#TemanPemilih, sudah terdaftar?"
    assert shown["states"] == found["states"]


def test_the_list_can_be_limited_to_the_latest(world: Any) -> None:
    world.account()
    made = [world.post() for _ in range(3)]
    assert [one["id"] for one in posts.list_posts(world.ctx, limit=2)] == made[:0:-1]
    assert posts.list_posts(world.ctx, limit=1)[0]["states"] == {"scheduled": 1}


@pytest.mark.parametrize(
    ("values", "moves"),
    [
        ({"state": "scheduled"}, True),
        ({"state": "queued"}, True),
        ({"state": "publishing"}, True),
        ({"state": "processing"}, True),
        ({"state": "unconfirmed", "due_at": now()}, True),
        ({"state": "held", "reason": "paused"}, True),
        ({"state": "unconfirmed", "due_at": None}, False),
        ({"state": "held", "reason": "needs_reauth"}, False),
        ({"state": "published"}, False),
        ({"state": "failed"}, False),
        ({"state": "missed"}, False),
        ({"state": "skipped"}, False),
        ({"state": "cancelled"}, False),
    ],
)
def test_progress_knows_what_still_moves(world: Any, values: dict[str, Any], moves: bool) -> None:
    post = post_with(world, [values])
    found = posts.progress(world.ctx, post)
    assert found["states"] == {"toy": {values["state"]: 1}}
    assert found["moving"] == int(moves)


def test_cancelling_stops_what_has_not_begun_and_tells_what_has(world: Any) -> None:
    begun = {"mutation_at": now()}
    post = post_with(
        world,
        [
            {"state": "scheduled"},
            {"state": "queued", "lease": "d1"},
            {"state": "held", "reason": "paused"},
            {"state": "publishing", "lease": "w1!", **begun},
            {"state": "processing", **begun},
            {"state": "unconfirmed", **begun},
        ],
    )
    done = posts.cancel(world.ctx, post)
    assert done["cancelled"] == 3
    assert world.rows(post)[3].lease == "w1!"  # its worker may bring the receipt
    assert [one["state"] for one in done["left"]] == ["publishing", "processing", "unconfirmed"]
    assert states(world, post) == ["cancelled"] * 3 + ["publishing", "processing", "unconfirmed"]
    assert world.rows(post)[1].lease is None  # a worker that gets its message now finds the lease gone
    assert world.told(post=post) == ["post.scheduled", "post.cancelled", *["delivery.cancelled"] * 3]
    assert posts.show_post(world.ctx, post)["cancelled_at"] is not None


def test_cancelling_stops_a_platforms_preparation_that_nobody_can_see(world: Any) -> None:
    post = post_with(world, [{"state": "processing", "mutation_at": None}])
    assert posts.cancel(world.ctx, post)["cancelled"] == 1


def test_cancelling_stops_a_worker_before_the_call_that_publishes(world: Any) -> None:
    """Else a try that fails meanwhile would be made again, and the cancelled post would go out."""
    post = post_with(world, [{"state": "publishing", "lease": "w1!", "number": 1}])
    [row] = world.rows(post)
    with world.ctx.store.write() as conn:
        begun = {"delivery_id": row.id, "number": 1, "worker": "w", "started_at": now(), "checkpoints": {}}
        conn.execute(attempts.insert().values(**begun))
    assert posts.cancel(world.ctx, post)["cancelled"] == 1
    assert world.rows(post)[0].lease is None
    with world.ctx.store.read() as conn:
        assert conn.execute(attempts.select()).one().outcome == "cancelled"


def test_what_was_cancelled_while_its_outcome_is_unknown_is_never_tried_anew(world: Any) -> None:
    post = post_with(world, [{"state": "unconfirmed", "mutation_at": now()}])
    posts.cancel(world.ctx, post)
    [row] = world.rows(post)
    deliveries.settle(world.ctx, row.id, url=None)
    assert states(world, post) == ["missed"]


def test_cancelling_again_changes_nothing(world: Any) -> None:
    post = post_with(world, [{"state": "published"}])
    assert posts.cancel(world.ctx, post) == {"id": post, "cancelled": 0, "left": []}
    assert world.told(post=post) == ["post.scheduled"]


def test_rescheduling_moves_what_has_not_begun(world: Any) -> None:
    post = post_with(world, [{"state": "scheduled"}, {"state": "held", "reason": "needs_reauth", "due_at": None}, {"state": "published"}])
    at = now() + timedelta(hours=5)
    done = posts.reschedule(world.ctx, post, at=at, deadline=None)
    assert (done["moved"], done["deadline"] - done["at"]) == (2, timedelta(hours=2))
    first, held, published = world.rows(post)
    assert abs(first.due_at - at) < timedelta(milliseconds=1)
    assert (held.state, held.due_at) == ("held", None)
    assert abs(held.deadline_at - done["deadline"]) < timedelta(milliseconds=1)
    assert published.at < at - timedelta(hours=4)
    assert world.told(post=post)[-1] == "post.rescheduled"


def test_rescheduling_refuses_bad_times_and_posts_that_have_begun(world: Any) -> None:
    post = post_with(world, [{"state": "published"}])
    later = now() + timedelta(hours=1)
    for at, deadline, words in (
        (now() - timedelta(hours=1), None, "has passed"),
        (later, later, "is not after"),
        (later, None, "Nothing of post"),
    ):
        with pytest.raises(UserError, match=words):
            posts.reschedule(world.ctx, post, at=at, deadline=deadline)


def test_retrying_takes_the_failed_ones_alone(world: Any) -> None:
    known = {
        "checkpoints": {"container": "1"},
        "error_kind": "Rejected",
        "error_message": "no",
        "mutation_at": now(),
        "attempts": 1,
        "number": 1,
    }
    post = post_with(
        world,
        [
            {"state": "failed", **known},
            {"state": "unconfirmed"},
            {"state": "published"},
            {"state": "missed"},
            {"state": "skipped"},
            {"state": "cancelled"},
        ],
    )
    assert posts.retry(world.ctx, post, deadline=None)["retried"] == 1
    assert states(world, post) == ["scheduled", "unconfirmed", "published", "missed", "skipped", "cancelled"]
    row = world.rows(post)[0]
    assert (row.checkpoints, row.mutation_at, row.error_kind, row.error_message) == ({}, None, None, None)
    assert row.attempts == 1
    assert world.told(delivery=row.id) == ["delivery.retrying"]


def test_with_a_new_deadline_the_missed_ones_are_tried_too(world: Any) -> None:
    past = now() - timedelta(minutes=5)
    post = post_with(world, [{"state": "missed", "deadline_at": past}, {"state": "failed", "deadline_at": past}])
    until = now() + timedelta(hours=1)
    assert posts.retry(world.ctx, post, deadline=until)["retried"] == 2
    assert states(world, post) == ["scheduled", "scheduled"]
    assert all(abs(row.deadline_at - until) < timedelta(milliseconds=1) for row in world.rows(post))


def test_retrying_refuses_a_passed_deadline_and_a_post_without_failures(world: Any) -> None:
    post = post_with(world, [{"state": "published"}])
    with pytest.raises(UserError, match="Nothing of post 1 is failed"):
        posts.retry(world.ctx, post, deadline=None)
    with pytest.raises(UserError, match=r"has passed.*--deadline"):
        posts.retry(world.ctx, post, deadline=now() - timedelta(seconds=1))


def published(world: Any, offices: int = 2) -> int:
    post = post_with(world, [{"state": "published"}] * offices)
    with world.ctx.store.write() as conn:
        for row in world.rows(post):
            url = f"https://toy.example/{row.id}"
            values = {"delivery_id": row.id, "account_id": row.account_id, "external_id": str(row.id), "url": url}
            conn.execute(insert(publications).values(**values, published_at=db_now()))
    return post


def test_deleting_asks_the_platform_and_remembers(world: Any) -> None:
    post = published(world)
    done = deleting.delete(world.ctx, post)
    assert [one["url"] for one in done["deleted"]] == ["https://toy.example/1", "https://toy.example/2"]
    assert (done["by_hand"], done["failed"], world.toys["toy"].calls) == ([], [], ["delete", "delete"])
    with world.ctx.store.read() as conn:
        assert None not in conn.execute(select(publications.c.deleted_at)).scalars().all()
    assert world.told(delivery=1) == ["publication.deleted"]
    assert deleting.delete(world.ctx, post)["deleted"] == []


def test_an_expired_token_is_refreshed_before_a_post_is_deleted(world: Any) -> None:
    post = published(world, 1)
    world.toys["toy"].refreshes = [Credentials({"token": "fresh-token-9"})]

    def delete(account: Account, publication: Publication) -> Deleted:
        if account.credentials["token"] != "fresh-token-9":
            raise AuthExpired("the token ended", code="ExpiredToken")
        return Deleted()

    world.ctx.manager.delete = delete
    done = deleting.delete(world.ctx, post)
    assert (len(done["deleted"]), done["failed"], world.toys["toy"].calls) == (1, [], ["refresh"])
    assert "account.refreshed" in world.told(account=world.rows(post)[0].account_id)


def test_what_a_platform_cannot_delete_is_listed_with_its_address(world: Any) -> None:
    post = published(world, 3)

    def delete(account: Account, publication: Publication) -> Deleted:
        if account.office == "18":
            raise Unsupported("delete it in the app")
        if account.office == "18.01":
            raise Rejected("no such post", code="100")
        return Deleted()

    world.ctx.manager.delete = delete
    done = deleting.delete(world.ctx, post)
    assert [(one["url"], one["problem"]) for one in done["by_hand"]] == [("https://toy.example/1", "delete it in the app")]
    assert [(one["url"], one["problem"]) for one in done["failed"]] == [("https://toy.example/2", "100: no such post")]
    assert [one["url"] for one in done["deleted"]] == ["https://toy.example/3"]


def test_deleting_cancels_what_has_not_gone_out(world: Any) -> None:
    post = post_with(world, [{"state": "scheduled"}])
    assert deleting.delete(world.ctx, post)["cancelled"] == 1
    assert states(world, post) == ["cancelled"]


def test_an_office_changes_only_its_own_part_of_a_post(world: Any, scoped: Callable[[str], Any]) -> None:
    post = post_with(world, [{"state": "scheduled"}, {"state": "scheduled"}])
    view = scoped("18.01")
    assert posts.list_posts(view.ctx)[0]["deliveries"] == 1
    assert posts.cancel(view.ctx, post)["cancelled"] == 1
    assert states(world, post) == ["scheduled", "cancelled"]
    with pytest.raises(UserError, match=r"concerns every office"):
        posts.reschedule(view.ctx, post, at=now() + timedelta(hours=1), deadline=None)
    with pytest.raises(UserError, match="no post"):
        posts.show_post(scoped("18.07").ctx, post)


@pytest.mark.parametrize("verb", ["show_post", "progress", "cancel"])
def test_an_unknown_post_is_named(world: Any, verb: str) -> None:
    with pytest.raises(UserError, match="There is no post 99"):
        getattr(posts, verb)(world.ctx, 99)
    with world.ctx.store.read() as conn:
        assert conn.execute(select(table.c.id)).first() is None
