"""Publications are looked at some hours and days after they went out, and what is found is put down once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from gaung.core.records import Publication
from gaung.core.store.ledger_tables import chores, reshares, share_totals, sightings
from gaung.core.store.tables import accounts, publications
from gaung.core.store.types import db_now
from gaung.core.testkit.looking import LookingWorld, found, seen
from gaung.core.testkit.registry import add_member


def hours_until(row: Any) -> float:
    """From the last change of a chore to the time at which it is due."""
    return float((row.due_at - row.updated_at) / timedelta(hours=1))


def test_the_first_look_is_planned_for_an_hour_after_publication(looking: LookingWorld) -> None:
    publication = looking.publication()
    assert looking.plan_sweeps() == 1
    assert hours_until(looking.chore("sweep", publication)) == pytest.approx(1, abs=0.01)
    assert (looking.tick(), looking.plan_sweeps()) == (0, 0)


@pytest.mark.parametrize(("hours_ago", "step", "next_in"), [(1.5, 1, 1.5), (3.5, 2, 8.5)])
def test_each_look_plans_the_next_step_ahead(looking: LookingWorld, hours_ago: float, step: int, next_in: float) -> None:
    publication = looking.publication(hours_ago=hours_ago)
    looking.plan_sweeps()
    looking.toy.answers["find_reshares"] = lambda *_: found()
    assert looking.tick() == 1
    row = looking.chore("sweep", publication)
    assert row.step == step
    assert hours_until(row) == pytest.approx(next_in, abs=0.01)
    assert row.since is not None


def test_the_last_look_is_the_last(looking: LookingWorld) -> None:
    publication = looking.publication(hours_ago=12.1)
    looking.plan_sweeps()
    looking.toy.answers["find_reshares"] = lambda *_: found()
    assert looking.tick() == 1
    assert looking.chore("sweep", publication).due_at is None
    assert (looking.tick(), looking.plan_sweeps()) == (0, 0)


@pytest.mark.parametrize("changed", [{"deleted_at": db_now()}, {"external_id": None}])
def test_what_is_gone_or_has_no_id_is_not_looked_at(looking: LookingWorld, changed: dict[str, Any]) -> None:
    looking.publication(hours_ago=2)
    with looking.store.write() as conn:
        conn.execute(update(publications).values(**changed))
    assert looking.plan_sweeps() == 0


def test_a_publication_deleted_since_it_was_planned_is_not_asked_for(looking: LookingWorld) -> None:
    publication = looking.publication(hours_ago=2)
    looking.plan_sweeps()
    with looking.store.write() as conn:
        conn.execute(update(publications).values(deleted_at=db_now()))
    assert looking.tick() == 1
    assert (looking.toy.calls, looking.chore("sweep", publication).due_at) == ([], None)


def test_what_is_older_than_the_schedule_is_left_alone(looking: LookingWorld) -> None:
    looking.publication(hours_ago=37)
    assert looking.plan_sweeps() == 0


def test_an_account_that_was_removed_is_never_called(looking: LookingWorld) -> None:
    looking.publication(hours_ago=2)
    looking.plan_sweeps()
    with looking.store.write() as conn:
        conn.execute(update(accounts).values(status="removed"))
    assert (looking.tick(), looking.busy()) == (0, 0)


def test_the_plugin_is_handed_the_publication_as_it_went_out(looking: LookingWorld) -> None:
    publication = looking.publication(account=looking.account("18.01"), external_id="p9", hours_ago=2)
    looking.plan_sweeps()
    asked: list[Any] = []

    def answer(*given: Any) -> Any:
        asked.append(given)
        return found()

    looking.toy.answers["find_reshares"] = answer
    looking.tick()
    looking.bring(looking.chore("sweep", publication).id)
    looking.tick()
    account, handed, since = asked[0]
    assert isinstance(handed, Publication)
    assert (handed.id, handed.external_id, handed.account, handed.handle) == (publication, "p9", "a18.01", "contoh_a18.01")
    assert handed.text == "Cek namamu\nhttps://kpu.example"
    assert (account.office, account.credentials["token"], since) == ("18.01", "token-of-a18.01", None)
    assert asked[1][2] < looking.chore("sweep", publication).since, "the second look begins some time before the first"


def test_what_is_seen_again_is_counted_once(looking: LookingWorld) -> None:
    with looking.store.write() as conn:
        add_member(conn, "A-0001", toy="contoh_agt_siti")
    publication = looking.publication(hours_ago=1.5)
    looking.plan_sweeps()
    looking.toy.answers["find_reshares"] = lambda *_: found(seen("p1", "contoh_agt_siti"), seen("p1", "contoh_orang_lain"), total=12)
    for _ in range(2):
        looking.tick()
        looking.bring(looking.chore("sweep", publication).id)
    assert len(looking.rows(sightings)) == 2
    [reshare] = looking.rows(reshares)
    assert (reshare.grade, reshare.source, reshare.verifier) == (5, "sweep", "toy")
    first, second = looking.told("sweep.done")
    assert first.data == {"source": "sweep", "seen": 2, "matched": 1, "unmatched": 1, "requests": 0}
    assert (first.publication, first.office, second.data["seen"]) == (publication, "18", 2)


def test_the_platforms_own_count_is_kept_and_unknown_is_not_zero(looking: LookingWorld) -> None:
    publication = looking.publication(hours_ago=1.5)
    looking.plan_sweeps()
    totals: list[Any] = [7, None, 5]
    looking.toy.answers["find_reshares"] = lambda *_: found(total=totals.pop(0))
    kept = []
    for _ in range(3):
        looking.tick()
        kept.append([row.total for row in looking.rows(share_totals)])
        looking.bring(looking.chore("sweep", publication).id)
    assert kept == [[7], [7], [5]]


def test_an_older_count_does_not_replace_a_newer_one(looking: LookingWorld) -> None:
    publication = looking.publication(hours_ago=1.5)
    looking.plan_sweeps()
    looking.toy.answers["find_reshares"] = lambda *_: found(total=7)
    looking.tick()
    with looking.store.write() as conn:
        conn.execute(update(share_totals).values(as_of=db_now(3600)))
    looking.toy.answers["find_reshares"] = lambda *_: found(total=3)
    looking.bring(looking.chore("sweep", publication).id)
    looking.tick()
    assert [row.total for row in looking.rows(share_totals)] == [7]


def test_thousands_of_publications_are_planned_in_one_go(looking: LookingWorld) -> None:
    account = looking.account()
    first = looking.publication(account=account)
    with looking.store.write() as conn:
        looking.copy_publications(conn, first, 3000)
    assert looking.plan_sweeps() == 3001
    assert len({row.subject for row in looking.rows(chores)}) == 3001
