"""Consent: which text, when, taken back with a clock, and never brought back by an old list."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gaung.core.errors import UserError
from gaung.core.registry import consent
from gaung.core.services import offices
from gaung.core.store.db import Store
from gaung.core.store.registry_tables import consents
from gaung.core.testkit.registry import add_member, seed_areas

LONG_AGO = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.fixture
def member(store: Store) -> int:
    with store.write() as conn:
        offices.seed(conn)
        seed_areas(conn)
        return add_member(conn, "A-0001", agreed=False)


def give(store: Store, member: int, version: str = consent.LATEST, at: datetime | None = None) -> bool:
    with store.write() as conn:
        return consent.give(conn, member_id=member, version=version, how="cli", actor="test", at=at)


def withdraw(store: Store, member: int) -> consent.Withdrawal | None:
    with store.write() as conn:
        return consent.withdraw(conn, member_id=member, actor="test")


def rows(store: Store) -> list[Any]:
    with store.read() as conn:
        return list(conn.execute(select(consents).order_by(consents.c.id)))


def test_the_built_in_text_says_what_for_how_long_which_rights_and_how_to_take_it_back() -> None:
    text = consent.text(consent.LATEST)
    assert text is not None
    for words in (
        "Tujuan pemrosesan",
        "Cakupan",
        "Bagikan ulang",
        "Hak Bapak/Ibu",
        "Masa retensi",
        "menarik persetujuan",
        "3 x 24 jam",
        "NIK",
    ):
        assert words in text
    assert consent.LATEST in text


@pytest.mark.parametrize("version", ["formulir-7", "../../secret", "2026-1.txt/..", ""])
def test_of_a_form_on_paper_only_the_label_is_known(version: str) -> None:
    assert consent.text(version) is None


def test_consent_is_put_down_once(store: Store, member: int) -> None:
    assert give(store, member, at=LONG_AGO)
    assert not give(store, member)
    (row,) = rows(store)
    assert (row.version, row.given_at, row.how, row.actor, row.withdrawn_at) == (consent.LATEST, LONG_AGO, "cli", "test", None)


def test_another_text_takes_the_place_of_the_one_before_and_starts_no_clock(store: Store, member: int) -> None:
    give(store, member, "formulir 7")
    give(store, member)
    old, new = rows(store)
    assert (old.version, old.stop_by, old.withdrawn_at is None) == ("formulir 7", None, False)
    assert (new.version, new.withdrawn_at) == (consent.LATEST, None)
    with store.read() as conn:
        assert consent.withdrawn(conn, [member]) == {}


def test_a_withdrawal_starts_a_clock_of_three_days(store: Store, member: int) -> None:
    give(store, member)
    found = withdraw(store, member)
    assert found is not None
    assert timedelta(hours=71, minutes=59) < found.stop_by - found.withdrawn_at < timedelta(hours=72, minutes=1)
    assert withdraw(store, member) is None
    with store.read() as conn:
        assert consent.withdrawn(conn, [member, 999]) == {member: found}
        with pytest.raises(consent.NoConsent):
            consent.require(conn, member, "A-0001")


def test_an_old_list_does_not_bring_back_what_was_taken_back(store: Store, member: int) -> None:
    give(store, member, at=LONG_AGO)
    withdraw(store, member)
    with pytest.raises(consent.Superseded):
        give(store, member, at=LONG_AGO)
    assert give(store, member)
    with store.read() as conn:
        assert consent.withdrawn(conn, [member]) == {}
        consent.require(conn, member, "A-0001")


@pytest.mark.parametrize("version", ["", "  ", "---", "x" * 41])
def test_a_label_must_be_one(store: Store, member: int, version: str) -> None:
    with pytest.raises(UserError, match="short label"):
        give(store, member, version)
