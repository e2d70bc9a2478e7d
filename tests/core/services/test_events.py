"""The log can be followed, filtered, and loses nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from gaung.core.clock import now
from gaung.core.services import posts
from gaung.core.services.events import Tail
from gaung.core.store import events


def names(lines: Any) -> list[str]:
    return [line["event"] for line in lines]


def test_a_tail_begins_with_the_first_event_and_goes_on_where_it_stood(world: Any) -> None:
    world.account()
    tail = Tail(world.ctx)
    assert names(tail.more()) == ["account.added"]
    world.post()
    assert names(tail.more()) == ["post.scheduled"]
    assert names(tail.more()) == []


def test_a_line_has_the_documented_fields(world: Any) -> None:
    made = world.account("18.01")
    (line,) = Tail(world.ctx).more()
    assert list(line) == ["id", "event", "at", "actor", "office", "platform", "account", "data"]
    assert (line["office"], line["platform"], line["account"], line["actor"]) == ("18.01", "toy", made, "test")
    assert line["at"].endswith("+07:00")


def test_filters(world: Any) -> None:
    world.account("18")
    world.account("18.01", "other")
    post = world.post(platforms='["toy", "other"]')
    posts.cancel(world.ctx, post)
    assert names(Tail(world.ctx, office="18.01").more()) == ["account.added", "delivery.cancelled"]
    assert names(Tail(world.ctx, platform="other", event="account.added").more()) == ["account.added"]
    assert names(Tail(world.ctx, post=post, event="post.cancelled").more()) == ["post.cancelled"]
    assert names(Tail(world.ctx, since=now() + timedelta(minutes=1)).more()) == []
    assert len(names(Tail(world.ctx, since=now() - timedelta(minutes=1)).more())) == 6


def test_more_events_than_one_batch_come_in_order(world: Any) -> None:
    with world.ctx.store.write() as conn:
        events.emit_many(conn, "office.added", [{"office": "18", "data": {"offices": n}} for n in range(2500)])
    assert [line["data"]["offices"] for line in Tail(world.ctx).more()] == list(range(2500))


def test_an_office_hears_of_itself_and_of_what_concerns_all(world: Any, scoped: Callable[[str], Any]) -> None:
    world.account("18.01")
    world.account("18.02")
    world.post()
    assert names(Tail(scoped("18.01").ctx).more()) == ["account.added", "post.scheduled"]


def test_from_the_end_only_what_is_new_is_told(world: Any) -> None:
    world.account()
    tail = Tail(world.ctx, from_end=True)
    assert names(tail.more()) == []
    world.post()
    assert names(tail.more()) == ["post.scheduled"]
