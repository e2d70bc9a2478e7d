"""Looks done by a command itself, where no worker runs."""

from gaung.core.engine.here import PAUSE, look_here
from gaung.core.store.ledger_tables import chores as table
from gaung.core.store.types import db_now
from gaung.core.testkit.looking import LookingWorld, found


def test_what_a_dead_worker_holds_is_waited_for_without_haste_and_then_done(looking: LookingWorld) -> None:
    chore = looking.due_sweep()
    looking.toy.answers["find_reshares"] = lambda *_: found()
    looking.claim()
    with looking.store.write() as conn:
        conn.execute(table.update().values(lease_until=db_now(4 * PAUSE)))
    asked = 0

    def left() -> int:
        nonlocal asked
        asked += 1
        return looking.busy()

    look_here(looking.settings, looking.engine.manager, [chore.id], left)
    assert looking.toy.calls == ["find_reshares"]
    assert asked <= 8
