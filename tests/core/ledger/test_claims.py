"""Claims: a reshare of the grade `claimed` at once, a chore where a call may prove it, and `matched` only for the member's own account."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select, update

from gaung.core.ledger import cells, claims
from gaung.core.ledger.claims import Handed, Taken
from gaung.core.ledger.raising import withdraw
from gaung.core.registry import consent, declaring
from gaung.core.registry.handles import read_handle
from gaung.core.services import offices
from gaung.core.store import events
from gaung.core.store.db import Store
from gaung.core.store.ledger_tables import chores, reshares
from gaung.core.store.ledger_tables import claims as table
from gaung.core.store.registry_tables import declared_accounts
from gaung.core.testkit.ledger import add_post, all_of, publish, sighting, social
from gaung.core.testkit.registry import add_member, seed_areas

TOY = social()
SITI = "contoh_agt_siti"
URL = f"https://toy.example/{SITI}/posts/77"


class World:
    """A post of the province and its regency, one member with an account."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.write() as conn:
            offices.seed(conn)
            seed_areas(conn)
            self.post = add_post(conn)
            self.ours = publish(conn, self.post)
            self.theirs = publish(conn, self.post, office="18.01")
            self.member = add_member(conn, "A-0001")
            read = read_handle(TOY, SITI, lambda _: None)
            self.account = declaring.declare(conn, platform=TOY, handle=read, member_id=self.member, how="cli", actor="test")

    def handed(self, url: str | None = URL, **values: Any) -> Handed:
        given = {"post_id": self.post, "member_id": self.member, "platform": "toy", "source": "claim", "account_id": self.ours.account_id}
        return Handed(**{**given, "digests": (str(hash(url)),), "url": url, **values})

    def hand_in(self, *rows: Handed) -> list[Taken]:
        with self.store.write() as conn:
            return claims.hand_in(conn, rows or [self.handed()])

    def prove(self, claim: int, author: str | None = SITI, **values: Any) -> bool:
        with self.store.write() as conn:
            return claims.proved(conn, claim, TOY, sighting(self.ours, author, **values), verifier="toy")

    def rows(self, table: Any) -> Sequence[Any]:
        with self.store.read() as conn:
            return all_of(conn, table)

    @property
    def claim(self) -> Any:
        return self.rows(table)[0]

    @property
    def grade(self) -> int:
        (row,) = self.rows(reshares)
        return int(row.grade)

    def told(self) -> list[str]:
        with self.store.read() as conn:
            return [event.event for _, event in events.read_from(conn, (-1, 0)) if event.member]


@pytest.fixture
def world(store: Store) -> Any:
    made = World(store)
    yield made
    with store.read() as conn:
        assert cells.differences(conn) == []


def test_it_counts_as_claimed_at_once_and_a_chore_will_look(world: World) -> None:
    (taken,) = world.hand_in()
    assert (taken.state, taken.new) == ("waiting", True)
    (reshare,) = world.rows(reshares)
    assert (reshare.signal, reshare.grade, reshare.link, reshare.source) == ("link", 1, URL, "claim")
    assert world.claim.reshare_id == reshare.id == taken.reshare_id
    (chore,) = world.rows(chores)
    assert (chore.kind, chore.subject, chore.account_id, chore.due_at is None) == ("verify", taken.id, world.ours.account_id, False)
    assert world.told() == ["reshare.recorded", "claim.received"]


def test_the_same_again_is_the_same_claim(world: World) -> None:
    world.hand_in()
    (again,) = world.hand_in(world.handed(digests=("new-key", world.handed().digests[0])))
    assert not again.new
    twice = world.hand_in(world.handed("https://toy.example/p/1"), world.handed("https://toy.example/p/1"))
    assert [one.new for one in twice] == [True, False]
    assert twice[0].id == twice[1].id
    assert (len(world.rows(table)), len(world.rows(reshares)), len(world.rows(chores))) == (2, 1, 2)


def test_a_capture_and_a_link_are_two_signals_and_a_capture_is_not_looked_up(world: World) -> None:
    world.hand_in(world.handed(), world.handed(None, capture="ab" * 32))
    assert sorted(row.signal for row in world.rows(reshares)) == ["capture", "link"]
    assert len(world.rows(chores)) == 1


def test_a_doubt_is_kept_and_no_call_is_made(world: World) -> None:
    (taken,) = world.hand_in(world.handed(doubt=claims.NOT_THEIRS))
    assert (taken.state, taken.why) == ("unproved", claims.NOT_THEIRS)
    assert world.rows(chores) == []
    assert world.told() == ["reshare.recorded", "claim.received", "claim.unproved"]


@pytest.mark.parametrize("named", [{"author": f"@{SITI.upper()}"}, {"author": SITI, "author_id": "700001"}])
def test_matched_by_the_members_own_handle(world: World, named: dict[str, str]) -> None:
    (taken,) = world.hand_in()
    assert world.prove(taken.id, **named)
    assert (world.claim.state, world.grade) == ("matched", 3)
    (reshare,) = world.rows(reshares)
    assert (reshare.verifier, reshare.source) == ("toy", "claim")
    assert world.rows(declared_accounts)[0].external_id == named.get("author_id")


def test_matched_by_id_after_a_rename(world: World) -> None:
    (taken,) = world.hand_in()
    with world.store.write() as conn:
        conn.execute(update(declared_accounts).values(external_id="700001"))
    assert world.prove(taken.id, "nama_baru", author_id="700001")


@pytest.mark.parametrize(
    "named", [{"author": "contoh_agt_lain"}, {"author": SITI, "author_id": "900009"}, {"author": None, "author_id": "7"}]
)
def test_somebody_elses_post_stays_claimed(world: World, named: dict[str, Any]) -> None:
    with world.store.write() as conn:
        conn.execute(update(declared_accounts).values(external_id="700001"))
    (taken,) = world.hand_in()
    assert not world.prove(taken.id, **named)
    assert (world.claim.state, world.claim.why, world.grade) == ("unproved", claims.NOT_THEIRS, 1)


def test_another_posts_publication_proves_nothing(world: World) -> None:
    (taken,) = world.hand_in()
    assert not world.prove(taken.id, publication="something-else")
    assert (world.claim.state, world.claim.why) == ("unproved", claims.NOT_OURS)


def test_any_publication_of_the_post_will_do(world: World) -> None:
    (taken,) = world.hand_in()
    assert world.prove(taken.id, publication=world.theirs.external_id)


def test_no_proof_leaves_it_claimed_and_is_told_once(world: World) -> None:
    (taken,) = world.hand_in()
    with world.store.write() as conn:
        assert claims.unproved(conn, taken.id, "not found")
        assert not claims.unproved(conn, taken.id, "not found")
    assert (world.claim.state, world.claim.why, world.grade) == ("unproved", "not found", 1)
    assert world.told().count("claim.unproved") == 1


@pytest.mark.parametrize("state", ["refused", "accepted", "withdrawn"])
def test_a_persons_decision_that_came_first_stands(world: World, state: str) -> None:
    (taken,) = world.hand_in()
    with world.store.write() as conn:
        conn.execute(update(table).values(state=state))
    assert not world.prove(taken.id)
    assert (world.claim.state, world.grade) == (state, 1)


def test_nothing_is_proved_of_who_took_the_consent_back(world: World) -> None:
    (taken,) = world.hand_in()
    with world.store.write() as conn:
        consent.withdraw(conn, member_id=world.member, actor="test")
    assert not world.prove(taken.id)
    assert world.grade == 1


def test_an_account_that_ended_proves_nothing(world: World) -> None:
    (taken,) = world.hand_in()
    with world.store.write() as conn:
        declaring.end(conn, member_id=world.member)
    assert not world.prove(taken.id)
    assert world.claim.state == "unproved"


def test_a_new_link_after_a_withdrawal_counts_again_and_the_old_one_does_not(world: World) -> None:
    (taken,) = world.hand_in()
    with world.store.write() as conn:
        withdraw(conn, [taken.reshare_id or 0], why="salah")
    world.hand_in()
    assert world.rows(reshares)[0].withdrawn_at is not None
    world.hand_in(world.handed("https://toy.example/p/2"))
    assert world.rows(reshares)[0].withdrawn_at is None


def test_nothing_of_a_link_is_in_an_event_or_a_repr(world: World) -> None:
    (taken,) = world.hand_in()
    world.prove(taken.id)
    with world.store.read() as conn:
        said = str([event for _, event in events.read_from(conn, (-1, 0))])
        assert conn.execute(select(table.c.url)).scalar_one() == URL
    assert SITI not in said
    assert SITI not in repr(world.handed())
