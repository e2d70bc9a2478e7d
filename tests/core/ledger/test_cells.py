"""The rollup stays what a recount would make of it, whoever changes what, in whichever order and at the same time."""

import random
import threading
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from gaung.core.ledger import cells
from gaung.core.ledger.cells import counted, differences, recount
from gaung.core.ledger.raising import withdraw
from gaung.core.services import offices
from gaung.core.store.db import Store
from gaung.core.store.ledger_tables import GRADES, coverage, reshares
from gaung.core.store.registry_tables import assignments
from gaung.core.store.types import db_now
from gaung.core.testkit.echoes import add_echo, add_post
from gaung.core.testkit.registry import add_member, add_term, seed_areas

A1, A2, B1 = "18.01.01.2001", "18.01.01.2002", "18.02.01.2001"
DISTRICT_A = "18.01.01"


@pytest.fixture(autouse=True)
def seeded(store: Store) -> None:
    with store.write() as conn:
        offices.seed(conn)
        seed_areas(conn)


def best(store: Store, post: int, area: str = "18", body: str = "*", platform: str = "*") -> dict[str, int]:
    """Members by best grade in one cell, grades that nobody has left out."""
    key = (coverage.c.post_id == post, coverage.c.area == area, coverage.c.body == body, coverage.c.platform == platform)
    with store.read() as conn:
        row = conn.execute(select(*[coverage.c[grade] for grade in GRADES]).where(*key)).mappings().first()
    return {grade: count for grade, count in (row or {}).items() if count}


def agreed(store: Store) -> None:
    with store.read() as conn:
        assert differences(conn) == []


def put(conn: Connection, post: int, member: int, platform: str = "toy", grade: int = 3, signal: str = "link") -> None:
    """A reshare without anybody counting it."""
    row = {"post_id": post, "member_id": member, "platform": platform, "signal": signal, "grade": grade, "source": "claim"}
    conn.execute(insert(reshares).values(**row, first_seen_at=db_now(), updated_at=db_now()))


def test_a_member_counts_once_at_the_best_grade_in_every_area_above_and_once_for_all_platforms(store: Store) -> None:
    with store.write() as conn:
        post, siti = add_post(conn), add_member(conn, "A-1", area=A1)
        add_echo(conn, post, siti, "toy", "claimed")
        add_echo(conn, post, siti, "other", "observed", "mention")
    for area in ("18", "18.01", DISTRICT_A, A1):
        assert best(store, post, area) == {"observed": 1}
        assert best(store, post, area, platform="toy") == {"claimed": 1}
        assert best(store, post, area, "PPS", "other") == {"observed": 1}
    assert best(store, post, "18.02") == {}
    assert best(store, post, A2) == {}
    agreed(store)


def test_two_assignments_in_one_district_are_two_bodies_and_one_member(store: Store) -> None:
    with store.write() as conn:
        post, siti = add_post(conn), add_member(conn, "A-1", area=A1)
        add_term(conn, siti, body="KPPS", area=A2, office="18.01", start=date(2026, 1, 2))
        add_term(conn, siti, body="KPPS", area=A1, office="18.01", start=date(2026, 1, 3))
        add_echo(conn, post, siti)
    assert best(store, post, DISTRICT_A) == {"matched": 1}
    assert best(store, post, DISTRICT_A, "KPPS") == {"matched": 1}
    assert best(store, post, DISTRICT_A, "PPS") == {"matched": 1}
    assert best(store, post, A2) == {"matched": 1}
    assert best(store, post, A2, "PPS") == {}
    agreed(store)


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [("2026-01-05", "2026-01-05", True), ("2026-01-06", None, False), ("2025-01-01", "2026-01-04", False), ("2025-01-01", None, True)],
)
def test_only_who_is_in_term_on_the_day_of_the_post_counts(store: Store, start: str, end: str | None, counts: bool) -> None:
    with store.write() as conn:
        siti = add_member(conn, "A-1", start=date.fromisoformat(start), end=date.fromisoformat(end) if end else None)
        post = add_post(conn, date(2026, 1, 5))
        add_echo(conn, post, siti)
    assert best(store, post) == ({"matched": 1} if counts else {})
    agreed(store)


def test_a_raised_grade_moves_the_member_and_a_withdrawal_takes_the_cell_away(store: Store) -> None:
    with store.write() as conn:
        post, siti, adi = add_post(conn), add_member(conn, "A-1"), add_member(conn, "A-2", area=A2)
        add_echo(conn, post, adi)
        number = add_echo(conn, post, siti, grade="claimed")
    with store.write() as conn:
        add_echo(conn, post, siti, grade="reviewed")
    assert best(store, post) == {"matched": 1, "reviewed": 1}
    with store.write() as conn:
        withdraw(conn, [number], why="salah orang")
    assert best(store, post) == {"matched": 1}
    assert best(store, post, A1) == {}
    with store.read() as conn:
        zeros = [row for row in conn.execute(select(*[coverage.c[grade] for grade in GRADES])) if not any(row)]
    assert zeros == []
    agreed(store)


def test_an_assignment_that_comes_later_or_ends_moves_what_was_echoed_before(store: Store) -> None:
    with store.write() as conn:
        siti, first, second = add_member(conn, "A-1", area=A1), add_post(conn, date(2026, 1, 5)), add_post(conn, date(2026, 2, 5))
        add_echo(conn, first, siti)
        add_echo(conn, second, siti)
    with store.write() as conn, counted(conn, members=[siti]):
        conn.execute(update(assignments).values(term_end=date(2026, 1, 31)))
        add_term(conn, siti, body="PPK", area="18.02.01", office="18.02", start=date(2026, 2, 1))
    assert best(store, first, "18.01") == {"matched": 1}
    assert best(store, first, "18.02") == {}
    assert best(store, second, "18.01") == {}
    assert best(store, second, "18.02", "PPK") == {"matched": 1}
    agreed(store)


def test_blocks_inside_blocks_count_nothing_twice(store: Store) -> None:
    with store.write() as conn:
        siti, adi = add_member(conn, "A-1"), add_member(conn, "A-2", area=B1)
        first, second = add_post(conn), add_post(conn)
    with store.write() as conn, counted(conn, members=[siti], posts=[first]):
        put(conn, first, siti)
        with counted(conn, members=[siti, adi]):
            put(conn, second, siti)
            put(conn, second, adi)
            with counted(conn, members=[adi, siti], posts=[first, second]):
                put(conn, first, adi)
                put(conn, first, siti, "other", 5)
    assert best(store, first) == {"matched": 1, "observed": 1}
    assert best(store, second) == {"matched": 2}
    agreed(store)


def test_a_block_that_failed_leaves_the_next_one_counting(store: Store) -> None:
    with store.write() as conn:
        post, siti = add_post(conn), add_member(conn, "A-1")
    with pytest.raises(ZeroDivisionError), store.write() as conn, counted(conn, members=[siti]):
        put(conn, post, siti // 0)
    with store.write() as conn, counted(conn, members=[siti]):
        put(conn, post, siti)
    assert best(store, post) == {"matched": 1}
    agreed(store)


def test_more_members_than_a_statement_takes_parameters(store: Store) -> None:
    with store.write() as conn:
        post, siti = add_post(conn), add_member(conn, "A-1")
        with counted(conn, members=range(1, 100_000)):
            put(conn, post, siti)
    assert best(store, post) == {"matched": 1}
    agreed(store)


def test_many_members_are_counted_by_their_posts(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "_MANY", 2)
    with store.write() as conn:
        people = [add_member(conn, f"A-{number}", area=area) for number, area in enumerate((A1, A2, B1, B1))]
        first, second = add_post(conn), add_post(conn)
        with counted(conn, members=people):
            for member in people:
                put(conn, first, member)
    assert best(store, first) == {"matched": 4}
    with store.write() as conn, counted(conn, members=people):
        conn.execute(delete(reshares).where(reshares.c.member_id == people[0]))
        conn.execute(update(assignments).where(assignments.c.member_id == people[1]).values(area=B1))
        put(conn, second, people[2])
    assert best(store, first, "18.02") == {"matched": 3}
    assert best(store, second) == {"matched": 1}
    agreed(store)


def test_a_recount_repairs_and_the_check_names_the_cells(store: Store) -> None:
    with store.write() as conn:
        siti, post, other = add_member(conn, "A-1"), add_post(conn), add_post(conn)
        add_echo(conn, post, siti)
        add_echo(conn, other, siti)
        conn.execute(update(coverage).where(coverage.c.area == A1, coverage.c.body == "PPS").values(matched=7))
    with store.read() as conn:
        wrong = differences(conn, [post])
    assert [(key, kept["matched"], true["matched"]) for key, kept, true in wrong] == [
        ((post, A1, "PPS", "*"), 7, 1),
        ((post, A1, "PPS", "toy"), 7, 1),
    ]
    with store.write() as conn:
        assert recount(conn, [post]) == 16
    with store.read() as conn:
        assert {key[0] for key, _, _ in differences(conn)} == {other}
    with store.write() as conn:
        assert recount(conn) == 32
    agreed(store)


def test_workers_at_the_same_time_neither_lose_a_member_nor_lock_each_other_up(store: Store) -> None:
    platforms = ("toy", "other", "third")
    with store.write() as conn:
        posts = [add_post(conn), add_post(conn)]
        people = [add_member(conn, f"A-{number}", area=(A1, A2, B1)[number % 3]) for number in range(6)]
    failures: list[BaseException] = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        try:
            for _ in range(8):
                _echoes(store, chance, posts, people, platforms)
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    agreed(store)
    with store.read() as conn:
        truth: Sequence[Any] = conn.execute(select(reshares.c.member_id).where(reshares.c.post_id == posts[0]).distinct()).all()
    assert sum(best(store, posts[0]).values()) == len(truth) > 0


def _echoes(store: Store, chance: random.Random, posts: list[int], people: list[int], platforms: tuple[str, ...]) -> None:
    """One transaction with two blocks, in an order that differs between workers."""
    with store.write() as conn:
        for post in chance.sample(posts, 2):
            for member in chance.sample(people, 3):
                add_echo(conn, post, member, chance.choice(platforms), chance.choice(GRADES))
