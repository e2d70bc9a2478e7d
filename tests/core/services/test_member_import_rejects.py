"""What `member import` rejects, with field, reason and remedy: bad cells, rows that contradict each other, accounts of somebody else."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gaung.core.errors import UserError
from gaung.core.registry import declaring
from gaung.core.services import member_import
from gaung.core.store.registry_tables import members
from gaung.core.testkit.lists import AGREED, List, counts, having, row
from gaung.core.testkit.registry import handle, platform

BAD: Mapping[str, tuple[dict[str, str], str, str]] = {
    "no number": ({"member_no": ""}, "member_no", "the member number is missing"),
    "odd number": ({"member_no": "A@1"}, "member_no", "is no member number"),
    "no name": ({"name": ""}, "name", "the name is missing"),
    "long name": ({"name": "Contoh" * 50}, "name", "is too long, or holds signs that cannot be printed"),
    "no body": ({"body": ""}, "body", "the body is missing"),
    "unknown body": ({"body": "Panitia"}, "body", "there is no body Panitia"),
    "no area": ({"area": ""}, "area", "the area is missing"),
    "unknown area": ({"area": "18.01.99"}, "area", "there is no area 18.01.99"),
    "ambiguous area": ({"area": "Sidosari", "office": ""}, "area", "2 areas are called Sidosari: 18.01.01.2002, 18.02.01.2001"),
    "PPS in a district": ({"area": "18.01.01"}, "area", "PPS serves in a village, and 18.01.01 is a district"),
    "PPK in a village": ({"body": "PPK"}, "area", "PPK serves in a district, and 18.01.01.2001 is a village"),
    "a name of another level": ({"area": "Natar"}, "area", "PPS serves in a village, and Natar is a district"),
    "lost zero": ({"area": "18.1", "office": ""}, "area", "18.1 has lost a zero, as in spreadsheets that take a code for a number"),
    "unknown office": ({"office": "18.99"}, "office", "there is no office 18.99"),
    "another office": ({"office": "18.02"}, "office", "18.01.01.2001 does not lie in 18.02"),
    "no start": ({"term_start": ""}, "term_start", "the first day in term is missing"),
    "no date": ({"term_start": "kemarin"}, "term_start", "is 'kemarin', which is no date"),
    "ends before": ({"term_end": "3/12/2023"}, "term_end", "the term ends (2023-12-03) before it begins (2023-12-04)"),
    "no handle": ({"toy": "dua kata", **AGREED}, "toy", "is no Toy handle, which looks like contoh_anggota"),
    "no consent": ({"toy": "contoh_agt_1"}, "consent_at", "a handle is given, but no consent"),
    "consent to nothing": ({"consent_at": "5/12/2023"}, "consent_text", "a consent is given, but not to which text"),
    "consent some day": ({"consent_at": "nanti", "consent_text": "1"}, "consent_at", "is 'nanti', which is no date"),
    "consent to come": ({"consent_at": "5/12/2123", "consent_text": "1"}, "consent_at", "the consent lies in the future"),
    "unknown reason": ({"no_account_reason": "malas"}, "no_account_reason", "is no known reason; free text is not kept"),
    "unwilling, but": (
        {"toy": "contoh_agt_1", "no_account_reason": "Tidak bersedia dilaporkan ke KPU", **AGREED},
        "no_account_reason",
        "the member does not want to be reported, but a handle is given",
    ),
}


def test_every_bad_row_is_rejected_with_field_reason_and_remedy(lists: List) -> None:
    rows = [row(9)] + [{**row(number), **values} for number, (values, _, _) in enumerate(BAD.values(), 10)]
    done = lists.bring(*rows)
    assert counts(done) == (len(BAD) + 1, 1, 0, 0, len(BAD))
    with Path(done["rejects_file"]).open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    assert [(one["field"], one["reason"]) for one in written] == [(field, reason) for _, field, reason in BAD.values()]
    assert [int(one["row"]) for one in written] == list(range(3, len(BAD) + 3))
    assert all(one["remedy"] for one in written)
    assert written[5]["body"] == "Panitia"
    assert Path(done["rejects_file"]).stat().st_mode & 0o777 == 0o600
    assert len(done["rejects"]) == 20


def test_all_that_is_wrong_with_a_row_stands_in_its_one_line_which_can_be_put_right(lists: List) -> None:
    done = lists.bring(row(1, body="?", term_start="?", name=""))
    assert (done["rejected"], [one["field"] for one in done["rejects"]]) == (1, ["name", "body", "term_start"])
    path = Path(done["rejects_file"])
    with path.open(encoding="utf-8-sig", newline="") as file:
        (line,) = csv.DictReader(file)
    assert line["field"] == "name; body; term_start"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(line))
        writer.writeheader()
        writer.writerow({**line, "body": "PPS", "term_start": "1/1/2024", "name": "Siti Contoh"})
    again = member_import.import_members(lists.ctx, path)
    assert (counts(again), again["ignored_columns"]) == ((1, 1, 0, 0, 0), ["row", "field", "reason", "remedy"])


def test_before_there_are_areas_one_error_says_what_to_do_first(world: Any) -> None:
    path = world.folder / "anggota.csv"
    path.write_text("member_no,name,body,area,term_start\nA-1,Contoh,PPS,18.01,1/1/2024\n")
    with pytest.raises(UserError, match="There are no areas yet") as caught:
        member_import.import_members(world.ctx, path)
    assert "gaung area import" in caught.value.hint
    assert not (world.folder / "anggota.rejects.csv").exists()


@pytest.mark.parametrize("changed", [{"contact": "1801012345670001"}, {"member_no": "1801012345670001"}, {"contact": "1,80101E+15"}])
def test_numbers_of_identity_cards_refuse_the_whole_list(world: Any, lists: List, changed: dict[str, str]) -> None:
    with pytest.raises(UserError, match=r"holds NIK, KTP or KK numbers \(row 4\): nothing was imported") as caught:
        lists.bring(having(1), row(2), {**row(3), **changed})
    assert "1801012345670001" not in str(caught.value)
    assert (lists.all(members), world.told()) == ([(0,)], ["area.imported"])
    assert not (lists.folder / "anggota.rejects.csv").exists()
    with pytest.raises(UserError, match=r"the column 'No KTP' holds NIK"):
        member_import.import_members(lists.ctx, lists.text("member_no,name,body,area,term_start,No KTP\nA-1,Contoh,PPS,18.01,1/1/2024,\n"))
    assert lists.bring(row(1))["imported"] == 1


def test_rows_that_contradict_each_other_are_rejected_with_both_numbers(lists: List) -> None:
    refused = lists.refused(
        row(1), row(1),
        row(2, name="Siti Contoh"), row(2, name="Budi Contoh", body="KPPS"),
        having(3), having(3, toy="contoh_agt_lain", body="KPPS"),
        row(4, no_account_reason="belum_paham"), row(4, no_account_reason="alasan_lain", body="KPPS"),
        row(5),
    )  # fmt: skip
    differs = "row {} says something else of the same member"
    assert refused == [
        (3, "term_start", "the same assignment stands in row 2"),
        (4, "name", differs.format(5)), (5, "name", differs.format(4)),
        (6, "toy", differs.format(7)), (7, "toy", differs.format(6)),
        (8, "no_account_reason", differs.format(9)), (9, "no_account_reason", differs.format(8)),
    ]  # fmt: skip
    assert [number for (number,) in lists.all(members, members.c.number)] == ["A-0001", "A-0005"]


def test_one_account_for_two_members_is_rejected_in_both_rows(lists: List) -> None:
    refused = lists.refused(
        having(1, toy="Contoh_Agt_X"), having(2), having(3, toy="@contoh_agt_x"), having(4, toy="", other="contoh_agt_x")
    )
    given = "the same account is given for another member in row {}"
    assert refused == [(2, "toy", given.format(4)), (4, "toy", given.format(2))]
    assert [number for (number,) in lists.all(members, members.c.number)] == ["A-0002", "A-0004"]


def test_an_account_of_somebody_else_is_rejected_without_being_named(lists: List) -> None:
    lists.bring(having(1))
    with lists.ctx.store.write() as conn:
        declaring.declare(conn, platform=platform(), handle=handle("contoh_ppk"), body="PPK", area="18.01.01", how="cli", actor="test")
    refused = lists.refused(having(2, toy="contoh_agt_1"), having(3, toy="contoh_ppk"), having(4))
    assert refused == [
        (2, "toy", "the account is on record for member A-0001"), (3, "toy", "the account is on record for PPK 18.01.01"),
    ]  # fmt: skip
    assert [number for (number,) in lists.all(members, members.c.number)] == ["A-0001", "A-0004"]


def test_thousands_of_conflicts_are_told_in_the_order_of_rows(lists: List) -> None:
    rows = [having(number, toy=f"contoh_agt_{number // 2}") for number in range(5000)]
    done = lists.bring(*rows)
    assert counts(done) == (5000, 0, 0, 0, 5000)
    with Path(done["rejects_file"]).open(encoding="utf-8-sig", newline="") as file:
        assert [int(one["row"]) for one in csv.DictReader(file)] == list(range(2, 5002))
