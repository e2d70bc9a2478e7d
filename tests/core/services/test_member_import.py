"""`member import` on both databases: what is taken, what a second list changes, and what nothing must ever do."""

import csv
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select, update

from gaung.core.errors import UserError
from gaung.core.ledger import cells
from gaung.core.ledger.raising import Evidence, raise_grade
from gaung.core.registry import consent, declaring, erasing
from gaung.core.services import area_import, member_import
from gaung.core.store.ledger_tables import coverage
from gaung.core.store.registry_tables import assignments, consents, declared_accounts, members, registry_state
from gaung.core.testkit.registry import handle, platform

AREAS = """code,name,level,parent
18,Provinsi Contoh,province,
18.01,Kabupaten Lampung Selatan,regency,18
18.02,Kabupaten Lampung Tengah,regency,18
18.01.01,Natar,district,18.01
18.02.01,Natar,district,18.02
18.01.01.2001,Hajimena,village,18.01.01
18.01.01.2002,Sidosari,village,18.01.01
18.02.01.2001,Sidosari,village,18.02.01
"""
ROW = {
    "member_no": "A-0001", "name": "Siti Contoh Wulandari", "body": "PPS", "area": "18.01.01.2001", "office": "18.01",
    "term_start": "4/12/2023", "term_end": "4 April 2024", "toy": "", "other": "", "no_account_reason": "", "consent_at": "",
    "consent_text": "", "contact": "",
}  # fmt: skip
AGREED = {"consent_at": "5/12/2023 10.00", "consent_text": "2026-1"}


def row(number: int = 1, **values: str) -> dict[str, str]:
    return {**ROW, "member_no": f"A-{number:04}", "name": f"Siti Contoh {number}", **values}


def having(number: int = 1, **values: str) -> dict[str, str]:
    """A row with an account and consent."""
    return row(number, **{"toy": f"contoh_agt_{number}", **AGREED, **values})


class List:
    """Writes lists and imports them."""

    def __init__(self, world: Any) -> None:
        self.world = world
        area_import.import_areas(world.ctx, self.text(AREAS, "wilayah.csv"))

    def text(self, text: str, name: str = "anggota.csv", encoding: str = "utf-8") -> Path:
        path: Path = self.world.folder / name
        path.write_bytes(text.encode(encoding))
        return path

    def file(self, *rows: Mapping[str, str], without: tuple[str, ...] = ()) -> Path:
        path: Path = self.world.folder / "anggota.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [name for name in ROW if name not in without], extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return path

    def bring(self, *rows: Mapping[str, str], **options: Any) -> dict[str, Any]:
        return member_import.import_members(self.world.ctx, self.file(*rows), **options)

    def counts(self, *rows: Mapping[str, str]) -> tuple[int, ...]:
        return counts(self.bring(*rows))

    def refused(self, *rows: Mapping[str, str]) -> list[tuple[int, str, str]]:
        return [(one["row"], one["field"], one["reason"]) for one in self.bring(*rows)["rejects"]]

    def member(self, number: str = "A-0001") -> Any:
        with self.world.ctx.store.read() as conn:
            return conn.execute(select(members).where(members.c.number == number)).first()

    def all(self, table: Any, *columns: Any) -> list[tuple[Any, ...]]:
        with self.world.ctx.store.read() as conn:
            shown = columns or (func.count(),)
            found = [tuple(one) for one in conn.execute(select(*shown).select_from(table))]
        return sorted(found, key=lambda one: [(value is None, value if value is not None else 0) for value in one])

    def accounts(self) -> list[tuple[Any, ...]]:
        """Of each account: member, platform, handle, and why it ended."""
        joined = declared_accounts.join(members, members.c.id == declared_accounts.c.member_id)
        return self.all(joined, members.c.number, declared_accounts.c.platform, declared_accounts.c.handle, declared_accounts.c.ended_why)


def counts(answer: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(answer[key] for key in ("rows", "imported", "updated", "unchanged", "rejected"))


@pytest.fixture
def lists(world: Any) -> List:
    return List(world)


def test_members_terms_consents_and_accounts_are_put_down_once(lists: List) -> None:
    rows = [
        having(1, contact="0812-0000-0001"),
        row(2, no_account_reason="Tidak ada sinyal"),
        row(3, body="PPK", area="18.01.01", term_end=""),
    ]
    done = lists.bring(*rows)
    assert (counts(done), done["accounts"], done["rejects_file"]) == ((3, 3, 0, 0, 0), 1, None)
    assert (lists.member().name, lists.member().contact) == ("Siti Contoh 1", "0812-0000-0001")
    assert (lists.member("A-0002").reason, lists.member("A-0002").reason_at is not None) == ("tidak_ada_sinyal", True)
    assert lists.all(
        assignments, assignments.c.body, assignments.c.area, assignments.c.office, assignments.c.term_start, assignments.c.term_end
    ) == [
        ("PPK", "18.01.01", "18.01", date(2023, 12, 4), None),
        *[("PPS", "18.01.01.2001", "18.01", date(2023, 12, 4), date(2024, 4, 4))] * 2,
    ]
    assert lists.all(consents, consents.c.version, consents.c.given_at, consents.c.how, consents.c.actor) == [
        ("2026-1", datetime(2023, 12, 5, 3, 0, tzinfo=UTC), "import", "test")
    ]
    assert lists.accounts() == [("A-0001", "toy", "contoh_agt_1", None)]
    before = lists.all(registry_state, registry_state.c.version)
    again = lists.bring(*rows)
    assert (counts(again), again["accounts"]) == ((3, 0, 0, 3, 0), 0)
    assert lists.all(registry_state, registry_state.c.version) == before
    assert (lists.all(members), lists.all(assignments), lists.all(consents), lists.all(declared_accounts)) == (
        [(3,)],
        [(3,)],
        [(1,)],
        [(1,)],
    )


def test_an_import_is_told_of_once_with_counts_alone(lists: List) -> None:
    lists.bring(having(1), row(2), row(3, area="?"))
    with lists.world.ctx.store.read() as conn:
        from gaung.core.store.tables import events

        found = conn.execute(select(events).where(events.c.event.not_like("area.%"))).all()
    assert [(one.event, one.member, one.data) for one in found] == [
        ("member.imported", None, {"imported": 2, "updated": 0, "unchanged": 0, "rejected": 1, "accounts": 1, "matched": 0})
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_lists_come_with_semicolons_other_encodings_indonesian_headers_and_words(lists: List, encoding: str) -> None:
    text = (
        "DAFTAR ANGGOTA BADAN ADHOC;;;;;;;;;;\r\n"
        "Nama;No Anggota;Badan;Wilayah;Mulai;Berakhir;Akun Toy;Alasan Belum Punya Akun;Tanggal Persetujuan;Naskah Persetujuan;Catatan\r\n"
        "Siti Contoh Andr\u00e9;A-0001;Panitia Pemungutan Suara;Desa Hajimena, Kab. Lampung Selatan;Senin, 4 Desember 2023;4-4-2024;"
        "@contoh_agt_siti;;5 Des 2023;2026-1;x\r\n"
        "Budi Contoh;A-0002;PPDP;Sidosari, Natar, Lamsel;4/12/2023;-;-;Perlu pendampingan;;;\r\n"
        "Rina Contoh;A-0003;Panitia Pemilihan Kecamatan;Kec. Natar (Lamteng);2023-12-04;;tidak ada;belum ditanya;;;\r\n"
    )
    done = member_import.import_members(lists.world.ctx, lists.text(text, encoding=encoding))
    assert (counts(done), done["ignored_columns"]) == ((3, 3, 0, 0, 0), ["Catatan"])
    assert lists.member().name == "Siti Contoh Andr\u00e9"
    assert lists.all(assignments, assignments.c.body, assignments.c.area, assignments.c.office) == [
        ("PANTARLIH", "18.01.01.2002", "18.01"), ("PPK", "18.02.01", "18.02"), ("PPS", "18.01.01.2001", "18.01"),
    ]  # fmt: skip
    assert (lists.member("A-0002").reason, lists.member("A-0003").reason) == ("belum_paham", None)
    assert lists.accounts() == [("A-0001", "toy", "contoh_agt_siti", None)]


def test_a_workbook_is_a_list_too(lists: List) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    lines: list[list[Any]] = [
        ["DAFTAR ANGGOTA PPS"],
        ["No Anggota", "Nama", "Badan", "Wilayah", "Satker", "Mulai", "Berakhir", "Toy", "Persetujuan", "Versi Persetujuan"],
        [
            101,
            "Siti Contoh",
            "PPS",
            "18.01.01.2001",
            18.01,
            date(2023, 12, 4),
            date(2024, 4, 4),
            "contoh_agt_1",
            date(2023, 12, 5),
            "2026-1",
        ],
        [102, "Budi Contoh", "PPS", "Hajimena", 18.02, date(2023, 12, 4), None, None, None, None],
    ]
    for line in lines:
        sheet.append(line)
    path = lists.world.folder / "anggota.xlsx"
    book.save(path)
    done = member_import.import_members(lists.world.ctx, path)
    assert counts(done) == (2, 1, 0, 0, 1)
    assert [(one["row"], one["reason"]) for one in done["rejects"]] == [(4, "there is no area Hajimena in office 18.02")]
    assert lists.all(assignments, assignments.c.office, assignments.c.term_end) == [("18.01", date(2024, 4, 4))]
    assert done["rejects_file"].endswith("anggota.rejects.csv")


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
    again = member_import.import_members(lists.world.ctx, path)
    assert (counts(again), again["ignored_columns"]) == ((1, 1, 0, 0, 0), ["row", "field", "reason", "remedy"])


@pytest.mark.parametrize("changed", [{"contact": "1801012345670001"}, {"member_no": "1801012345670001"}, {"contact": "1,80101E+15"}])
def test_numbers_of_identity_cards_refuse_the_whole_list(lists: List, changed: dict[str, str]) -> None:
    with pytest.raises(UserError, match=r"holds NIK, KTP or KK numbers \(row 4\): nothing was imported") as caught:
        lists.bring(having(1), row(2), {**row(3), **changed})
    assert "1801012345670001" not in str(caught.value)
    assert (lists.all(members), lists.world.told()) == ([(0,)], ["area.imported"])
    assert not (lists.world.folder / "anggota.rejects.csv").exists()
    with pytest.raises(UserError, match=r"the column 'No KTP' holds NIK"):
        member_import.import_members(
            lists.world.ctx, lists.text("member_no,name,body,area,term_start,No KTP\nA-1,Contoh,PPS,18.01,1/1/2024,\n")
        )
    assert lists.bring(row(1))["imported"] == 1


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
    assert counts(member_import.import_members(lists.world.ctx, path)) == (1, 0, 0, 1, 0)


def test_a_person_may_serve_several_times(lists: List) -> None:
    terms = [having(1), {**having(1), "body": "KPPS", "term_start": "1/2/2024"}, {**having(1), "area": "18.01.01.2002"}]
    done = lists.bring(*terms)
    assert (counts(done), done["accounts"]) == ((3, 3, 0, 0, 0), 1)
    assert (lists.all(members), lists.all(assignments), lists.all(consents)) == ([(1,)], [(3,)], [(1,)])
    assert lists.counts(*terms, {**having(1), "term_start": "26/5/2024", "term_end": ""}) == (4, 1, 0, 3, 0)


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
    with lists.world.ctx.store.write() as conn:
        declaring.declare(conn, platform=platform(), handle=handle("contoh_ppk"), body="PPK", area="18.01.01", how="cli", actor="test")
    refused = lists.refused(having(2, toy="contoh_agt_1"), having(3, toy="contoh_ppk"), having(4))
    assert refused == [
        (2, "toy", "the account is on record for member A-0001"), (3, "toy", "the account is on record for PPK 18.01.01"),
    ]  # fmt: skip
    assert [number for (number,) in lists.all(members, members.c.number)] == ["A-0001", "A-0004"]


def test_a_handle_that_was_given_up_is_free_for_another(lists: List) -> None:
    lists.bring(having(1))
    lists.bring(having(1, toy="contoh_agt_baru"))
    assert lists.counts(having(2, toy="contoh_agt_1")) == (1, 1, 0, 0, 0)


def test_a_consent_taken_back_does_not_come_back_with_an_old_list(lists: List) -> None:
    lists.bring(having(1))
    with lists.world.ctx.store.write() as conn:
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
    with lists.world.ctx.store.write() as conn:
        erasing.erase(conn, [conn.execute(select(members.c.id)).scalar_one()], why="request", forget=lambda _hashes: None)
    assert lists.refused(having(1)) == [(2, "member_no", "this member was erased")]
    assert (lists.member().name, lists.all(assignments)) == (None, [(1,)])


def test_a_reason_does_not_stand_beside_an_account(lists: List) -> None:
    lists.bring(having(1, no_account_reason="belum_paham"))
    assert lists.member().reason is None
    assert lists.refused(row(1, no_account_reason="belum_paham")) == [(2, "no_account_reason", "the member has an account on record")]


def test_an_office_brings_its_own_members_alone(lists: List, scoped: Callable[[str], Any]) -> None:
    lists.bring(row(1, area="18.02.01.2001", office="18.02"), row(2))
    ctx = scoped("18.01").ctx
    done = member_import.import_members(ctx, lists.file(row(1), row(2), row(3), row(4, area="18.02.01.2001", office="")))
    assert counts(done) == (4, 1, 0, 1, 2)
    assert [(one["row"], one["field"], one["reason"]) for one in done["rejects"]] == [
        (2, "member_no", "the number belongs to a member of another office"),
        (5, "office", "office 18.02 is out of sight (GAUNG_OFFICE)"),
    ]


def test_a_dry_run_says_the_same_and_stores_nothing(lists: List) -> None:
    rows = [having(1), row(2, area="?"), having(3), having(4, toy="contoh_agt_3")]
    tried = lists.bring(*rows, dry_run=True)
    assert (lists.all(members), lists.all(consents), lists.world.told()) == ([(0,)], [(0,)], ["area.imported"])
    assert (tried["dry_run"], [one["row"] for one in tried["rejects"]]) == (True, [3, 4, 5])
    done = lists.bring(*rows)
    assert {key: tried[key] for key in tried if key not in ("seconds", "dry_run")} == {
        key: done[key] for key in done if key not in ("seconds", "dry_run")
    }


def test_what_a_member_shared_counts_where_a_new_term_puts_it(lists: List) -> None:
    lists.bring(row(1, term_start="1/1/2020", term_end="2/1/2020"))
    lists.world.account()
    post = lists.world.post()
    with lists.world.ctx.store.write() as conn:
        told = Evidence(post_id=post, member_id=lists.member().id, platform="toy", signal="link", grade="matched", source="claim")
        raise_grade(conn, [told])
    assert lists.all(coverage) == [(0,)]
    lists.bring(row(1, term_start="1/1/2021", term_end=""))
    with lists.world.ctx.store.read() as conn:
        assert cells.differences(conn) == []
        assert conn.execute(select(coverage.c.matched).where(coverage.c.area == "18.01", coverage.c.body == "*")).scalars().first() == 1
    lists.bring(row(1, term_start="1/1/2021", term_end="2/1/2021"))
    with lists.world.ctx.store.read() as conn:
        assert cells.differences(conn) == []
    assert lists.all(coverage) == [(0,)]


def test_an_import_says_how_far_it_is(lists: List) -> None:
    told: list[tuple[str, int, int]] = []
    lists.bring(*[row(number) for number in range(1, 1502)], row(1502, area="?"), progress=lambda *said: told.append(said))
    assert told == [
        ("Reading", 0, 1502),
        ("Reading", 1000, 1502),
        ("Storing", 0, 0),
        ("Writing rejects", 0, 1502),
        ("Writing rejects", 1000, 1502),
    ]


def test_thousands_of_conflicts_are_told_in_the_order_of_rows(lists: List) -> None:
    rows = [having(number, toy=f"contoh_agt_{number // 2}") for number in range(5000)]
    done = lists.bring(*rows)
    assert counts(done) == (5000, 0, 0, 0, 5000)
    with Path(done["rejects_file"]).open(encoding="utf-8-sig", newline="") as file:
        assert [int(one["row"]) for one in csv.DictReader(file)] == list(range(2, 5002))


KILLED = """
import os, signal, sys
from pathlib import Path
from gaung.core.config import load
from gaung.core.registry import merging
from gaung.core.services import member_import
from gaung.core.services.context import Context
setattr(merging, sys.argv[3], lambda *_args: os.kill(os.getpid(), signal.SIGKILL))
member_import.import_members(Context(load(Path(sys.argv[1]))), Path(sys.argv[2]))
"""


@pytest.mark.parametrize("step", ["hold", "_put_consents", "match_waiting"])
def test_an_import_that_is_killed_leaves_nothing_half_done(lists: List, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lists.bring(row(1))
    ctx = lists.world.ctx
    monkeypatch.setenv("GAUNG_DATABASE_URL", ctx.store.url.render_as_string(hide_password=False))
    header = lists.file(*[{**row(number), **AGREED} for number in range(1, 200)]).read_text("utf-8").replace(",toy,", ",facebook,")
    path = lists.text(header.replace("A-0002,", "A-0002,", 1), "besar.csv")
    if step == "match_waiting":
        path = lists.text(header.replace(",4/12/2023,4 April 2024,,", ",4/12/2023,4 April 2024,contoh.agt.satu,", 1), "besar.csv")
    command = [sys.executable, "-P", "-c", KILLED, str(lists.world.folder), str(path), step]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=90, env=dict(os.environ))
    assert done.returncode == -9, done.stderr
    assert (lists.all(members), lists.all(assignments), lists.all(consents), lists.all(declared_accounts)) == (
        [(1,)],
        [(1,)],
        [(0,)],
        [(0,)],
    )
    assert lists.counts(*[row(number) for number in range(1, 200)]) == (199, 198, 0, 1, 0)


PEAK = """
import resource, sys
from pathlib import Path
from gaung.core.config import load
from gaung.core.services import member_import
from gaung.core.services.context import Context
done = member_import.import_members(Context(load(Path(sys.argv[1]))), Path(sys.argv[2]))
assert done["rejected"] == done["rows"] // 2, done["rejects"][:2]
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_a_long_list_needs_no_more_memory_than_a_short_one(lists: List, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAUNG_DATABASE_URL", lists.world.ctx.store.url.render_as_string(hide_password=False))

    def peak(count: int) -> int:
        rows = [
            row(number, area="18.01.01.2001" if number % 2 else "?", name=f"Siti Contoh {'Wulandari ' * 10}{number}")
            for number in range(count)
        ]
        command = [sys.executable, "-P", "-c", PEAK, str(lists.world.folder), str(lists.file(*rows))]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=90, env=dict(os.environ))
        assert done.returncode == 0, done.stderr
        return int(done.stdout) // 1024

    short, long = peak(1_000), peak(25_000)  # the rows with their cells as objects would take more than 60 MB
    assert long - short < 20, (short, long)
