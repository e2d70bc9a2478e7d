"""Workbooks are read as CSV is: by their bytes, row by row, with the sheet's own row numbers."""

import zipfile
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from openpyxl import Workbook

from gaung.core.errors import UserError
from gaung.core.tables import Reject, Row, open_table

ALIASES = {"number": ("nomor",), "name": ("nama",), "start": ("mulai",)}


def book(path: Path, *sheets: list[list[Any]]) -> Path:
    made = Workbook()
    made.remove(made.worksheets[0])
    for rows in sheets:
        sheet = made.create_sheet()
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def read(path: Path) -> list[tuple[int, dict[str, str]]]:
    return [(row.number, dict(row.values)) for row in open_table(path, ALIASES, ["number"]).rows() if isinstance(row, Row)]


def test_dates_and_numbers_of_cells_come_as_people_would_write_them(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Nomor", "Nama", "Mulai"],
        [1, "Siti Contoh", date(2023, 12, 4)],
        [18.01, 1801012345670001.0, datetime(2023, 12, 4, 8, 30)],  # noqa: DTZ001 - Excel knows no zones
        ["A-3", True, None],
    ]
    assert read(book(tmp_path / "a.xlsx", rows)) == [
        (2, {"number": "1", "name": "Siti Contoh", "start": "2023-12-04"}),
        (3, {"number": "18.01", "name": "1801012345670001", "start": "2023-12-04 08:30:00"}),
        (4, {"number": "A-3", "name": "true", "start": ""}),
    ]


def test_the_header_may_stand_below_titles_and_on_another_sheet(tmp_path: Path) -> None:
    title: list[list[Any]] = [["Petunjuk pengisian"], ["Isi lembar kedua"]]
    rows: list[list[Any]] = [
        ["DAFTAR ANGGOTA PPK"],
        [],
        [None, "Nama", "Nomor"],
        [None, "Siti Contoh", "A-1"],
        [],
        ["x", "Budi Contoh", "A-2"],
    ]
    found = read(book(tmp_path / "a.xlsx", title, rows))
    assert [(number, values["number"]) for number, values in found] == [(4, "A-1"), (6, "A-2")]


def test_titles_may_stand_above_the_header_of_a_csv_file_too(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("DAFTAR ANGGOTA;;\n;;\nNomor;Nama;Mulai\nA-1;Siti Contoh;4/12/2023\n")
    assert read(path) == [(4, {"number": "A-1", "name": "Siti Contoh", "start": "4/12/2023"})]


def test_the_bytes_tell_what_a_file_is_not_its_name(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [["Nomor"], ["A-1"]])
    assert read(path.rename(tmp_path / "a.csv")) == [(2, {"number": "A-1"})]
    text = tmp_path / "b.xlsx"
    text.write_text("nomor,nama\nA-2,Siti Contoh\n")
    assert read(text) == [(2, {"number": "A-2", "name": "Siti Contoh"})]


def test_a_workbook_whose_size_is_written_wrongly_is_read_whole(tmp_path: Path) -> None:
    source = book(tmp_path / "a.xlsx", [["Nomor", "Nama"], ["A-1", "Siti Contoh"], ["A-2", "Budi Contoh"]])
    target = tmp_path / "b.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for item in old.namelist():
            new.writestr(item, old.read(item).replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1"'))
    assert [values["number"] for _, values in read(target)] == ["A-1", "A-2"]


def test_a_row_that_is_wider_than_the_header_is_rejected(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [["Nomor", "Nama"], ["A-1", "Siti Contoh", None, "catatan"]])
    (row,) = open_table(path, ALIASES).rows()
    assert isinstance(row, Reject)
    assert (row.row, row.reason) == (2, "the row has 4 cells, the header 2")


def test_a_workbook_can_be_read_again(tmp_path: Path) -> None:
    opened = open_table(book(tmp_path / "a.xlsx", [["Nomor"], ["A-1"], ["A-2"]]), ALIASES)
    assert next(opened.rows()) == next(opened.rows())
    assert (len(list(opened.rows())), opened.estimate()) == (2, 2)


def not_excel(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("halo.txt", "halo")


def cut(path: Path) -> None:
    whole = book(path, [["Nomor"], ["A-1"]]).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def test_a_workbook_with_a_wrong_byte_is_read_or_refused_in_one_line(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Nomor", "Nama"], *([f"A-{number}", f"Contoh {number * 7919 % 1009}"] for number in range(200))]
    path = book(tmp_path / "anggota.xlsx", rows)
    whole, draw, refused = path.read_bytes(), Random(4), list[str]()
    for _ in range(60):
        spoilt = bytearray(whole)
        spoilt[draw.randrange(len(spoilt))] ^= 1 + draw.randrange(255)
        path.write_bytes(spoilt)
        try:
            read(path)
        except UserError as error:
            refused.append(error.message)
    assert len(refused) > 10
    assert all("anggota.xlsx: " in message for message in refused)


def test_a_csv_file_with_nul_anywhere_is_refused_for_no_database_takes_it(tmp_path: Path) -> None:
    (tmp_path / "anggota.csv").write_bytes(b"number,name\n" + b"A-1,Siti Contoh\n" * 100_000 + b"A-2\0,Budi Contoh\n")
    with pytest.raises(UserError, match="is neither a CSV table nor an Excel workbook"):
        open_table(tmp_path / "anggota.csv", ALIASES, ["number"])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (not_excel, "is neither a CSV table nor an Excel workbook"),
        (cut, "is neither a CSV table nor an Excel workbook"),
        (
            lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600),
            "is an Excel workbook of the old kind (XLS), or locked with a password",
        ),
        (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0"), "is neither a CSV table nor an Excel workbook"),
        (lambda path: book(path, [[]]), "the file is empty"),
        (lambda path: book(path, [["Nama"], ["Siti Contoh"]]), "no column number"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line_with_a_remedy(tmp_path: Path, make: Any, said: str) -> None:
    path = tmp_path / "anggota.xlsx"
    make(path)
    with pytest.raises(UserError) as caught:
        open_table(path, ALIASES, ["number"])
    assert "anggota.xlsx: " in caught.value.message
    assert said in caught.value.message
    assert caught.value.hint
