"""Registered accounts are looked at by the office that appointed the member, in batches, and nobody else is."""

import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from gaung.core.errors import Transient, Unsupported
from gaung.core.registry import declaring
from gaung.core.store.ledger_tables import reshares
from gaung.core.store.registry_tables import declared_accounts
from gaung.core.store.tables import accounts
from gaung.core.store.types import day_of, db_now
from gaung.core.testkit.looking import LookingWorld, found, seen
from gaung.core.testkit.registry import add_member, handle, platform


class Asked:
    """What `scan_profiles` was asked, by office: handles in order."""

    def __init__(self, world: LookingWorld) -> None:
        self.calls: list[tuple[str, list[str], int, Any]] = []
        world.toy.answers["scan_profiles"] = self

    def __call__(self, account: Any, profiles: Any, publications: Any, since: Any) -> Any:
        self.calls.append((account.office, [one.handle for one in profiles], len(publications), since))
        return found()

    def of(self, office: str) -> list[str]:
        """Handles that this office's account looked at."""
        return [handle for whose, handles, *_ in self.calls if whose == office for handle in handles]


def members(world: LookingWorld, number: int, *, office: str = "18.01", first: int = 1, **values: Any) -> list[str]:
    """Members of an office with an account each; answers their handles."""
    handles = [f"contoh_agt_{first + place}" for place in range(number)]
    with world.store.write() as conn:
        for place, one in enumerate(handles):
            area = "18.01.01.2001" if office == "18.01" else "18.02.01.2001"
            add_member(conn, f"A-{first + place:04}", office=office, area=area, **{"toy": one, **values})
    return handles


def round_of(world: LookingWorld) -> int:
    """Work until nothing is due; answers how many runs that took."""
    runs, until = 0, time.monotonic() + 20
    while (done := world.tick()) and time.monotonic() < until:
        runs += done
    return runs


def scan_of(world: LookingWorld, account: int) -> Any:
    """The scan's row."""
    return world.chore("scan", account)


def test_a_round_goes_through_all_members_of_the_office_in_batches(make_looking: Any) -> None:
    world: LookingWorld = make_looking(batch=4)
    account, asked = world.account("18.01"), Asked(world)
    handles = members(world, 10)
    world.publication(account=account, hours_ago=2)
    world.publication(account=world.account("18"), external_id="p2", hours_ago=5)
    world.plan()
    round_of(world)
    mine = [call for call in asked.calls if call[0] == "18.01"]
    assert [len(call[1]) for call in mine] == [4, 4, 2]
    assert asked.of("18.01") == handles
    assert {call[2] for call in mine} == {2}, "the publications of all our accounts there"
    [done] = [event for event in world.told("sweep.done") if event.account == account]
    assert done.data == {"source": "scan", "accounts": 10, "seen": 0, "matched": 0, "unmatched": 0, "requests": 0}


def test_offices_without_an_account_are_left_to_the_province_and_no_member_is_looked_at_twice(looking: LookingWorld) -> None:
    province, regency, asked = looking.account("18"), looking.account("18.01"), Asked(looking)
    looking.account("18.01", "a-second-account")
    first = members(looking, 3)
    second = members(looking, 2, office="18.02", first=11)
    looking.publication(account=province, hours_ago=2)
    looking.plan()
    round_of(looking)
    assert (asked.of("18.01"), asked.of("18")) == (first, second)
    with looking.store.write() as conn:
        conn.execute(update(accounts).where(accounts.c.id == regency).values(status="needs_reauth"))
    for account in (province, regency):
        looking.bring(scan_of(looking, account).id)
    asked.calls.clear()
    round_of(looking)
    assert asked.of("18") == second, "the regency has another account, which takes over"


def test_accounts_of_bodies_are_looked_at_by_the_office_of_their_area(looking: LookingWorld) -> None:
    account, asked = looking.account("18.01"), Asked(looking)
    looking.account("18")
    with looking.store.write() as conn:
        for area, text in (("18.01.01", "contoh_ppk_a"), ("18.02.01", "contoh_ppk_b")):
            declaring.declare(conn, platform=platform(), handle=handle(text), body="PPK", area=area, how="cli", actor="test")
    looking.publication(account=account, hours_ago=2)
    looking.plan()
    round_of(looking)
    assert (asked.of("18.01"), asked.of("18")) == (["contoh_ppk_a"], ["contoh_ppk_b"])


@pytest.mark.parametrize("ended", ["account", "term"])
def test_who_gave_up_the_account_or_is_long_out_of_term_is_not_looked_at(looking: LookingWorld, ended: str) -> None:
    account, asked = looking.account("18.01"), Asked(looking)
    members(looking, 1, end=day_of(None) - timedelta(days=30) if ended == "term" else None)
    if ended == "account":
        with looking.store.write() as conn:
            conn.execute(update(declared_accounts).values(ended_at=db_now(), ended_why="withdrawn"))
    looking.publication(account=account, hours_ago=2)
    looking.plan()
    round_of(looking)
    assert asked.calls == []


def test_without_publications_nobody_is_looked_at_and_it_looks_again_within_the_first_step(looking: LookingWorld) -> None:
    account, asked = looking.account("18.01"), Asked(looking)
    members(looking, 2)
    looking.plan()
    round_of(looking)
    row = scan_of(looking, account)
    assert asked.calls == []
    assert timedelta(minutes=50) < row.due_at - row.updated_at < timedelta(minutes=70)


def test_the_next_round_begins_when_a_publication_reaches_the_next_step(looking: LookingWorld) -> None:
    account = looking.account("18.01")
    Asked(looking)
    members(looking, 2)
    looking.publication(account=account, hours_ago=2)
    looking.publication(account=account, external_id="p2", hours_ago=0.5)
    looking.plan()
    round_of(looking)
    row = scan_of(looking, account)
    assert (row.due_at - row.updated_at) / timedelta(hours=1) == pytest.approx(0.5, abs=0.02), "the newer one is an hour old then"


def test_only_who_was_registered_since_the_last_round_is_looked_at_for_everything(looking: LookingWorld) -> None:
    account, asked = looking.account("18.01"), Asked(looking)
    old = members(looking, 2)
    looking.publication(account=account, hours_ago=2)
    looking.plan()
    round_of(looking)
    looking.change(scan_of(looking, account).id, since=db_now(7200), due_at=db_now())
    with looking.store.write() as conn:
        conn.execute(update(declared_accounts).values(declared_at=db_now(-7200)))
        add_member(conn, "A-0099", toy="contoh_agt_baru")
        conn.execute(update(declared_accounts).where(declared_accounts.c.handle == "contoh_agt_baru").values(declared_at=db_now(7200)))
    asked.calls.clear()
    round_of(looking)
    assert [(handles, since is None) for _, handles, _, since in asked.calls] == [(old, False), (["contoh_agt_baru"], True)]


def test_a_round_goes_on_where_it_stopped(make_looking: Any) -> None:
    world: LookingWorld = make_looking(batch=2, lease=0.05)
    account = world.account("18.01")
    handles = members(world, 6)
    world.publication(account=account, hours_ago=2)
    world.plan()
    looked: list[str] = []

    def breaking(_account: Any, profiles: Any, publications: Any, _since: Any) -> Any:
        looked.extend(one.handle for one in profiles)
        if len(looked) == 4:
            raise Transient("busy", code="503")
        return found(*(seen(publications[0], one.handle) for one in profiles))

    world.toy.answers["scan_profiles"] = breaking
    until = time.monotonic() + 10
    while len(world.rows(reshares)) < 6 and time.monotonic() < until:
        world.tick()
    assert looked == [*handles[:4], *handles[2:]], "only the batch that failed was asked again"
    assert len(world.rows(reshares)) == 6


def test_an_office_without_access_is_asked_once_and_rests(looking: LookingWorld) -> None:
    account = looking.account("18.01")
    members(looking, 2)
    looking.publication(account=account, hours_ago=2)
    looking.plan()

    def no_access(*_: Any) -> Any:
        raise Unsupported("no research access", code="scope_not_authorized")

    looking.toy.answers["scan_profiles"] = no_access
    looking.tick()
    row = scan_of(looking, account)
    assert (row.due_at, row.error_kind, row.error_code) == (None, "Unsupported", "scope_not_authorized")
    looking.plan()
    assert (looking.tick(), looking.toy.calls.count("scan_profiles")) == (0, 1)


def test_a_batch_that_a_plugin_cannot_stand_is_passed_over_and_the_rest_is_looked_at(make_looking: Any) -> None:
    world: LookingWorld = make_looking(batch=1)
    account = world.account("18.01")
    handles = members(world, 3)
    world.publication(account=account, hours_ago=2)
    world.plan()
    looked: list[str] = []

    def breaking(_account: Any, profiles: Any, *_: Any) -> Any:
        looked.extend(one.handle for one in profiles)
        if profiles[0].handle == handles[1]:
            raise ValueError(profiles[0].handle)
        return found()

    world.toy.answers["scan_profiles"] = breaking
    until = time.monotonic() + 15
    while handles[2] not in looked and time.monotonic() < until:
        world.tick()
    assert looked.count(handles[1]) == 8
    assert looked[-1] == handles[2]
    assert all(one not in str(event.data) for event in world.told("sweep.failed") for one in handles)


def test_a_platforms_words_are_kept_without_the_members_they_name(looking: LookingWorld) -> None:
    account = looking.account("18.01")
    [name] = members(looking, 1)
    looking.publication(account=account, hours_ago=2)
    looking.plan()

    def named(*_: Any) -> Any:
        raise Unsupported(f"user {name.upper()} is private", code=f"private/{name}")

    looking.toy.answers["scan_profiles"] = named
    looking.tick()
    row = scan_of(looking, account)
    assert (row.error_code, row.error_message) == ("private/***", "user *** is private")
