"""`member import` on both databases: what is taken from a list, however it is written."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from gaung.core.services import member_import
from gaung.core.store.registry_tables import assignments, consents, declared_accounts, members, registry_state
from gaung.core.testkit.lists import List, counts, having, row


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
    with lists.ctx.store.read() as conn:
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
    done = member_import.import_members(lists.ctx, lists.text(text, encoding=encoding))
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
    path = lists.folder / "anggota.xlsx"
    book.save(path)
    done = member_import.import_members(lists.ctx, path)
    assert counts(done) == (2, 1, 0, 0, 1)
    assert [(one["row"], one["reason"]) for one in done["rejects"]] == [(4, "there is no area Hajimena in office 18.02")]
    assert lists.all(assignments, assignments.c.office, assignments.c.term_end) == [("18.01", date(2024, 4, 4))]
    assert done["rejects_file"].endswith("anggota.rejects.csv")


def test_a_person_may_serve_several_times(lists: List) -> None:
    terms = [having(1), {**having(1), "body": "KPPS", "term_start": "1/2/2024"}, {**having(1), "area": "18.01.01.2002"}]
    done = lists.bring(*terms)
    assert (counts(done), done["accounts"]) == ((3, 3, 0, 0, 0), 1)
    assert (lists.all(members), lists.all(assignments), lists.all(consents)) == ([(1,)], [(3,)], [(1,)])
    assert lists.counts(*terms, {**having(1), "term_start": "26/5/2024", "term_end": ""}) == (4, 1, 0, 3, 0)


def test_an_office_brings_its_own_members_alone(lists: List, scoped: Callable[[str], Any]) -> None:
    lists.bring(row(1, area="18.02.01.2001", office="18.02"), row(2))
    ctx = scoped("18.01").ctx
    done = member_import.import_members(ctx, lists.file(row(1), row(2), row(3), row(4, area="18.02.01.2001", office="")))
    assert counts(done) == (4, 1, 0, 1, 2)
    assert [(one["row"], one["field"], one["reason"]) for one in done["rejects"]] == [
        (2, "member_no", "the number belongs to a member of another office"),
        (5, "office", "office 18.02 is out of sight (GAUNG_OFFICE)"),
    ]


def test_a_dry_run_says_the_same_and_stores_nothing(world: Any, lists: List) -> None:
    rows = [having(1), row(2, area="?"), having(3), having(4, toy="contoh_agt_3")]
    tried = lists.bring(*rows, dry_run=True)
    assert (lists.all(members), lists.all(consents), world.told()) == ([(0,)], [(0,)], ["area.imported"])
    assert (tried["dry_run"], [one["row"] for one in tried["rejects"]]) == (True, [3, 4, 5])
    done = lists.bring(*rows)
    assert {key: tried[key] for key in tried if key not in ("seconds", "dry_run")} == {
        key: done[key] for key in done if key not in ("seconds", "dry_run")
    }


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
