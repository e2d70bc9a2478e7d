"""Chores under accidents: whatever happens, a look is done, once, by somebody."""

import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from sqlalchemy import select

from gaung.core.errors import Transient, Unsupported
from gaung.core.store import chores
from gaung.core.store.ledger_tables import chores as chore_table
from gaung.core.store.ledger_tables import sightings
from gaung.core.testkit.looking import LookingWorld, found, raising, seen


def test_a_message_that_comes_twice_is_worked_on_once(looking: LookingWorld) -> None:
    looking.due_sweep()
    looking.toy.answers["find_reshares"] = lambda *_: found()
    [claim] = looking.claim()
    looking.chores.run(claim.id, claim.lease)
    looking.chores.run(claim.id, claim.lease)
    assert looking.toy.calls == ["find_reshares"]


def test_a_claim_whose_message_was_lost_is_due_again_and_counts_as_no_failure(make_looking: Any) -> None:
    world: LookingWorld = make_looking(lease=0.05)
    chore = world.due_sweep()
    world.claim()
    time.sleep(0.1)
    world.toy.answers["find_reshares"] = lambda *_: found()
    assert world.tick() == 1
    row = world.chore("sweep", chore.subject)
    assert (row.tries, row.lease, row.error_kind) == (0, None, None)


def test_who_lost_the_lease_while_asking_writes_nothing_down(looking: LookingWorld) -> None:
    chore = looking.due_sweep()

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
    chore = world.due_sweep()
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
    world.due_sweep()

    def slow(*_: Any) -> Any:
        time.sleep(0.8)
        with world.store.write() as conn:
            assert chores.sweep(conn) == 0
        return found()

    world.toy.answers["find_reshares"] = slow
    world.tick()
    assert len(world.told("sweep.done")) == 1


def test_what_may_work_later_is_tried_again_and_told_once(looking: LookingWorld) -> None:
    chore = looking.due_sweep()
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
    chore = looking.due_sweep()
    looking.change(chore.id, tries=7)
    looking.toy.answers["find_reshares"] = raising(Transient("busy", code="503"))
    looking.tick()
    row = looking.chore("sweep", chore.subject)
    assert (row.step, row.tries, row.error_code) == (1, 0, "503")
    assert row.due_at > row.updated_at


def test_what_a_platform_cannot_tell_rests_with_its_reason(looking: LookingWorld) -> None:
    chore = looking.due_sweep()
    looking.toy.answers["find_reshares"] = raising(Unsupported("only for pages", code="10"))
    looking.tick()
    row = looking.chore("sweep", chore.subject)
    assert (row.due_at, row.error_kind, row.error_code, row.error_message) == (None, "Unsupported", "10", "only for pages")
    [failed] = looking.told("sweep.failed")
    assert failed.data["rests"] is True
    assert (looking.tick(), looking.busy()) == (0, 0)


def test_what_a_failing_plugin_says_is_not_kept(looking: LookingWorld, caplog: pytest.LogCaptureFixture) -> None:
    chore = looking.due_sweep()
    looking.toy.answers["find_reshares"] = raising(KeyError("contoh_agt_siti"))
    looking.tick()
    row = looking.chore("sweep", chore.subject)
    assert (row.error_kind, row.error_code) == ("Unforeseen", "KeyError")
    told = [str(event.data) for event in looking.told("sweep.failed")]
    assert "testkit/looking.py" in caplog.text, "where it failed is in the log"
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
