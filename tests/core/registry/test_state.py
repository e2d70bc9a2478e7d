"""How many are in term on a day: counted when first asked for, once, and anew only after somebody said that the registry changed."""

import threading
from datetime import date

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import OperationalError

from gaung.core.registry import state
from gaung.core.services import offices
from gaung.core.store.db import Store
from gaung.core.store.registry_tables import assignments, declared_accounts, registry_counts, registry_days
from gaung.core.store.types import db_now
from gaung.core.testkit.registry import add_member, add_term, seed_areas

A1, A2, DISTRICT = "18.01.01.2001", "18.01.01.2002", "18.01.01"
BEGAN, DAY = date(2026, 1, 1), date(2026, 1, 5)


@pytest.fixture(autouse=True)
def seeded(store: Store) -> None:
    with store.write() as conn:
        offices.seed(conn)
        seed_areas(conn)


def counted(store: Store, day: date = DAY, area: str = "18", body: str = "*", account: str = "") -> int:
    """Members of one cell as a report reads it, 0 where there is no row."""
    key = state.counts(store, day)
    table = registry_counts.c
    with store.read() as conn:
        where = (table.day == key, table.area == area, table.body == body, table.account == account)
        return conn.execute(select(table.members).where(*where)).scalar() or 0


def test_a_member_counts_once_in_every_area_above_and_by_each_platform_with_an_account(store: Store) -> None:
    with store.write() as conn:
        siti = add_member(conn, "A-1", area=A1, toy="contoh_agt_1", other="contoh_agt_1")
        add_term(conn, siti, body="KPPS", area=A2, office="18.01", start=BEGAN)
        add_member(conn, "A-2", area=A2)
    assert [counted(store, area=area) for area in ("18", "18.01", DISTRICT, A1, A2, "18.02")] == [2, 2, 2, 1, 2, 0]
    assert [counted(store, body=body) for body in ("PPS", "KPPS", "PPK")] == [2, 1, 0]
    assert [counted(store, account=account) for account in ("*", "toy", "other", "none")] == [1, 1, 1, 0]


def test_the_first_and_the_last_day_of_a_term_count_and_none_around_them(store: Store) -> None:
    with store.write() as conn:
        add_member(conn, "A-1", start=date(2026, 1, 5), end=date(2026, 1, 6))
        add_member(conn, "A-2", area=A2, start=date(2026, 1, 9), end=date(2026, 1, 9))
    assert [counted(store, date(2026, 1, day)) for day in (4, 5, 6, 7, 8, 9, 10)] == [0, 1, 1, 0, 0, 1, 0]


def test_days_with_the_same_people_in_term_share_one_count(store: Store) -> None:
    with store.write() as conn:
        add_member(conn, "A-1", start=BEGAN, end=date(2026, 1, 10))
        add_member(conn, "A-2", start=date(2026, 1, 8))
    assert state.counts(store, date(2026, 1, 7)) == state.counts(store, BEGAN) == BEGAN
    assert state.counts(store, date(2026, 1, 10)) == date(2026, 1, 8)
    assert state.counts(store, date(2026, 2, 1)) == date(2026, 1, 11)
    with store.read() as conn:
        assert len(conn.execute(select(registry_days)).all()) == 3


def test_before_anybody_served_there_is_a_count_and_it_is_empty(store: Store) -> None:
    assert state.counts(store, DAY) == date.min
    assert counted(store) == 0
    with store.write() as conn:
        add_member(conn, "A-1", start=DAY)
        state.touched(conn)
    assert (counted(store, BEGAN), counted(store)) == (0, 1)


def test_what_is_known_is_not_counted_again_until_somebody_says_that_it_changed(store: Store) -> None:
    with store.write() as conn:
        siti = add_member(conn, "A-1")
    assert counted(store) == 1
    with store.write() as conn:  # a mark that only a new count takes away
        conn.execute(update(registry_counts).values(members=77))
    assert counted(store) == 77
    with store.write() as conn:
        conn.execute(delete(assignments).where(assignments.c.member_id == siti, assignments.c.area == A1))
        add_term(conn, siti, body="PPS", area=A2, office="18.01", start=BEGAN)
        state.touched(conn)
    assert (counted(store), counted(store, area=A1), counted(store, area=A2)) == (1, 0, 1)
    with store.write() as conn:  # and the next change as the first one
        add_member(conn, "A-2")
        state.touched(conn)
    assert counted(store) == 2


def test_saying_that_it_changed_is_undone_with_the_change(store: Store) -> None:
    with store.write() as conn:
        add_member(conn, "A-1")
    assert counted(store) == 1
    with store.write() as conn:
        conn.execute(update(registry_counts).values(members=77))
    with pytest.raises(ZeroDivisionError), store.write() as conn:  # noqa: PT012 - all of it is the transaction
        state.touched(conn)
        raise ZeroDivisionError
    assert counted(store) == 77


def test_only_open_accounts_of_members_count(store: Store) -> None:
    with store.write() as conn:
        siti = add_member(conn, "A-1", toy="contoh_agt_1")
        row = {"platform": "toy", "handle_key": "ppscontoh", "body": "PPS", "area": A1, "how": "cli", "actor": "test"}
        conn.execute(insert(declared_accounts).values(**row, declared_at=db_now()))
    assert counted(store, account="toy") == 1
    with store.write() as conn:
        conn.execute(update(declared_accounts).where(declared_accounts.c.member_id == siti).values(ended_at=db_now()))
        state.touched(conn)
    assert (counted(store, account="toy"), counted(store)) == (0, 1)


def test_a_connection_that_may_write_counts_in_its_own_transaction(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as conn:  # noqa: PT012 - all of it is the transaction
        add_member(conn, "A-1")
        key = state.counts(conn, DAY)
        assert conn.execute(select(registry_days.c.day)).scalars().all() == [key]
        raise ZeroDivisionError
    with store.read() as conn:
        assert conn.execute(select(registry_days)).all() == []


def test_several_who_ask_at_once_count_a_day_once_and_all_get_it(store: Store) -> None:
    with store.write() as conn:
        for number in range(20):
            add_member(conn, f"A-{number}")
    found: list[int] = []
    failures: list[BaseException] = []
    begin = threading.Barrier(4)

    def ask() -> None:
        try:
            begin.wait(10)
            found.append(counted(store))
        except (OperationalError, AssertionError) as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert found == [20] * 4
