from datetime import UTC, datetime
from pathlib import Path

import pytest

from gaung.core.errors import UserError
from gaung.core.media.store import MediaStore
from gaung.core.posts.csvfile import CalendarRow, open_calendar, read_rows
from gaung.core.posts.file import Known
from gaung.core.tables import Reject


def rows_of(folder: Path, text: str, store: MediaStore, known: Known, encoding: str = "utf-8") -> list[CalendarRow | list[Reject]]:
    path = folder / "kalender.csv"
    path.write_bytes(text.encode(encoding))
    return list(read_rows(open_calendar(path), store=store, known=known))


def test_an_indonesian_calendar_of_excel_is_read(folder: Path, store: MediaStore, known: Known) -> None:
    text = (
        "Waktu;Judul;Teks;Tujuan;Asal;Media;Tautan;Satker;Platform;PIC\r\n"
        '4/12/2026 19.30;Cek DPT;"Halo … Lampung";Klarifikasi hoaks;KPU RI;poster.jpg|spot.mp4;https://kpu.go.id;"18;18.01";Wall\r\n'
        "5 Desember 2026 08.00;;Semua;EDUKASI;Kab/Kota;;;semua;wall tube\r\n"
    )
    first, second = rows_of(folder, text, store, known, "cp1252")
    assert isinstance(first, CalendarRow)
    assert isinstance(second, CalendarRow)
    draft = first.draft
    assert (first.number, draft.at) == (2, datetime(2026, 12, 4, 12, 30, tzinfo=UTC))
    assert (draft.title, draft.text, draft.purpose, draft.origin, draft.link) == (
        "Cek DPT", "Halo … Lampung", "klarifikasi_hoaks", "kpu_ri", "https://kpu.go.id",
    )  # fmt: skip
    assert (draft.offices, draft.platforms, list(draft.media)) == (("18", "18.01"), ("wall",), ["poster.jpg", "spot.mp4"])
    assert (second.draft.offices, second.draft.platforms) == (("18", "18.01", "18.02"), ("wall", "tube"))
    assert (second.draft.purpose, second.draft.origin) == ("edukasi", "kabkota")


def test_an_english_calendar_with_iso_times_is_read(folder: Path, store: MediaStore, known: Known) -> None:
    (row,) = rows_of(folder, "platforms,offices,text,at\nwall,all,halo,2026-12-04T12:30:00Z\n", store, known)
    assert isinstance(row, CalendarRow)
    assert row.draft.at == datetime(2026, 12, 4, 12, 30, tzinfo=UTC)


def test_a_bad_row_is_rejected_with_every_reason_and_the_good_ones_are_read(folder: Path, store: MediaStore, known: Known) -> None:
    text = (
        "at,text,purpose,media,offices,platforms\n"
        "4/12/2026 19.30,a,edukai,tidak_ada.jpg,18.1,wal\n"
        "4/12/2026 19.30,b,,,18,wall\n"
        ",c,,,18,wall\n"
        "4/12/2020 19.30,d,,,18,wall\n"
        "besok,e,,,18,\n"
    )
    bad, good, timeless, past, vague = rows_of(folder, text, store, known)
    assert isinstance(good, CalendarRow)
    assert isinstance(bad, list)
    assert [(reject.row, reject.field) for reject in bad] == [(2, "purpose"), (2, "offices"), (2, "platforms"), (2, "media")]
    assert (bad[0].reason, bad[0].remedy) == ("is 'edukai'", "did you mean edukasi?")
    assert bad[1].remedy == "did you mean 18.01?"
    assert all(reject.reason and reject.remedy and reject.cells["text"] == "a" for reject in bad)
    assert isinstance(timeless, list)
    assert (timeless[0].field, timeless[0].reason) == ("at", "has no time")
    assert isinstance(past, list)
    assert "is in the past" in past[0].reason
    assert isinstance(vague, list)
    assert {reject.field for reject in vague} == {"at", "platforms"}


def test_a_media_name_with_spaces_is_one_file_when_it_is_there(folder: Path, store: MediaStore, known: Known) -> None:
    (folder / "poster baru.jpg").write_bytes((folder / "poster.jpg").read_bytes())
    text = "at,media,offices,platforms\n4/12/2026 19.30,poster baru.jpg,18,wall\n4/12/2026 19.30,poster.jpg peta.png,18,wall\n"
    one, two = rows_of(folder, text, store, known)
    assert isinstance(one, CalendarRow)
    assert isinstance(two, CalendarRow)
    assert (list(one.draft.media), list(two.draft.media)) == (["poster baru.jpg"], ["poster.jpg", "peta.png"])


def test_a_calendar_names_its_extra_columns_and_needs_its_own(folder: Path) -> None:
    path = folder / "kalender.csv"
    path.write_text("waktu,satker,platform,PIC\n", "utf-8")
    assert open_calendar(path).ignored == ("PIC",)
    path.write_text("waktu,satker\n", "utf-8")
    with pytest.raises(UserError, match="no column platforms"):
        open_calendar(path)
