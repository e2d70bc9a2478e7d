"""Looking by hand: what waited is looked at now, here where nothing runs, and what keeps it back is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from gaung.core.config import load
from gaung.core.engine.presence import Presence
from gaung.core.errors import Unsupported, UserError
from gaung.core.services import sweep_status, sweeps
from gaung.core.services.context import Context
from gaung.core.store import pauses
from gaung.core.store.ledger_tables import chores
from gaung.core.testkit.looking import LookingWorld, found, seen
from gaung.core.testkit.toy import Toy


@pytest.fixture
def world(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LookingWorld]:
    """A world of chores that answers every look with one mention."""
    monkeypatch.setenv("GAUNG_DATABASE_URL", database_url)
    monkeypatch.setenv("GAUNG_SECRET_KEY", Fernet.generate_key().decode())
    made = LookingWorld(load(tmp_path), Toy(looks=True))
    made.toy.answers["find_reshares"] = lambda _account, publication, _since: found(seen(publication, "contoh_orang_lain"))
    yield made
    made.close()


@pytest.fixture
def ctx(world: LookingWorld) -> Context:
    """A person's view of it."""
    return Context(world.settings, store=world.store, manager=world.engine.manager)


def test_what_waits_for_its_time_is_looked_at_now_and_the_schedule_stays(world: LookingWorld, ctx: Context) -> None:
    one, two = world.publication(), world.publication(external_id="p2", hours_ago=5)
    told: list[str] = []
    done = sweeps.sweep(ctx, status=told.append)
    assert (done["by"], done["looks"]["sweep"], done["done"], done["seen"]) == ("here", 2, 3, 2)
    assert (done["failed"], done["waiting"], done["left"], done["problems"]) == (0, 0, 0, [])
    assert "gaung run" in told[0]
    assert [world.chore("sweep", subject).step for subject in (one, two)] == [0, 2]
    assert all(world.chore("sweep", subject).due_at is not None for subject in (one, two))


def test_a_post_is_looked_at_however_old_it_is_and_no_other(world: LookingWorld, ctx: Context) -> None:
    old = world.publication(hours_ago=2000)
    world.publication(external_id="p2")
    done = sweeps.sweep(ctx, post=1)
    assert (done["looks"]["sweep"], done["seen"]) == (1, 1)
    assert world.chore("sweep", old).since is not None


def test_a_dry_run_changes_nothing(world: LookingWorld, ctx: Context) -> None:
    world.publication()
    done = sweeps.sweep(ctx, dry_run=True)
    assert done["looks"] == {"sweep": 1, "scan": 1, "verify": 0, "notice": 0}
    assert (world.rows(chores), world.toy.calls) == ([], [])


def test_without_waiting_it_only_makes_things_due(world: LookingWorld, ctx: Context) -> None:
    world.publication()
    done = sweeps.sweep(ctx, wait=False)
    assert (done["by"], done["left"], world.toy.calls) == ("nobody", 2, [])


def test_where_workers_run_they_do_it(world: LookingWorld, ctx: Context) -> None:
    world.publication()
    here = [Presence(world.store, role, 1, ["toy"]) for role in ("dispatcher", "worker")]
    try:
        import threading

        stop = threading.Event()

        def work() -> None:
            while not stop.wait(0.1):
                world.tick()

        worker = threading.Thread(target=work)
        worker.start()
        done = sweeps.sweep(ctx)
        stop.set()
        worker.join()
    finally:
        for one in here:
            one.close()
    assert (done["by"], done["seen"], done["left"]) == ("workers", 1, 0)


def test_what_a_pause_keeps_back_is_told_and_not_waited_for(world: LookingWorld, ctx: Context) -> None:
    world.publication()
    with world.store.write() as conn:
        pauses.pause(conn, "platform:toy", kind="manual", reason="test")
    done = sweeps.sweep(ctx)
    assert (done["waiting"], done["done"], world.toy.calls) == (2, 0, [])
    [scan, sweep] = sweep_status.status(ctx)["looks"]
    assert (scan["blocked"], sweep["blocked"], sweep["due"]) == (1, 1, 0)


def test_what_rests_is_tried_again_by_hand_and_its_reason_shown(world: LookingWorld, ctx: Context) -> None:
    world.publication(hours_ago=2)

    def cannot(*_: Any) -> Any:
        raise Unsupported("no permission", code="10")

    world.toy.answers["find_reshares"] = cannot
    for _ in range(2):
        done = sweeps.sweep(ctx)
        [problem] = done["problems"]
        assert (problem["look"], problem["code"], problem["message"], problem["rests"]) == ("sweep", "10", "no permission", True)
    assert world.toy.calls == ["find_reshares"] * 2
    assert sweep_status.status(ctx)["problems"] == done["problems"]


def test_an_office_brings_only_its_own_forward(world: LookingWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.publication(account=world.account("18.01"))
    world.publication(account=world.account("18.02"), external_id="p2")
    monkeypatch.setenv("GAUNG_OFFICE", "18.01")
    mine = Context(world.settings, store=world.store, manager=world.engine.manager)
    done = sweeps.sweep(mine)
    assert (done["looks"]["sweep"], done["seen"]) == (1, 1)


def test_the_status_tells_the_days_requests(world: LookingWorld, ctx: Context) -> None:
    world.account()
    [budget] = sweep_status.status(ctx)["budgets"]
    assert {key: budget[key] for key in ("platform", "app", "spent", "limit", "left")} == {
        "platform": "toy", "app": "", "spent": 0, "limit": None, "left": None,
    }  # fmt: skip


def test_an_unknown_post_or_platform_is_one_line(ctx: Context) -> None:
    with pytest.raises(UserError, match="99"):
        sweeps.sweep(ctx, post=99)
    with pytest.raises(UserError, match="unknown platform"):
        sweeps.sweep(ctx, platform="nothing")
