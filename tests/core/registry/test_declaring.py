"""One handle, one open holder: declared, declared again, replaced, ended, fought for."""

import threading
from typing import Any

import pytest
from sqlalchemy import select, update

from gaung.core.errors import UserError
from gaung.core.registry import declaring
from gaung.core.registry.consent import NoConsent
from gaung.core.registry.declaring import Erased, Taken
from gaung.core.registry.handles import Handle
from gaung.core.services import offices
from gaung.core.store.db import Store
from gaung.core.store.registry_tables import declared_accounts, members
from gaung.core.store.types import db_now
from gaung.core.testkit.registry import add_member, handle, platform, seed_areas

TOY = platform()


@pytest.fixture
def people(store: Store) -> dict[str, int]:
    with store.write() as conn:
        offices.seed(conn)
        seed_areas(conn)
        numbers = {number: add_member(conn, number) for number in ("A-0001", "A-0002")}
        numbers["A-0003"] = add_member(conn, "A-0003", agreed=False)
    return numbers


def declare(store: Store, text: str, **holder: Any) -> int:
    with store.write() as conn:
        return declaring.declare(conn, platform=TOY, handle=handle(text), how="cli", actor="test", **holder)


def rows(store: Store) -> list[Any]:
    with store.read() as conn:
        return list(conn.execute(select(declared_accounts).order_by(declared_accounts.c.id)))


def test_the_same_again_changes_nothing_but_the_spelling(store: Store, people: dict[str, int]) -> None:
    first = declare(store, "contoh_agt_siti", member_id=people["A-0001"])
    assert declare(store, "@Contoh_Agt_Siti", member_id=people["A-0001"]) == first
    (row,) = rows(store)
    assert (row.handle, row.handle_key, row.ended_at) == ("Contoh_Agt_Siti", "contoh_agt_siti", None)


def test_another_handle_ends_the_one_before_and_history_stays(store: Store, people: dict[str, int]) -> None:
    declare(store, "contoh_agt_lama", member_id=people["A-0001"])
    declare(store, "contoh_agt_baru", member_id=people["A-0001"])
    old, new = rows(store)
    assert (old.handle_key, old.ended_why) == ("contoh_agt_lama", "replaced")
    assert (new.handle_key, new.ended_at) == ("contoh_agt_baru", None)
    assert old.ended_at <= new.declared_at


def test_a_handle_of_another_is_refused_and_named_to_nobody(store: Store, people: dict[str, int]) -> None:
    declare(store, "contoh_agt_siti", member_id=people["A-0001"])
    with pytest.raises(Taken) as caught:
        declare(store, "CONTOH_AGT_SITI", member_id=people["A-0002"])
    assert caught.value.member_id == people["A-0001"]
    assert "contoh" not in str(caught.value).casefold()
    assert len(rows(store)) == 1


def test_once_it_is_ended_another_may_have_it(store: Store, people: dict[str, int]) -> None:
    declare(store, "contoh_agt_siti", member_id=people["A-0001"])
    with store.write() as conn:
        assert len(declaring.end(conn, member_id=people["A-0001"], platform="toy")) == 1
        assert declaring.end(conn, member_id=people["A-0001"], platform="toy") == []
    declare(store, "contoh_agt_siti", member_id=people["A-0002"])
    assert [(row.member_id, row.ended_why) for row in rows(store)] == [(people["A-0001"], "ended"), (people["A-0002"], None)]


def test_an_account_known_by_its_id_is_the_same_account(store: Store, people: dict[str, int]) -> None:
    by_handle = Handle("contoh_agt_siti", "contoh_agt_siti", "77001")
    by_id = Handle("77001", "id:77001", "77001")
    with store.write() as conn:
        declaring.declare(conn, platform=TOY, handle=by_handle, member_id=people["A-0001"], how="cli", actor="test")
    with pytest.raises(Taken), store.write() as conn:
        declaring.declare(conn, platform=TOY, handle=by_id, member_id=people["A-0002"], how="cli", actor="test")
    with store.write() as conn:
        declaring.declare(conn, platform=TOY, handle=by_id, member_id=people["A-0001"], how="cli", actor="test")
    (row,) = rows(store)
    assert (row.handle, row.handle_key) == ("contoh_agt_siti", "contoh_agt_siti")


def test_without_consent_no_handle_is_kept(store: Store, people: dict[str, int]) -> None:
    with pytest.raises(NoConsent, match="A-0003 has given no consent"):
        declare(store, "contoh_agt_siti", member_id=people["A-0003"])
    assert rows(store) == []


def test_nothing_is_recorded_for_an_erased_member(store: Store, people: dict[str, int]) -> None:
    with store.write() as conn:
        conn.execute(update(members).where(members.c.id == people["A-0001"]).values(erased_at=db_now()))
    with pytest.raises(Erased):
        declare(store, "contoh_agt_siti", member_id=people["A-0001"])


def test_a_body_holds_accounts_like_a_member_and_needs_no_consent(store: Store, people: dict[str, int]) -> None:
    declare(store, "contoh_ppk_a", body="PPK", area="18.01.01")
    with pytest.raises(Taken) as caught:
        declare(store, "contoh_ppk_a", body="PPK", area="18.02.01")
    assert (caught.value.body, caught.value.area, caught.value.member_id) == ("PPK", "18.01.01", None)
    with pytest.raises(Taken):
        declare(store, "contoh_ppk_a", member_id=people["A-0001"])


def test_an_account_ends_the_reason_for_having_none(store: Store, people: dict[str, int]) -> None:
    with store.write() as conn:
        conn.execute(update(members).values(reason="belum_paham", reason_at=db_now()))
    declare(store, "contoh_agt_siti", member_id=people["A-0001"])
    with store.read() as conn:
        found = dict(conn.execute(select(members.c.number, members.c.reason)).all())
    assert found == {"A-0001": None, "A-0002": "belum_paham", "A-0003": "belum_paham"}


@pytest.mark.parametrize("holder", [{}, {"member_id": 1, "body": "PPK", "area": "18"}, {"body": "PPK"}, {"area": "18"}])
def test_a_holder_is_a_member_or_a_body_of_an_area(store: Store, people: dict[str, int], holder: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a holder is"):
        declare(store, "contoh_agt_siti", **holder)


def test_of_two_who_declare_one_handle_at_once_one_wins_and_the_other_is_told(store: Store, people: dict[str, int]) -> None:
    """The loser's own former account stays: its transaction ends with the error."""
    declare(store, "contoh_agt_lama1", member_id=people["A-0001"])
    declare(store, "contoh_agt_lama2", member_id=people["A-0002"])
    barrier, told = threading.Barrier(2), []

    def fight(member: int) -> None:
        barrier.wait()
        try:
            declare(store, "contoh_agt_baru", member_id=member)
            told.append("won")
        except UserError as error:
            told.append(str(error))

    threads = [threading.Thread(target=fight, args=(people[number],)) for number in ("A-0001", "A-0002")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    lost, won = sorted(told)
    assert won == "won"
    assert "on record for another holder" in lost
    assert "contoh" not in lost.casefold()
    held = {row.member_id: row.handle_key for row in rows(store) if row.ended_at is None}
    assert sorted(held.values()) in (["contoh_agt_baru", "contoh_agt_lama1"], ["contoh_agt_baru", "contoh_agt_lama2"])


def test_two_handles_of_one_member_at_once_leave_one_open(store: Store, people: dict[str, int]) -> None:
    barrier = threading.Barrier(2)

    def add(text: str) -> None:
        barrier.wait()
        declare(store, text, member_id=people["A-0001"])

    threads = [threading.Thread(target=add, args=(text,)) for text in ("contoh_agt_satu", "contoh_agt_dua")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(row.ended_why or "" for row in rows(store)) == ["", "replaced"]
