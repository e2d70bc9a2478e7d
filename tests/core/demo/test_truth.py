"""The comparison of the demo says no as soon as one reshare is missing or one that never was stands above `claimed`."""

import dataclasses
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from gaung.core.demo.truth import Told, compare
from gaung.core.ledger.raising import Evidence, raise_grade
from gaung.core.sandbox.crowd import Crowd, Rates, Somebody, Target
from gaung.core.services import offices
from gaung.core.store.db import Store
from gaung.core.store.ledger_tables import reshares
from gaung.core.testkit.ledger import add_post
from gaung.core.testkit.platforms import installed
from gaung.core.testkit.registry import add_member, seed_areas

PLATFORM = "youtube"
NUMBERS = [f"A-{number:04}" for number in range(1, 61)]
RATES = Rates(acts=0.7, again=0.6, undoes=0.1, renames=0.1, vanishes=0.1, hands_in=0.9, lies=0.9)


class Ledger:
    """A crowd that acted in the sandbox, and a ledger that was told everything rightly."""

    def __init__(self, store: Store, sandbox: Any, scans: bool = True) -> None:
        self.store = store
        with store.write() as conn:
            offices.seed(conn)
            seed_areas(conn)
            self.posts = [add_post(conn) for _ in range(3)]
            self.ids = {number: add_member(conn, number) for number in NUMBERS}
        side = sandbox.platform(PLATFORM)
        side.add_account("UC" + "k" * 22, "contoh_kpu")
        made = [side.post_by_hand("UC" + "k" * 22, f"isi {post}") for post in self.posts]
        targets = [
            Target(platform=PLATFORM, account=one.account, post=one.id, url=one.url, group=post)
            for one, post in zip(made, self.posts, strict=True)
        ]
        people = [Somebody(platform=PLATFORM, handle=f"contoh_agt_{number[2:]}", label=number) for number in NUMBERS]
        people += [Somebody(platform=PLATFORM, handle=f"contoh_warga_{number}") for number in range(60)]
        crowd = Crowd({PLATFORM: side}, people, targets, seed=7, rates=RATES)
        record = installed()[0][PLATFORM]
        capabilities = dataclasses.replace(record.capabilities, scans_members=scans)
        self.told = Told(crowd=crowd, platforms={PLATFORM: dataclasses.replace(record, capabilities=capabilities)})
        for number in NUMBERS:
            self.told.declare(PLATFORM, number, f"contoh_agt_{number[2:]}")
        crowd.act()
        self.told.look()
        self.told.handed_in = crowd.hand_in()
        crowd.change()

    def record(self, conn: Connection) -> None:
        """What a ledger without fault holds."""
        shown = self.told.known_and_shown()
        rows = [self.evidence(number, post, signal, "observed") for number, post, _, signal in sorted(shown)]
        rows += [self.evidence(one.label, one.group, "link", "matched" if one.tale == "own" else "claimed") for one in self.told.handed_in]
        raise_grade(conn, rows)

    def evidence(self, number: str, post: int, signal: str, grade: str) -> Evidence:
        return Evidence(post_id=post, member_id=self.ids[number], platform=PLATFORM, signal=signal, grade=grade, source="sweep")

    def answer(self, change: Callable[[Connection], object] = lambda _: None) -> dict[str, Any]:
        """The comparison after something went wrong."""
        with self.store.write() as conn:
            self.record(conn)
            change(conn)
            return compare(conn, self.told)


@pytest.fixture
def ledger(store: Store, sandbox: Any) -> Ledger:
    return Ledger(store, sandbox)


def test_a_ledger_without_fault_is_called_honest_and_every_kind_of_deed_and_tale_was_there(ledger: Ledger) -> None:
    answer = ledger.answer()
    assert (answer["missing"], answer["false"], answer["honest"]) == (0, 0, True)
    assert {row["signal"] for row in answer["signals"]} == set(ledger.told.crowd._platforms[PLATFORM].deeds)
    assert sum(row["shown"] for row in answer["signals"]) > 10
    assert sum(row["done"] for row in answer["signals"]) > sum(row["shown"] for row in answer["signals"])
    assert {row["tale"] for row in answer["claims"]} == {"own", "private", "stolen", "elsewhere", "official", "invented"}
    assert sum(row["matched"] + row["better"] for row in answer["claims"] if row["tale"] == "own") > 10
    assert sum(row["above"] for row in answer["claims"]) == 0


def test_a_true_reshare_that_is_not_there_is_missed_unless_another_signal_tells_of_it(ledger: Ledger) -> None:
    shown = ledger.told.known_and_shown()
    signals = Counter(key[:2] for key in shown)
    once, twice = (min(key for key in shown if signals[key[:2]] == number) for number in (1, 2))
    for lost, wanted in ((twice, (0, 1)), (once, (1, 1))):
        number, post, _, signal = lost

        def withdraw(conn: Connection, number: str = number, post: int = post, signal: str = signal) -> None:
            which = (reshares.c.member_id == ledger.ids[number]) & (reshares.c.post_id == post) & (reshares.c.signal == signal)
            conn.execute(reshares.update().where(which).values(withdrawn_at=reshares.c.first_seen_at))

        answer = ledger.answer(withdraw)
        assert (answer["missing"], sum(row["other"] for row in answer["signals"])) == wanted
    assert answer["honest"] is False


def test_a_proven_link_that_stayed_claimed_is_missed(ledger: Ledger) -> None:
    own = {(one.label, one.group) for one in ledger.told.handed_in if one.tale == "own"}
    seen = {key[:2] for key in ledger.told.known_and_shown()}
    number, post = min(own - seen)

    def lower(conn: Connection) -> None:
        where = (reshares.c.member_id == ledger.ids[number]) & (reshares.c.post_id == post) & (reshares.c.signal == "link")
        conn.execute(reshares.update().where(where).values(grade=1))

    answer = ledger.answer(lower)
    assert (answer["missing"], answer["honest"]) == (1, False)


@pytest.mark.parametrize("grade", ["matched", "reviewed", "observed"])
def test_one_that_never_was_is_false_above_claimed(ledger: Ledger, grade: str) -> None:
    true = {key[:2] for key in ledger.told.keys(ledger.told.crowd.deeds)}
    number, post = min({(number, post) for number in NUMBERS for post in ledger.posts} - true)
    signal = "playlist_item" if grade == "observed" else "link"
    answer = ledger.answer(lambda conn: raise_grade(conn, [ledger.evidence(number, post, signal, grade)]))
    assert (answer["false"], answer["honest"]) == (1, False)


def test_a_lie_that_was_believed_is_counted_with_its_tale(ledger: Ledger) -> None:
    lie = next(one for one in ledger.told.handed_in if one.tale == "stolen")
    answer = ledger.answer(lambda conn: raise_grade(conn, [ledger.evidence(lie.label, lie.group, "link", "matched")]))
    assert answer["false"] == 1
    assert {row["tale"]: row["above"] for row in answer["claims"] if row["above"]} == {"stolen": 1}


def test_a_stranger_whose_sighting_is_lost_is_noticed(store: Store, sandbox: Any) -> None:
    ledger = Ledger(store, sandbox, scans=False)
    told = ledger.told
    shown = sum(id(deed) in told.shown and not told.crowd.label(deed.profile) for deed in told.crowd.deeds)
    assert shown > 1
    answer = ledger.answer()
    assert answer["strangers"] == [{"platform": PLATFORM, "shown": shown, "kept": 0}]
    assert (answer["missing"], answer["false"], answer["honest"]) == (0, 0, False)


def test_who_was_shown_once_without_an_id_is_known_only_by_a_handle_that_was_declared(ledger: Ledger) -> None:
    shown = ledger.told.known_and_shown()
    one = min(shown)
    deeds = [deed for deed in ledger.told.crowd.deeds if ledger.told.keys([deed]) == {one} and id(deed) in ledger.told.shown]
    for deed in deeds:
        deed.shown_as = f"contoh_agt_{one[0][2:]}"
    assert ledger.told.known_and_shown() == shown
    for deed in deeds:
        deed.shown_as = "contoh_agt_lama"
    assert ledger.told.known_and_shown() == shown - {one}
    assert [row["shown"] for row in ledger.answer()["strangers"]] == [len(deeds)]
