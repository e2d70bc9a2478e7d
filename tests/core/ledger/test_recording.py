"""Sightings: put down once, matched by time, kept without a name where nobody is registered, and given to who declares later."""

import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, update

from gaung.core.ledger import cells
from gaung.core.ledger.raising import withdraw
from gaung.core.ledger.recording import Recorded, Target, match_waiting, record_sightings
from gaung.core.records import Sighting
from gaung.core.registry import consent, declaring
from gaung.core.registry.handles import read_handle
from gaung.core.secrets import Box
from gaung.core.services import offices
from gaung.core.store import events
from gaung.core.store.db import Store
from gaung.core.store.ledger_tables import reshares, sightings
from gaung.core.store.registry_tables import declared_accounts, members
from gaung.core.testkit.ledger import add_post, all_of, publish, sighting, social, targets
from gaung.core.testkit.registry import add_member, seed_areas

TOY = social()
KEY = Fernet.generate_key()
HOUR = timedelta(hours=1)
SITI, BUDI = "contoh_agt_siti", "contoh_agt_budi"


class World:
    """A post with one publication, two members with consent, and shorthand."""

    def __init__(self, store: Store) -> None:
        self.store, self.box = store, Box([KEY])
        with store.write() as conn:
            offices.seed(conn)
            seed_areas(conn)
            self.post = add_post(conn)
            self.ours: Target = publish(conn, self.post)
            self.ids = {number: add_member(conn, number) for number in ("A-0001", "A-0002")}

    def declare(self, handle: str, number: str | None = "A-0001", *, ago: timedelta | None = None, **body: str) -> int:
        """Declare now, or as if it were `ago`; what waits is matched only in the first case."""
        with self.store.write() as conn:
            read = read_handle(TOY, handle, lambda _: None)
            holder = {"member_id": self.ids[number]} if number else {}
            declared = declaring.declare(conn, platform=TOY, handle=read, how="cli", actor="test", **holder, **body)  # type: ignore[arg-type]
            if ago is not None:
                long_ago = update(declared_accounts).where(declared_accounts.c.id == declared)
                conn.execute(long_ago.values(declared_at=datetime.now(UTC) - ago))
            else:
                match_waiting(conn, self.box, {"toy": TOY}, [declared])
        return declared

    def record(self, *seen: Sighting, source: str = "sweep") -> Recorded:
        with self.store.write() as conn:
            return record_sightings(conn, self.box, TOY, targets(self.ours), seen, source=source, verifier="toy")

    def see(self, author: str | None, **values: Any) -> Sighting:
        return sighting(self.ours, author, **values)

    def reshares(self) -> list[tuple[str, str, int]]:
        with self.store.read() as conn:
            query = select(members.c.number, reshares.c.signal, reshares.c.grade).join(members, members.c.id == reshares.c.member_id)
            return sorted((row[0], row[1], row[2]) for row in conn.execute(query.where(reshares.c.withdrawn_at.is_(None))))

    def rows(self, table: Any) -> Sequence[Any]:
        with self.store.read() as conn:
            return all_of(conn, table)


@pytest.fixture
def world(store: Store) -> Any:
    made = World(store)
    yield made
    with store.read() as conn:
        assert cells.differences(conn) == []


def test_a_registered_member_is_found_however_the_handle_is_written(world: World) -> None:
    world.declare(SITI, ago=HOUR)
    done = world.record(world.see("@Contoh_Agt_S.iti"))
    assert done == Recorded(seen=1, new=1, matched=1, unmatched=0, upgraded=0, recorded=1)
    assert world.reshares() == [("A-0001", "mention", 5)]
    (row,) = world.rows(reshares)
    assert (row.source, row.verifier, row.link is not None) == ("sweep", "toy", True)
    (kept,) = world.rows(sightings)
    assert kept.link is None


def test_seen_again_changes_nothing(world: World) -> None:
    world.declare(SITI, ago=HOUR)
    world.record(world.see(SITI), world.see(SITI))
    done = world.record(world.see(SITI), source="webhook")
    assert (done.seen, done.new, done.matched, done.recorded) == (1, 0, 1, 0)
    assert len(world.rows(sightings)) == 1
    assert len(world.rows(reshares)) == 1


def test_other_publications_and_sightings_of_nobody_are_dropped(world: World) -> None:
    done = world.record(world.see(SITI, publication="not-ours"), world.see(None, evidence="x", author_id=None))
    assert done == Recorded()
    assert world.rows(sightings) == []


def test_of_people_who_are_not_registered_only_digests_are_kept(world: World) -> None:
    done = world.record(world.see("orang_lewat", author_id="123456"))
    assert (done.matched, done.unmatched, done.recorded) == (0, 1, 0)
    (row,) = world.rows(sightings)
    assert "orang_lewat" not in str(tuple(row))
    assert "123456" not in str(tuple(row))
    assert world.box.unseal(row.link)["link"].endswith("/orang_lewat/posts/orang_lewat-ours-1-18")


def test_what_waits_is_the_members_when_the_account_is_declared(world: World) -> None:
    world.record(world.see(SITI), world.see(BUDI))
    world.declare("@CONTOH_agt_siti")
    assert world.reshares() == [("A-0001", "mention", 5)]
    (row,) = world.rows(reshares)
    assert (row.link.split("/")[3], row.source) == (SITI, "sweep")
    assert sorted(one.link is None for one in world.rows(sightings)) == [False, True]


def test_what_waits_is_found_under_a_key_that_was_replaced(world: World) -> None:
    world.record(world.see(SITI))
    world.box = Box([Fernet.generate_key(), KEY])
    assert world.record(world.see(SITI)).new == 0
    world.declare(SITI)
    assert world.reshares() == [("A-0001", "mention", 5)]


def test_all_open_accounts_are_asked_when_none_is_named(world: World) -> None:
    world.record(world.see(SITI), world.see(BUDI), world.see("orang_lewat"))
    world.declare(SITI, ago=timedelta())
    world.declare(BUDI, "A-0002", ago=timedelta())
    with world.store.write() as conn:
        assert match_waiting(conn, world.box, {"toy": TOY}) == 2
        assert match_waiting(conn, world.box, {"toy": TOY}) == 0
    assert [one[0] for one in world.reshares()] == ["A-0001", "A-0002"]


def test_it_belongs_to_who_held_the_handle_when_it_happened(world: World) -> None:
    world.declare(SITI, ago=3 * HOUR)
    with world.store.write() as conn:
        declaring.end(conn, member_id=world.ids["A-0001"])
        conn.execute(update(declared_accounts).values(ended_at=datetime.now(UTC) - 2 * HOUR))
    world.declare(SITI, "A-0002", ago=HOUR)
    now = datetime.now(UTC)
    world.record(world.see(SITI, at=now - 2.5 * HOUR), world.see(SITI, evidence="2", signal="shared_post", at=now))
    assert world.reshares() == [("A-0001", "mention", 5), ("A-0002", "shared_post", 5)]


def test_what_happened_after_the_end_is_nobodys(world: World) -> None:
    world.declare(SITI, ago=3 * HOUR)
    with world.store.write() as conn:
        declaring.end(conn, member_id=world.ids["A-0001"])
    assert world.record(world.see(SITI)).unmatched == 1
    assert world.reshares() == []


def test_a_rename_is_followed_by_the_id_that_a_sighting_taught(world: World) -> None:
    world.declare(SITI, ago=HOUR)
    world.record(world.see("nama_baru", author_id="700001"))
    assert world.reshares() == []
    world.record(world.see(SITI, author_id="700001", signal="shared_post"))
    assert world.rows(declared_accounts)[0].external_id == "700001"
    assert world.reshares() == [("A-0001", "mention", 5), ("A-0001", "shared_post", 5)]


def test_an_id_is_learned_within_one_look_too(world: World) -> None:
    world.declare(SITI, ago=HOUR)
    world.record(world.see(None, evidence="2", author_id="700001", signal="shared_post"), world.see(SITI, author_id="700001"))
    assert len(world.reshares()) == 2


def test_a_handle_taken_over_by_a_stranger_does_not_match(world: World) -> None:
    world.declare(SITI, ago=HOUR)
    world.record(world.see(SITI, author_id="700001"))
    done = world.record(world.see(SITI, author_id="900009", evidence="stranger", signal="shared_post"))
    assert done.unmatched == 1
    assert world.reshares() == [("A-0001", "mention", 5)]


def test_nothing_new_is_recorded_of_who_withdrew_and_what_was_stays(world: World) -> None:
    world.declare(SITI, ago=HOUR)
    world.record(world.see(SITI))
    with world.store.write() as conn:
        consent.withdraw(conn, member_id=world.ids["A-0001"], actor="test")
        declaring.end(conn, member_id=world.ids["A-0001"], why="withdrawn")
    done = world.record(world.see(SITI), world.see(SITI, signal="shared_post", evidence="2", at=datetime.now(UTC) - HOUR / 2))
    assert (done.new, done.recorded) == (1, 0)
    assert world.reshares() == [("A-0001", "mention", 5)]


def test_what_a_withdrawn_member_did_is_not_given_to_the_next_holder(world: World) -> None:
    world.declare(SITI, ago=3 * HOUR)
    with world.store.write() as conn:
        consent.withdraw(conn, member_id=world.ids["A-0001"], actor="test")
        declaring.end(conn, member_id=world.ids["A-0001"], why="withdrawn")
    world.record(world.see(SITI, at=datetime.now(UTC) - HOUR))
    world.declare(SITI, "A-0002")
    assert world.reshares() == []


def test_nothing_is_recorded_of_who_was_erased(world: World) -> None:
    world.declare(SITI, ago=HOUR)
    with world.store.write() as conn:
        conn.execute(update(members).where(members.c.number == "A-0001").values(erased_at=datetime.now(UTC)))
    assert world.record(world.see(SITI)).recorded == 0


def test_a_bodys_account_is_known_and_makes_no_reshare(world: World) -> None:
    world.record(world.see("pps_desa_contoh"))
    declared = world.declare("pps_desa_contoh", None, body="PPS", area="18.01.01.2001")
    done = world.record(world.see("pps_desa_contoh", evidence="2", signal="shared_post"))
    assert (done.matched, done.recorded) == (1, 0)
    assert [row.declared_id for row in world.rows(sightings)] == [declared, declared]
    assert world.reshares() == []


def test_withdrawn_evidence_seen_again_stays_withdrawn_and_a_later_deed_counts(world: World) -> None:
    world.declare(SITI, ago=HOUR)
    world.record(world.see(SITI))
    with world.store.write() as conn:
        withdraw(conn, [world.rows(reshares)[0].id], why="salah orang")
    world.record(world.see(SITI), world.see(SITI, evidence="undated"))
    assert world.reshares() == []
    world.record(world.see(SITI, evidence="later", at=datetime.now(UTC) + HOUR))
    assert world.reshares() == [("A-0001", "mention", 5)]


def test_two_workers_at_once_record_once(world: World) -> None:
    world.declare(SITI, ago=HOUR)
    seen = [world.see(SITI), world.see(BUDI), *[world.see(f"orang_{number}") for number in range(30)]]
    start, errors, done = threading.Barrier(3), list[Exception](), list[Recorded]()

    def work(turn: int) -> None:
        start.wait()
        try:
            done.append(world.record(*(seen if turn else reversed(seen))))
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=work, args=(turn,)) for turn in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sum(one.new for one in done) == len(seen)
    assert sum(one.recorded for one in done) == 1
    assert [(one.matched, one.unmatched) for one in done] == [(1, 31)] * 3


@pytest.mark.parametrize("declared_first", [True, False])
def test_what_is_seen_while_the_account_is_being_declared_is_matched(world: World, declared_first: bool) -> None:
    under_way, errors = threading.Event(), list[Exception]()

    def slow() -> None:
        try:
            with world.store.write() as conn:
                if declared_first:
                    read = read_handle(TOY, SITI, lambda _: None)
                    number = declaring.declare(conn, platform=TOY, handle=read, how="cli", actor="test", member_id=world.ids["A-0001"])
                    match_waiting(conn, world.box, {"toy": TOY}, [number])
                else:
                    record_sightings(conn, world.box, TOY, targets(world.ours), [world.see(SITI)], source="webhook", verifier="toy")
                under_way.set()
                time.sleep(0.5)
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)

    thread = threading.Thread(target=slow)
    thread.start()
    assert under_way.wait(10)
    if declared_first:
        world.record(world.see(SITI), source="webhook")
    else:
        world.declare(SITI)
    thread.join()
    assert errors == []
    assert world.reshares() == [("A-0001", "mention", 5)]


def test_no_event_holds_a_handle_or_a_link(world: World) -> None:
    world.declare(SITI, ago=HOUR)
    world.record(world.see(SITI, author_id="700001"))
    with world.store.read() as conn:
        said = str([event for _, event in events.read_from(conn, (-1, 0))])
    assert "reshare.recorded" in said
    assert "contoh_agt" not in said
    assert "700001" not in said
