"""Links that members handed in are looked up by workers: what a call proves counts as `matched`, the rest waits for a person."""

from typing import Any

import pytest
from sqlalchemy import select, update

from gaung.core.errors import AuthRevoked, Transient, Unsupported
from gaung.core.ledger import claims
from gaung.core.ledger.claims import Handed
from gaung.core.records import Publication, Sighting
from gaung.core.registry import consent
from gaung.core.store.ledger_tables import claims as table
from gaung.core.store.ledger_tables import reshares
from gaung.core.store.tables import deliveries, publications
from gaung.core.testkit.looking import LookingWorld, raising
from gaung.core.testkit.registry import add_member

SITI = "contoh_agt_siti"
URL = f"https://toy.example/{SITI}/posts/77"
CLAIMED, MATCHED = 1, 3


class Claimed:
    """One member of office 18.01, and a post that went out on as many accounts as a test says."""

    def __init__(self, looking: LookingWorld) -> None:
        self.looking, self.toy = looking, looking.toy
        self.asked: list[str] = []
        with looking.store.write() as conn:
            self.member = add_member(conn, "A-0001", toy=SITI)
        first = looking.publication(hours_ago=2)
        with looking.store.read() as conn:
            query = select(deliveries.c.post_id).join(publications, publications.c.delivery_id == deliveries.c.id)
            self.post = int(conn.execute(query.where(publications.c.id == first)).scalar_one())

    def also(self, external_id: str, account: int) -> None:
        self.looking.publication(account=account, external_id=external_id, hours_ago=2, post=self.post)

    def hand_in(self) -> int:
        row = Handed(
            post_id=self.post, member_id=self.member, platform="toy", digests=("d",), source="claim", url=URL,
            account_id=self.looking.account(),
        )  # fmt: skip
        with self.looking.store.write() as conn:
            return claims.hand_in(conn, [row])[0].id

    def refers_to(self, external_id: str, author: str = SITI) -> None:
        def answer(_account: Any, publication: Publication, url: str) -> Sighting | None:
            assert url == URL
            self.asked.append(str(publication.external_id))
            if publication.external_id != external_id:
                return None
            return Sighting(signal="mention", publication=external_id, evidence="77", author=author)

        self.toy.answers["verify_reshare"] = answer

    def fails(self, *errors: Exception, then: Any = None) -> None:
        self.toy.answers["verify_reshare"] = raising(*errors, then=then)

    @property
    def grade(self) -> int:
        return int(self.looking.rows(reshares)[0].grade)

    @property
    def claim(self) -> Any:
        return self.looking.rows(table)[0]


@pytest.fixture
def claimed(looking: LookingWorld) -> Claimed:
    return Claimed(looking)


def test_what_a_call_proves_is_matched_and_not_asked_again(claimed: Claimed) -> None:
    number = claimed.hand_in()
    claimed.refers_to("p1")
    assert (claimed.grade, claimed.looking.tick()) == (CLAIMED, 1)
    assert (claimed.claim.state, claimed.grade) == ("matched", MATCHED)
    assert (claimed.looking.chore("verify", number).due_at, claimed.looking.tick()) == (None, 0)


def test_the_members_own_office_is_asked_for_first_then_the_one_above_then_others(claimed: Claimed) -> None:
    claimed.also("other", claimed.looking.account("18.02"))
    claimed.also("own", claimed.looking.account("18.01"))
    claimed.hand_in()
    claimed.refers_to("other")
    claimed.looking.tick()
    assert (claimed.asked, claimed.grade) == (["own", "p1", "other"], MATCHED)


def test_many_publications_are_asked_for_eight_at_a_time_and_each_once(claimed: Claimed) -> None:
    for number in range(17):
        claimed.also(f"q{number}", claimed.looking.account("18.02", f"b{number}"))
    number = claimed.hand_in()
    claimed.refers_to("none")
    lengths = []
    while claimed.looking.tick():
        lengths.append(len(claimed.asked))
    assert lengths == [8, 16, 18]
    assert len(set(claimed.asked)) == 18
    assert (claimed.claim.state, claimed.claim.why, claimed.grade) == ("unproved", claims.NOT_OURS, CLAIMED)
    assert claimed.looking.chore("verify", number).state == {}


def test_a_link_of_somebody_else_proves_nothing_of_the_member(claimed: Claimed) -> None:
    claimed.hand_in()
    claimed.refers_to("p1", author="contoh_agt_budi")
    claimed.looking.tick()
    assert (claimed.claim.state, claimed.claim.why, claimed.grade) == ("unproved", claims.NOT_THEIRS, CLAIMED)


def test_what_a_platform_cannot_tell_waits_for_a_person_with_its_reason_and_without_the_link(claimed: Claimed) -> None:
    number = claimed.hand_in()
    claimed.fails(Unsupported(f"{URL} names no author", code="no_author"))
    claimed.looking.tick()
    assert (claimed.claim.state, claimed.claim.why) == ("unproved", "Toy: *** names no author")
    assert claimed.looking.chore("verify", number).due_at is None
    assert SITI not in str([event.data for event in claimed.looking.told("claim.unproved")])


def test_a_busy_platform_is_asked_again_and_the_claim_waits_meanwhile(claimed: Claimed) -> None:
    number = claimed.hand_in()
    claimed.fails(Transient("busy", code="503"), then=Sighting(signal="mention", publication="p1", evidence="77", author=SITI))
    claimed.looking.tick()
    assert (claimed.claim.state, claimed.looking.chore("verify", number).tries) == ("waiting", 1)
    claimed.looking.bring(claimed.looking.chore("verify", number).id)
    claimed.looking.tick()
    assert (claimed.claim.state, claimed.grade) == ("matched", MATCHED)


def test_a_bad_token_proves_nothing_against_the_claim(claimed: Claimed) -> None:
    claimed.hand_in()
    claimed.fails(AuthRevoked("gone", code="190"))
    claimed.looking.tick()
    assert (claimed.claim.state, claimed.looking.tick(), claimed.looking.busy()) == ("waiting", 0, 0)


@pytest.mark.parametrize("settled", ["reviewed", "withdrawn"])
def test_a_claim_settled_meanwhile_or_of_one_who_took_consent_back_is_not_looked_up(claimed: Claimed, settled: str) -> None:
    number = claimed.hand_in()
    claimed.refers_to("p1")
    with claimed.looking.store.write() as conn:
        if settled == "reviewed":
            conn.execute(update(table).values(state=claims.ACCEPTED))
        else:
            consent.withdraw(conn, member_id=claimed.member, actor="test")
    claimed.looking.tick()
    assert (claimed.asked, claimed.looking.chore("verify", number).due_at) == ([], None)


def test_a_claim_decided_while_the_call_was_under_way_keeps_the_decision(claimed: Claimed) -> None:
    claimed.hand_in()

    def meanwhile(*_: Any) -> Sighting:
        with claimed.looking.store.write() as conn:
            conn.execute(update(table).values(state=claims.REFUSED))
        return Sighting(signal="mention", publication="p1", evidence="77", author=SITI)

    claimed.toy.answers["verify_reshare"] = meanwhile
    claimed.looking.tick()
    assert (claimed.claim.state, claimed.grade) == ("refused", CLAIMED)
