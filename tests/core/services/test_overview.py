"""What `gaung top` is told: states, pace, lateness, what waits, pauses, processes and the latest troubles."""

from typing import Any

from sqlalchemy import insert

from gaung.core.engine.presence import Presence
from gaung.core.services import pauses
from gaung.core.services.overview import overview
from gaung.core.services.scope import Scope
from gaung.core.store import events
from gaung.core.store.tables import publications
from gaung.core.store.types import db_now


def publish(world: Any, row: Any, *, ago: float, late: float) -> None:
    """As a worker would have left it: published `ago` seconds before now, `late` seconds after its time."""
    world.set(row.id, state="published", due_at=None, at=db_now(-ago - late))
    with world.ctx.store.write() as conn:
        values = {"delivery_id": row.id, "account_id": row.account_id, "external_id": f"p{row.id}", "url": None}
        conn.execute(insert(publications).values(published_at=db_now(-ago), **values))


def test_an_empty_installation_has_nothing_and_says_so(world: Any) -> None:
    found = overview(world.ctx)
    assert (found["states"], found["troubles"], found["processes"], found["pauses"]) == ({}, [], [], [])
    assert found["lateness"] == {"p50": None, "p99": None, "worst": None, "of": 0}
    assert found["due"] == {"waiting": 0, "oldest": None}


def test_states_pace_and_lateness_are_counted(world: Any) -> None:
    for office in ("18", "18.01", "18.02", "18.03"):
        world.account(office)
    rows = world.rows(world.post())
    publish(world, rows[0], ago=10, late=1)
    publish(world, rows[1], ago=200, late=3)
    publish(world, rows[2], ago=1800, late=40)
    found = overview(world.ctx)
    assert found["states"] == {"toy": {"published": 3, "scheduled": 1}}
    assert found["published"] == {"minute": 1, "five_minutes": 2, "hour": 3}
    assert found["lateness"]["of"] == 3
    assert round(found["lateness"]["worst"]) == 40
    assert round(found["lateness"]["p50"]) == 3


def test_what_ended_long_ago_is_left_out_but_what_is_open_stays(world: Any) -> None:
    from sqlalchemy import update

    from gaung.core.store.tables import posts

    world.account("18")
    world.account("18.01")
    post = world.post()
    rows = world.rows(post)
    world.set(rows[0].id, state="failed", due_at=None)
    world.set(rows[1].id, state="unconfirmed", due_at=None)
    with world.ctx.store.write() as conn:
        conn.execute(update(posts).where(posts.c.id == post).values(at=db_now(-90_000)))
    assert overview(world.ctx)["states"] == {"toy": {"unconfirmed": 1}}


def test_what_is_due_and_waits_is_told_with_its_age(world: Any) -> None:
    world.account("18")
    row = world.rows(world.post())[0]
    world.set(row.id, due_at=db_now(-120))
    due = overview(world.ctx)["due"]
    assert due["waiting"] == 1
    assert 119 < due["oldest"] < 130


def test_pauses_processes_and_troubles_are_shown(world: Any) -> None:
    world.account("18")
    row = world.rows(world.post())[0]
    pauses.pause(world.ctx, "platform:toy", reason="hari tenang")
    ids = {"delivery": row.id, "post": row.post_id, "account": row.account_id, "office": "18", "platform": "toy"}
    error = {"kind": "Rejected", "code": "368", "message": "The content was flagged"}
    with world.ctx.store.write() as conn:
        events.emit(conn, "delivery.failed", data={"state": "failed", "error": error}, **ids)
    here = Presence(world.ctx.store, "worker", 3, ["toy"])
    try:
        found = overview(world.ctx)
    finally:
        here.close()
    assert [pause["reason"] for pause in found["pauses"]] == ["hari tenang"]
    assert [(one["role"], one["threads"]) for one in found["processes"]] == [("worker", 3)]
    (trouble,) = found["troubles"]
    assert (trouble["event"], trouble["handle"], trouble["words"]) == ("delivery.failed", "contoh_toy-18", "368: The content was flagged")


def test_an_office_sees_its_own_only(world: Any) -> None:
    world.account("18.01")
    world.account("18.02")
    world.post()
    world.ctx.scope = Scope("18.01")
    assert overview(world.ctx)["states"] == {"toy": {"scheduled": 1}}
