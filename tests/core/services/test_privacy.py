"""Consent, withdrawal with its clock, erasure and retention, as an operator does them."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gaung.core.clock import now
from gaung.core.errors import UserError
from gaung.core.ledger import recording
from gaung.core.registry import consent, erasing, merging
from gaung.core.services import declarations, member_file, members, privacy, reshares
from gaung.core.services.declarations import Said
from gaung.core.services.members import Which
from gaung.core.store.ledger_tables import reshare_changes
from gaung.core.store.ledger_tables import reshares as reshares_table
from gaung.core.testkit.ledger import add_post, publish, sighting, social, targets
from gaung.core.testkit.registry import add_member, seed_areas


@pytest.fixture
def people(world: Any) -> Any:
    """A-0001 with an account, A-0002 whom nobody asked, B-0001 of another office."""
    with world.ctx.store.write() as conn:
        seed_areas(conn)
        add_member(conn, "A-0001", toy="contoh_agt_siti")
        add_member(conn, "A-0002", agreed=False)
        add_member(conn, "B-0001", area="18.02.01.2001", office="18.02", toy="contoh_agt_b")
    return world


def see(world: Any, author: str = "contoh_agt_siti") -> recording.Recorded:
    """The platform showed that somebody shared a post of ours."""
    with world.ctx.store.write() as conn:
        ours = publish(conn, add_post(conn))
        return recording.record_sightings(
            conn, world.ctx.box, social(), targets(ours), [sighting(ours, author)], source="sweep", verifier="toy"
        )


def test_a_withdrawal_and_an_import_at_once_do_not_wait_for_each_other(people: Any) -> None:
    begun, errors = threading.Event(), list[Exception]()

    def slow() -> None:
        try:
            with people.ctx.store.write() as conn:
                member = members.require_member(people.ctx, conn, "A-0001", lock=True)
                consent.withdraw(conn, member_id=member.id, actor="test")
                begun.set()
                time.sleep(0.5)
                erasing.stop(conn, [member.id], why="withdrawn", forget=lambda _names: None)
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(10)
    with people.ctx.store.write() as conn:
        merging.hold(conn)
    thread.join()
    assert errors == []


def test_erasure_takes_the_words_with_which_evidence_was_withdrawn(people: Any) -> None:
    see(people)
    with people.ctx.store.read() as conn:
        number = conn.execute(select(reshares_table.c.id)).scalar_one()
    reshares.withdraw(people.ctx, number, why="kata Siti Contoh bukan dia")
    privacy.erase(people.ctx, "A-0001")
    with people.ctx.store.read() as conn:
        left = str(conn.execute(select(reshares_table)).all()) + str(conn.execute(select(reshare_changes)).all())
    assert "Siti" not in left


def test_consent_is_put_down_with_its_text_and_time(people: Any) -> None:
    done = privacy.give(people.ctx, "A-0002", version=consent.LATEST, at="2026-01-10 09:00")
    assert done == {"number": "A-0002", "version": consent.LATEST, "changed": True, "text": consent.text(consent.LATEST)}
    assert not privacy.give(people.ctx, "A-0002", version=consent.LATEST)["changed"]
    (row,) = member_file.show(people.ctx, "A-0002")["consents"]
    assert row["given_at"].isoformat() == "2026-01-10T02:00:00+00:00"
    assert people.told(member="A-0002") == ["member.consented"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"version": "x", "at": "2099-01-01 10:00"}, "is yet to come"),
        ({"version": "x", "at": "kemarin"}, "is no time"),
        ({"version": " "}, "short label"),
    ],
)
def test_a_wrong_consent_changes_nothing(people: Any, values: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        privacy.give(people.ctx, "A-0002", **values)
    assert member_file.show(people.ctx, "A-0002")["consents"] == []


def test_a_text_that_gaung_does_not_have_is_told() -> None:
    assert privacy.show_text(consent.LATEST)["version"] == consent.LATEST
    with pytest.raises(UserError, match="has no text formulir-7"):
        privacy.show_text("formulir-7")


def test_a_withdrawal_stops_everything_at_once_and_starts_the_clock(people: Any) -> None:
    assert see(people).recorded == 1
    done = privacy.withdraw(people.ctx, "A-0001")
    assert (done["accounts"], done["links"]) == (1, 1)
    assert done["stop_by"] - done["withdrawn_at"] == pytest.approx(timedelta(hours=72), abs=timedelta(seconds=5))
    assert see(people).recorded == 0  # nothing new is recorded
    shown = member_file.show(people.ctx, "A-0001")
    assert [(one["grade"], one["link"]) for one in shown["reshares"]] == [("observed", None)]
    with pytest.raises(UserError, match="has given no consent"):
        declarations.declare(people.ctx, "A-0001", Said(platform="toy", handle="contoh_agt_siti"))
    (clock,) = members.open_clocks(people.ctx)
    assert (clock["number"], clock["stop_by"], clock["overdue"]) == ("A-0001", done["stop_by"], False)
    assert members.list_members(people.ctx, Which())[0]["accounts"] == {}


def test_withdrawing_again_shows_the_same_clock(people: Any) -> None:
    first = privacy.withdraw(people.ctx, "A-0001")
    again = privacy.withdraw(people.ctx, "A-0001")
    assert {key: again[key] for key in ("withdrawn_at", "stop_by")} == {key: first[key] for key in ("withdrawn_at", "stop_by")}
    assert again["accounts"] == 0
    assert people.told(member="A-0001") == ["member.withdrew"]


def test_who_never_agreed_has_nothing_to_take_back(people: Any) -> None:
    with pytest.raises(UserError, match=r"no consent that could be taken back. .*gaung member erase A-0002 --yes"):
        privacy.withdraw(people.ctx, "A-0002")


def test_a_clock_ends_with_erasure_or_with_a_new_consent(people: Any) -> None:
    privacy.withdraw(people.ctx, "A-0001")
    privacy.give(people.ctx, "A-0001", version=consent.LATEST)
    assert members.open_clocks(people.ctx) == []
    declarations.declare(people.ctx, "A-0001", Said(platform="toy", handle="contoh_agt_siti"))
    privacy.withdraw(people.ctx, "A-0001")
    assert len(members.open_clocks(people.ctx)) == 1
    privacy.erase(people.ctx, "A-0001")
    assert members.open_clocks(people.ctx) == []


def test_after_erasure_the_copy_is_empty_and_nothing_more_is_put_down(people: Any) -> None:
    see(people)
    done = privacy.erase(people.ctx, "A-0001")
    assert (done["number"], done["changed"]) == ("A-0001", True)
    assert not privacy.erase(people.ctx, "A-0001")["changed"]
    shown = member_file.show(people.ctx, "A-0001", whole=True)
    assert "contoh" not in repr({key: value for key, value in shown.items() if key not in ("consents", "assignments")}).casefold()
    assert shown["erased_at"] <= now()
    for act in (
        lambda: privacy.give(people.ctx, "A-0001", version="x"),
        lambda: declarations.declare(people.ctx, "A-0001", Said(reason="belum_paham")),
    ):
        with pytest.raises(UserError, match="A-0001 was erased"):
            act()  # type: ignore[no-untyped-call]
    assert see(people).unmatched == 1


def test_an_office_may_not_withdraw_or_erase_for_another(people: Any, scoped: Callable[[str], Any]) -> None:
    assert people.ctx.scope.office is None
    there = scoped("18.02").ctx
    for act in (lambda: privacy.withdraw(there, "A-0001"), lambda: privacy.erase(there, "A-0001"), lambda: privacy.retire(there)):
        with pytest.raises(UserError, match=r"18\.02"):
            act()  # type: ignore[no-untyped-call]
    privacy.withdraw(people.ctx, "A-0001")
    assert members.open_clocks(there) == []
    assert privacy.withdraw(there, "B-0001")["accounts"] == 1


def test_retention_can_be_asked_for_and_only_counted(people: Any) -> None:
    from datetime import date

    with people.ctx.store.write() as conn:
        add_member(conn, "A-0009", end=date(2026, 2, 1))
    assert privacy.retire(people.ctx, dry_run=True) == {"members": 1, "captures": 0, "sightings": 0, "dry_run": True}
    assert privacy.retire(people.ctx) == {"members": 1, "captures": 0, "sightings": 0, "dry_run": False}
    assert privacy.retire(people.ctx, dry_run=True)["members"] == 0
    assert people.told(member="A-0009") == ["member.erased"]
