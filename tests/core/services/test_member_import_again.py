"""What a second list of members changes, and what it must never bring back."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select, update

from gaung.core.ledger import cells
from gaung.core.ledger.raising import Evidence, raise_grade
from gaung.core.registry import consent, erasing
from gaung.core.services import member_import
from gaung.core.store.ledger_tables import coverage
from gaung.core.store.registry_tables import assignments, consents, members
from gaung.core.testkit.lists import List, counts, having, row


def test_what_a_second_list_says_anew_is_an_update(lists: List) -> None:
    lists.bring(having(1), row(2, no_account_reason="belum_berminat"), row(3), row(4), row(5))
    done = lists.bring(
        having(1, toy="contoh_agt_baru"),
        having(2),
        row(3, term_end="1/2/2024"),
        row(4, name="Siti Contoh Empat"),
        row(5, contact="0812"),
    )
    assert (counts(done), done["accounts"]) == ((5, 0, 5, 0, 0), 2)
    assert lists.accounts() == [
        ("A-0001", "toy", "contoh_agt_1", "replaced"), ("A-0001", "toy", "contoh_agt_baru", None), ("A-0002", "toy", "contoh_agt_2", None),
    ]  # fmt: skip
    assert (lists.member("A-0002").reason, lists.member("A-0002").reason_at) == (None, None)
    assert (lists.member("A-0004").name, lists.member("A-0005").contact) == ("Siti Contoh Empat", "0812")
    assert date(2024, 2, 1) in {end for (end,) in lists.all(assignments, assignments.c.term_end)}


def test_an_empty_cell_says_nothing(lists: List) -> None:
    rows = [having(1, contact="0812"), row(2, no_account_reason="belum_paham")]
    lists.bring(*rows)
    assert lists.counts(row(1, term_end=""), row(2, term_end="")) == (2, 0, 0, 2, 0)
    assert (lists.member().contact, lists.member("A-0002").reason) == ("0812", "belum_paham")
    assert lists.all(assignments, assignments.c.term_end) == [(date(2024, 4, 4),)] * 2
    assert lists.accounts() == [("A-0001", "toy", "contoh_agt_1", None)]


def test_columns_that_are_not_there_say_nothing(lists: List) -> None:
    lists.bring(having(1, contact="0812"))
    path = lists.file(row(1), without=("term_end", "toy", "other", "no_account_reason", "consent_at", "consent_text", "contact", "office"))
    assert counts(member_import.import_members(lists.ctx, path)) == (1, 0, 0, 1, 0)


def test_a_handle_that_was_given_up_is_free_for_another(lists: List) -> None:
    lists.bring(having(1))
    lists.bring(having(1, toy="contoh_agt_baru"))
    assert lists.counts(having(2, toy="contoh_agt_1")) == (1, 1, 0, 0, 0)


def test_a_consent_taken_back_does_not_come_back_with_an_old_list(lists: List) -> None:
    lists.bring(having(1))
    with lists.ctx.store.write() as conn:
        member = conn.execute(select(members.c.id)).scalar_one()
        consent.withdraw(conn, member_id=member, actor="test")
        erasing.stop(conn, [member], why="withdrawn", forget=lambda _hashes: None)
        when = datetime(2023, 12, 20, 3, 0, tzinfo=UTC)
        conn.execute(update(consents).values(withdrawn_at=when))
    assert lists.refused(having(1)) == [(2, "consent_at", "the member took the consent back after that day")]
    assert lists.refused(having(1, consent_at="20/12/2023")) == [(2, "consent_at", "the member took the consent back after that day")]
    assert lists.counts(row(1)) == (1, 0, 0, 1, 0)
    assert lists.accounts() == [("A-0001", "toy", "contoh_agt_1", "withdrawn")]
    assert lists.counts(having(1, consent_at="20/12/2023 10.01")) == (1, 0, 1, 0, 0)
    assert {why for *_, why in lists.accounts()} == {"withdrawn", None}


def test_a_later_consent_to_another_text_takes_the_place_of_the_one_before(lists: List) -> None:
    lists.bring(having(1))
    assert lists.counts(having(1, consent_at="6/12/2023 09.00")) == (1, 0, 0, 1, 0)
    assert lists.counts(having(1, consent_at="1/12/2023", consent_text="Formulir 7")) == (1, 0, 0, 1, 0)
    assert lists.counts(having(1, consent_at="1/1/2024", consent_text="Formulir 7")) == (1, 0, 1, 0, 0)
    found = lists.all(consents, consents.c.version, consents.c.withdrawn_by, consents.c.stop_by)
    assert found == [("2026-1", "test", None), ("Formulir 7", None, None)]


def test_nothing_is_recorded_for_who_was_erased(lists: List) -> None:
    lists.bring(having(1))
    with lists.ctx.store.write() as conn:
        erasing.erase(conn, [conn.execute(select(members.c.id)).scalar_one()], why="request", forget=lambda _hashes: None)
    assert lists.refused(having(1)) == [(2, "member_no", "this member was erased")]
    assert (lists.member().name, lists.all(assignments)) == (None, [(1,)])


def test_a_reason_does_not_stand_beside_an_account(lists: List) -> None:
    lists.bring(having(1, no_account_reason="belum_paham"))
    assert lists.member().reason is None
    assert lists.refused(row(1, no_account_reason="belum_paham")) == [(2, "no_account_reason", "the member has an account on record")]


def test_what_a_member_shared_counts_where_a_new_term_puts_it(world: Any, lists: List) -> None:
    lists.bring(row(1, term_start="1/1/2020", term_end="2/1/2020"))
    world.account()
    post = world.post()
    with lists.ctx.store.write() as conn:
        told = Evidence(post_id=post, member_id=lists.member().id, platform="toy", signal="link", grade="matched", source="claim")
        raise_grade(conn, [told])
    assert lists.all(coverage) == [(0,)]
    lists.bring(row(1, term_start="1/1/2021", term_end=""))
    with lists.ctx.store.read() as conn:
        assert cells.differences(conn) == []
        assert conn.execute(select(coverage.c.matched).where(coverage.c.area == "18.01", coverage.c.body == "*")).scalars().first() == 1
    lists.bring(row(1, term_start="1/1/2021", term_end="2/1/2021"))
    with lists.ctx.store.read() as conn:
        assert cells.differences(conn) == []
    assert lists.all(coverage) == [(0,)]
