"""Random histories of sightings, accounts, renames, consents, claims and reviews: the ledger equals a slow model in plain Python.

Times are hours from `BASE`, far in the past; `NOW` is the database's own clock, `LATER` is after every withdrawal.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from gaung.core.ledger import cells, claims, raising, reviews
from gaung.core.ledger.claims import Handed
from gaung.core.ledger.recording import match_waiting, record_sightings
from gaung.core.registry import consent, declaring, erasing
from gaung.core.registry.declaring import Taken
from gaung.core.registry.handles import read_handle
from gaung.core.secrets import Box
from gaung.core.services import offices
from gaung.core.store import events, ledger_tables, registry_tables
from gaung.core.store.db import Store
from gaung.core.store.ledger_tables import GRADES, reshare_changes, reshares
from gaung.core.store.tables import events as event_table
from gaung.core.testkit.ledger import add_post, publish, sighting, social, targets
from gaung.core.testkit.ledger_model import LATER, LIVE, NOW, PENDING, Claim, Model, Owned, Seen
from gaung.core.testkit.registry import add_member, seed_areas

TOY = social()
BOX = Box([Fernet.generate_key()])
BASE = datetime.now(UTC) - timedelta(hours=5000)
HANDLES = ["contoh_agt_a", "contoh_agt_b", "contoh_agt_c"]

small = st.sampled_from([0, 0, 0, 1, 1, 2])
BEGIN = [("declare", 0, 0), ("declare", 1, 1), ("see", 0, "mention", None, 0), ("claim", 0, 0), ("claim", 0, 1)]
STEP = st.one_of(
    st.tuples(st.just("declare"), small, small),
    st.tuples(st.just("end"), small),
    st.tuples(st.just("agree"), small),
    st.tuples(st.just("take_back"), small),
    st.tuples(st.just("see"), small, st.sampled_from(["mention", "shared_post"]), st.none() | small, st.sampled_from([None, -3, 0, LATER])),
    st.tuples(st.just("see"), small, st.just("mention"), small, st.sampled_from([None, -3, 0, LATER])),
    st.tuples(st.just("claim"), small, small),
    st.tuples(st.just("prove"), small, small),
    st.tuples(st.just("unprove"), small),
    st.tuples(st.just("accept"), small),
    st.tuples(st.just("refuse"), small),
    st.tuples(st.just("undo"), small),
    st.tuples(st.just("withdraw"), small),
)


class Ledger:
    """The same steps on the database."""

    def __init__(self, store: Store) -> None:
        self.store, self.model, self.tick = store, Model(), 0
        with store.write() as conn:
            for table in ("chores", "claims", "sightings", "reshare_changes", "reshares", "coverage"):
                conn.execute(delete(getattr(ledger_tables, table)))
            for table in ("declared_accounts", "consents", "member_follows", "assignments", "members"):
                conn.execute(delete(getattr(registry_tables, table)))
            conn.execute(delete(event_table))
            self.members = [add_member(conn, f"A-000{number}") for number in range(3)]
            self.post = add_post(conn)
            self.ours = publish(conn, self.post, external_id=f"ours-{self.post}")
        self.numbers: list[int] = []

    def take(self, step: Any) -> None:
        self.tick += 1
        with self.store.write() as conn:
            getattr(self, step[0])(conn, *step[1:])

    def declare(self, conn: Any, who: int, which: int) -> None:
        model, handle = self.model, HANDLES[which]
        if who not in model.agreed:
            return
        holder = next((one for one in model.accounts if one.until is None and one.handle == handle), None)
        read = read_handle(TOY, handle, lambda _: None)
        if holder is not None and holder.member != who:
            with pytest.raises(Taken):
                declaring.declare(conn, platform=TOY, handle=read, member_id=self.members[who], how="cli", actor="t")
            return
        number = declaring.declare(conn, platform=TOY, handle=read, member_id=self.members[who], how="cli", actor="t")
        if holder is None:
            self.end(conn, who, only_times=True)
            table = registry_tables.declared_accounts
            conn.execute(update(table).where(table.c.id == number).values(declared_at=self.moment(self.tick)))
            holder = Owned(who, handle, self.tick)
            model.accounts.append(holder)
        match_waiting(conn, BOX, {"toy": TOY}, [number])
        model.match(holder)

    def end(self, conn: Any, who: int, *, only_times: bool = False) -> None:
        table = registry_tables.declared_accounts
        if not only_times:
            declaring.end(conn, member_id=self.members[who])
        just = (table.c.member_id == self.members[who], table.c.ended_at > self.moment(NOW))
        conn.execute(update(table).where(*just).values(ended_at=self.moment(self.tick)))
        for one in self.model.accounts:
            if one.member == who and one.until is None:
                one.until = self.tick

    def agree(self, conn: Any, who: int) -> None:
        consent.give(conn, member_id=self.members[who], version=consent.LATEST, how="cli", actor="t")
        self.model.agreed.add(who)

    def take_back(self, conn: Any, who: int) -> None:
        consent.withdraw(conn, member_id=self.members[who], actor="t")
        erasing.stop(conn, [self.members[who]], why="withdrawn", forget=lambda _names: None)
        self.end(conn, who, only_times=True)
        self.model.agreed.discard(who)
        for one in self.model.claims:
            if one.member == who and one.state in PENDING:
                one.state, one.by_consent = "withdrawn", True

    def see(self, conn: Any, which: int, signal: str, author_id: int | None, ago: int | None) -> None:
        at = None if ago is None else LATER if ago == LATER else max(0, self.tick + ago)
        happened = None if at is None else self.moment(at)
        evidence = f"{signal}-{which}-{author_id}-{at}"
        named = None if author_id is None else f"70000{author_id}"
        one = sighting(self.ours, HANDLES[which], evidence=evidence, signal=signal, author_id=named, at=happened)
        record_sightings(conn, BOX, TOY, targets(self.ours), [one], source="sweep", verifier="toy")
        self.model.see(evidence, Seen(HANDLES[which], author_id, NOW if at is None else at, at is not None, signal))

    def claim(self, conn: Any, who: int, link: int) -> None:
        if who not in self.model.agreed:
            return
        url = f"https://toy.example/x/posts/{who}-{link}"
        (taken,) = claims.hand_in(
            conn, [Handed(post_id=self.post, member_id=self.members[who], platform="toy", digests=(url,), url=url, source="claim")]
        )
        if taken.new:
            self.numbers.append(taken.id)
            self.model.claims.append(Claim(who))
            self.model.raise_(who, "link", 1, later=True)

    def one(self, place: int) -> tuple[int, Claim] | None:
        at = len(self.numbers) - 1 - place
        return (self.numbers[at], self.model.claims[at]) if at >= 0 else None

    def prove(self, conn: Any, place: int, which: int) -> None:
        if (found := self.one(place)) is None:
            return
        number, claim = found
        mine = next((one for one in self.model.accounts if one.member == claim.member and one.until is None), None)
        wanted = claim.state == "waiting" and claim.member in self.model.agreed
        right = wanted and mine is not None and mine.handle == HANDLES[which]
        assert claims.proved(conn, number, TOY, sighting(self.ours, HANDLES[which]), verifier="toy") == right
        if wanted:
            claim.state = "matched" if right else "unproved"
        if right:
            self.model.raise_(claim.member, "link", 3, later=False)

    def unprove(self, conn: Any, place: int) -> None:
        if (found := self.one(place)) is None:
            return
        claims.unproved(conn, found[0], "not found")
        if found[1].state == "waiting":
            found[1].state = "unproved"

    def accept(self, conn: Any, place: int) -> None:
        if (found := self.one(place)) is None or found[1].state not in PENDING:
            return
        number, claim = found
        reviews.accept(conn, self.row(conn, number), f"A-000{claim.member}")
        claim.before, claim.state = claim.state, "accepted"
        self.model.raise_(claim.member, "link", 4, later=False)

    def refuse(self, conn: Any, place: int) -> None:
        if (found := self.one(place)) is None or found[1].state not in PENDING:
            return
        number, claim = found
        reviews.refuse(conn, self.row(conn, number), f"A-000{claim.member}", "no")
        claim.before, claim.state = claim.state, "refused"
        if not self.model.others(claim):
            self.model.grades[(claim.member, "link")][1] = False

    def undo(self, conn: Any, place: int) -> None:
        if (found := self.one(place)) is None or found[1].before is None:
            return
        number, claim = found
        reviews.undo(conn, self.row(conn, number), f"A-000{claim.member}")
        claim.state, claim.before = claim.before or "", None
        if claim.member not in self.model.agreed:
            claim.state, claim.by_consent = "withdrawn", True
        self.model.grades[(claim.member, "link")] = [max(1, self.model.others(claim)), True]

    def withdraw(self, conn: Any, place: int) -> None:
        rows = conn.execute(select(reshares).where(reshares.c.withdrawn_at.is_(None)).order_by(reshares.c.id.desc())).all()
        if place >= len(rows):
            return
        row = rows[place]
        raising.withdraw(conn, [row.id], why="no")
        reviews.withdrawn(conn, row.id, "no")
        who = self.members.index(row.member_id)
        self.model.grades[(who, row.signal)][1] = False
        for one in self.model.claims:
            if row.signal == "link" and one.member == who:
                one.before = None
                if one.state in (*LIVE, "withdrawn"):
                    one.state, one.by_consent = "withdrawn", False

    def row(self, conn: Any, number: int) -> Any:
        return conn.execute(select(ledger_tables.claims).where(ledger_tables.claims.c.id == number)).one()

    def moment(self, hours: int) -> datetime:
        return BASE + timedelta(hours=hours)

    def check(self) -> None:
        with self.store.read() as conn:
            rows = conn.execute(select(reshares)).all()
            kept = {(self.members.index(row.member_id), row.signal): [row.grade, row.withdrawn_at is None] for row in rows}
            assert {key: one if one[1] else False for key, one in kept.items()} == {
                key: one if one[1] else False for key, one in self.model.grades.items()
            }
            assert cells.differences(conn, [self.post]) == []
            assert conn.execute(select(ledger_tables.claims.c.state).order_by(ledger_tables.claims.c.id)).scalars().all() == [
                one.state for one in self.model.claims
            ]
            changes = conn.execute(select(reshare_changes)).all()
            told = [event for _, event in events.read_from(conn, (-1, 0), 10_000) if event.event.startswith("reshare.")]
        fallen = [one for one in changes if one.was is not None and one.grade is not None and one.grade < one.was]
        assert all(one.why == "undone" for one in fallen)
        replayed: dict[Any, Any] = {}
        for event in told:
            grade = GRADES.index(event.data["grade"]) + 1
            replayed[(int((event.member or "")[-1]), event.data["signal"])] = False if event.event == "reshare.withdrawn" else [grade, True]
        assert replayed == {key: one if one[1] else False for key, one in kept.items()}


@pytest.fixture
def ground(store: Store) -> Store:
    with store.write() as conn:
        offices.seed(conn)
        seed_areas(conn)
    return store


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=st.lists(STEP, min_size=10, max_size=40))
def test_the_ledger_equals_the_model_after_any_history(ground: Store, history: list[Any]) -> None:
    ledger = Ledger(ground)
    for step in [*BEGIN, *history]:
        ledger.take(step)
    ledger.check()
