"""Chores under accidents: whatever happens, a look is done, once, by somebody, and nobody is called who may not be."""

import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from sqlalchemy import select, update

from gaung.core import http
from gaung.core.errors import AuthExpired, AuthRevoked, RateLimited, Transient, Unsupported
from gaung.core.records import Credentials
from gaung.core.store import chores, pauses, switches
from gaung.core.store.ledger_tables import chores as chore_table
from gaung.core.store.ledger_tables import sightings
from gaung.core.store.tables import accounts
from gaung.core.store.tables import pauses as pause_table
from gaung.core.testkit.looking import LookingWorld, found, seen


def due_sweep(world: LookingWorld, **values: Any) -> Any:
    """A publication whose first look is due."""
    publication = world.publication(hours_ago=1.5, **values)
    world.plan_sweeps()
    return world.chore("sweep", publication)


def raising(*errors: Exception, then: Any = None) -> Any:
    """An answer that raises these in turn, then answers."""
    left = list(errors)

    def answer(*_: Any) -> Any:
        if left:
            raise left.pop(0)
        return found() if then is None else then

    return answer


def test_a_message_that_comes_twice_is_worked_on_once(looking: LookingWorld) -> None:
    due_sweep(looking)
    looking.toy.answers["find_reshares"] = lambda *_: found()
    [claim] = looking.claim()
    looking.chores.run(claim.id, claim.lease)
    looking.chores.run(claim.id, claim.lease)
    assert looking.toy.calls == ["find_reshares"]


def test_a_claim_whose_message_was_lost_is_due_again_and_counts_as_no_failure(make_looking: Any) -> None:
    world: LookingWorld = make_looking(lease=0.05)
    chore = due_sweep(world)
    world.claim()
    time.sleep(0.1)
    world.toy.answers["find_reshares"] = lambda *_: found()
    assert world.tick() == 1
    row = world.chore("sweep", chore.subject)
    assert (row.tries, row.lease, row.error_kind) == (0, None, None)


def test_who_lost_the_lease_while_asking_writes_nothing_down(looking: LookingWorld) -> None:
    chore = due_sweep(looking)

    def taken_over(*_: Any) -> Any:
        looking.change(chore.id, lease="another's")
        return found(seen("p1", "contoh_agt_siti"), total=7)

    looking.toy.answers["find_reshares"] = taken_over
    looking.tick()
    assert looking.rows(sightings) == []
    assert looking.told("sweep.done", "sweep.failed") == []
    assert looking.chore("sweep", chore.subject).lease == "another's"


_WORKER = """
import sys, time
from pathlib import Path
from gaung.core.config import load
from gaung.core.engine.chores import Chores
from gaung.core.engine.context import Engine
from gaung.core.manager import Manager
from gaung.core.testkit.toy import Toy

def hang(*_):
    print("asked", flush=True)
    time.sleep(60)

settings = load(Path(sys.argv[1]))
settings = settings.model_copy(update={"engine": settings.engine.model_copy(update={"lease": 1.0})})
engine = Engine(settings, "worker")
toy = Toy(looks=True)
toy.answers["find_reshares"] = hang
engine.manager = Manager([toy.source()])
Chores(engine).run(int(sys.argv[2]), sys.argv[3])
"""


def test_a_worker_killed_in_a_sweep_is_replaced_and_nothing_is_doubled(make_looking: Any) -> None:
    world: LookingWorld = make_looking(lease=1.0)
    chore = due_sweep(world)
    [claim] = world.claim()
    command = [sys.executable, "-P", "-c", _WORKER, str(world.settings.home), str(claim.id), claim.lease]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "asked\n"
        worker.kill()
    world.toy.answers["find_reshares"] = lambda *_: found(seen("p1", "contoh_agt_siti"), total=3)
    assert world.tick() == 0, "its lease holds"
    time.sleep(1.1)
    assert world.tick() == 1
    assert len(world.rows(sightings)) == 1
    row = world.chore("sweep", chore.subject)
    assert (row.lease, row.tries, row.step) == (None, 0, 1)
    assert len(world.told("sweep.done")) == 1


def test_a_look_that_takes_long_keeps_its_lease(make_looking: Any) -> None:
    world: LookingWorld = make_looking(lease=0.3)
    due_sweep(world)

    def slow(*_: Any) -> Any:
        time.sleep(0.8)
        with world.store.write() as conn:
            assert chores.sweep(conn) == 0
        return found()

    world.toy.answers["find_reshares"] = slow
    world.tick()
    assert len(world.told("sweep.done")) == 1


def test_what_may_work_later_is_tried_again_and_told_once(looking: LookingWorld) -> None:
    chore = due_sweep(looking)
    looking.toy.answers["find_reshares"] = raising(*(Transient("busy", code="503") for _ in range(3)))
    until = time.monotonic() + 10
    while not looking.told("sweep.done") and time.monotonic() < until:
        looking.tick()
    assert len(looking.toy.calls) == 4
    [failed] = looking.told("sweep.failed")
    assert failed.data["error"] == {"kind": "Transient", "code": "503", "message": "busy"}
    row = looking.chore("sweep", chore.subject)
    assert (row.tries, row.error_kind) == (0, None)


def test_a_look_that_never_works_is_passed_over_for_the_next_step(looking: LookingWorld) -> None:
    chore = due_sweep(looking)
    looking.change(chore.id, tries=7)
    looking.toy.answers["find_reshares"] = raising(Transient("busy", code="503"))
    looking.tick()
    row = looking.chore("sweep", chore.subject)
    assert (row.step, row.tries, row.error_code) == (1, 0, "503")
    assert row.due_at > row.updated_at


def test_what_a_platform_cannot_tell_rests_with_its_reason(looking: LookingWorld) -> None:
    chore = due_sweep(looking)
    looking.toy.answers["find_reshares"] = raising(Unsupported("only for pages", code="10"))
    looking.tick()
    row = looking.chore("sweep", chore.subject)
    assert (row.due_at, row.error_kind, row.error_code, row.error_message) == (None, "Unsupported", "10", "only for pages")
    [failed] = looking.told("sweep.failed")
    assert failed.data["rests"] is True
    assert (looking.tick(), looking.busy()) == (0, 0)


def test_a_rate_limit_pauses_the_scope_for_all_and_is_no_failure(looking: LookingWorld) -> None:
    due_sweep(looking)
    looking.publication(account=looking.account("18.01"), external_id="p2", hours_ago=2)
    looking.plan_sweeps()
    looking.toy.answers["find_reshares"] = raising(RateLimited("slow down", scope="app", retry_after=60))
    [first, second] = looking.claim()
    looking.chores.run(first.id, first.lease)
    looking.chores.run(second.id, second.lease)
    assert looking.toy.calls == ["find_reshares"], "the second was claimed before, and must not call a paused scope either"
    [pause] = looking.rows(pause_table)
    assert (pause.scope, pause.kind) == ("app:toy:", "auto")
    assert (looking.tick(), looking.busy()) == (0, 0)
    with looking.store.write() as conn:
        pauses.lift(conn, "app:toy:")
    assert looking.tick() == 2
    assert looking.toy.calls == ["find_reshares"] * 3
    assert looking.told("sweep.failed") == []


def test_a_usage_report_pauses_after_the_look(looking: LookingWorld) -> None:
    from gaung.core import pacing

    due_sweep(looking)

    def reported(*_: Any) -> Any:
        pacing.report("account", 600, "92 percent used")
        return found(total=1)

    looking.toy.answers["find_reshares"] = reported
    looking.tick()
    assert looking.rows(pause_table)[0].scope == f"account:{looking.account()}"
    assert len(looking.told("sweep.done")) == 1


def test_an_expired_token_is_refreshed_once(looking: LookingWorld) -> None:
    due_sweep(looking)
    looking.toy.refreshes = [Credentials({"token": "a-fresh-token"})]
    looking.toy.answers["find_reshares"] = raising(AuthExpired("expired", code="190"))
    looking.tick()
    assert looking.toy.calls == ["find_reshares", "refresh", "find_reshares"]
    assert [event.event for event in looking.told("account.refreshed", "sweep.done")] == ["account.refreshed", "sweep.done"]


def test_a_revoked_token_flags_the_account_and_its_chores_wait(looking: LookingWorld) -> None:
    due_sweep(looking)
    looking.toy.answers["find_reshares"] = raising(AuthRevoked("gone", code="190/458"))
    looking.tick()
    [account] = looking.rows(accounts)
    assert account.status == "needs_reauth"
    assert (looking.tick(), looking.busy()) == (0, 0)
    with looking.store.write() as conn:
        conn.execute(update(accounts).values(status="active"))
    assert looking.tick() == 1
    assert len(looking.told("sweep.done")) == 1


@pytest.mark.parametrize("scope", ["all", "platform:toy", "office:18", "account:1", "app:toy:"])
def test_nothing_calls_a_paused_scope(looking: LookingWorld, scope: str) -> None:
    due_sweep(looking)
    with looking.store.write() as conn:
        pauses.pause(conn, scope, kind="manual", reason="test")
    assert (looking.tick(), looking.busy(), looking.toy.calls) == (0, 0, [])


def test_a_pause_between_claim_and_start_is_seen(looking: LookingWorld) -> None:
    due_sweep(looking)
    [claim] = looking.claim()
    with looking.store.write() as conn:
        pauses.pause(conn, "office:18", kind="manual", reason="test")
    looking.chores.run(claim.id, claim.lease)
    assert looking.toy.calls == []


def test_a_platform_that_is_off_for_the_office_is_not_asked_until_it_is_on(looking: LookingWorld) -> None:
    due_sweep(looking)
    looking.toy.answers["find_reshares"] = lambda *_: found()
    with looking.store.write() as conn:
        switches.switch(conn, "toy", "18", enabled=False)
    assert (looking.tick(), looking.busy()) == (0, 0)
    with looking.store.write() as conn:
        switches.switch(conn, "toy", "18", enabled=True)
    assert looking.tick() == 1


@pytest.mark.parametrize("effect", [http.Effect.PREPARE, http.Effect.PUBLISH])
def test_a_plugin_that_changes_something_while_looking_fails_and_sends_nothing(looking: LookingWorld, effect: http.Effect) -> None:
    import socket

    chore = due_sweep(looking)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/like"
        looking.toy.answers["find_reshares"] = lambda *_: http.call("POST", url, effect=effect)
        looking.tick()
        with pytest.raises(TimeoutError):
            server.accept()
    row = looking.chore("sweep", chore.subject)
    assert (row.error_kind, row.error_code, row.tries) == ("Unforeseen", "ReadsOnly", 1)
    assert "only reads" in row.error_message


def test_what_a_failing_plugin_says_is_not_kept(looking: LookingWorld, caplog: pytest.LogCaptureFixture) -> None:
    chore = due_sweep(looking)
    looking.toy.answers["find_reshares"] = raising(KeyError("contoh_agt_siti"))
    looking.tick()
    row = looking.chore("sweep", chore.subject)
    assert (row.error_kind, row.error_code) == ("Unforeseen", "KeyError")
    told = [str(event.data) for event in looking.told("sweep.failed")]
    assert "test_chores.py" in caplog.text, "where it failed is in the log"
    assert "contoh_agt_siti" not in "\n".join([row.error_message, caplog.text, *told])


def test_two_dispatchers_claim_each_chore_once(looking: LookingWorld) -> None:
    for number in range(40):
        looking.publication(external_id=f"p{number}", hours_ago=2)
    looking.plan_sweeps()
    claimed: list[int] = []

    def claim() -> None:
        for _ in range(4):
            claimed.extend(one.id for one in looking.claim(7))

    both = [threading.Thread(target=claim) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(claimed) == len(set(claimed)) == 40


def test_what_is_scheduled_for_later_is_not_busy(looking: LookingWorld) -> None:
    looking.publication()
    looking.plan()
    with looking.store.read() as conn:
        kinds = conn.execute(select(chore_table.c.kind)).scalars().all()
    assert sorted(kinds) == ["scan", "sweep"]
    looking.tick()
    assert looking.busy() == 0
