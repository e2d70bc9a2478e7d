import csv
from pathlib import Path

import pytest

from gaung.core.errors import UserError
from gaung.core.tables import ImportReport, Reject, Row, open_table, split_list, write_rejects

ALIASES = {"office": ("satker", "kantor"), "platform": (), "external_id": ("id luar",), "handle": ("akun",)}


def table(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "akun.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_delimiter_and_encoding_of_a_spreadsheet_is_read(tmp_path: Path, delimiter: str, encoding: str) -> None:
    text = "\r\n".join(delimiter.join(cells) for cells in [["Satker", "platform", "akun"], ["18.01", "facebook", "contoh_é, Lampung"[:8]]])
    opened = open_table(table(tmp_path, text, encoding), ALIASES, ["office"])
    (row,) = opened.rows()
    assert isinstance(row, Row)
    assert (row.number, dict(row.values)) == (2, {"office": "18.01", "platform": "facebook", "handle": "contoh_é"})


def test_headers_may_be_indonesian_in_any_order_and_case(tmp_path: Path) -> None:
    opened = open_table(table(tmp_path, "AKUN,Id-Luar, Kantor ,Catatan\na,1,18,x\n"), ALIASES, ["office", "external_id"])
    assert opened.columns == ("handle", "external_id", "office", None)
    assert opened.ignored == ("Catatan",)


def test_rows_are_numbered_as_in_the_spreadsheet(tmp_path: Path) -> None:
    text = 'sep=;\noffice;handle\n18;"dua\nbaris"\n;\n\n18.02;b\n'
    rows = list(open_table(table(tmp_path, text), ALIASES).rows())
    assert [(row.number, row.values["handle"]) for row in rows if isinstance(row, Row)] == [(2, "dua\nbaris"), (5, "b")]


def test_short_rows_are_padded_and_long_ones_rejected(tmp_path: Path) -> None:
    short, long = open_table(table(tmp_path, "office,handle\n18\n18,a,b,c\n"), ALIASES).rows()
    assert isinstance(short, Row)
    assert dict(short.values) == {"office": "18", "handle": ""}
    assert isinstance(long, Reject)
    assert (long.row, long.reason) == (3, "the row has 4 cells, the header 2")


def test_a_table_is_read_row_by_row_and_more_than_once(tmp_path: Path) -> None:
    opened = open_table(table(tmp_path, "office\n" + "18\n" * 50_000), ALIASES)
    assert next(opened.rows()) == next(opened.rows())
    assert sum(1 for _ in opened.rows()) == 50_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("platform,handle\na,b\n", "no column office. Its first row must hold: office, platform"),
        ("ofice,handle\na,b\n", "no column office. Rename 'ofice' to office"),
        ("office,kantor\na,b\n", "the column office is there twice"),
        ("PK\x03\x04\0\0", "is neither a CSV table nor an Excel workbook"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_line_with_a_remedy(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UserError) as caught:
        open_table(table(tmp_path, text), ALIASES, ["office"])
    assert "akun.csv: " in str(caught.value)
    assert said in str(caught.value)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"tidak_ada\.csv: cannot be read"):
        open_table(tmp_path / "tidak_ada.csv", ALIASES)


def test_rejects_are_written_with_reason_remedy_and_their_own_cells(tmp_path: Path) -> None:
    (row,) = open_table(table(tmp_path, "Kantor,Catatan\n18.99,é\n"), ALIASES).rows()
    assert isinstance(row, Row)
    reject = Reject(row=row.number, field="office", reason="unknown", remedy="see office list", cells=row.cells)
    path = tmp_path / "rejects.csv"
    path.write_text("what was there before")
    path.chmod(0o644)
    also = Reject(row=row.number, field="note", reason="odd", remedy="empty it", cells=row.cells)
    second = Reject(row=9, field="", reason="too long")
    assert write_rejects(path, ["Kantor", "Catatan"], iter([reject, also, second]), most=2) == (2, [reject, also])
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open(encoding="utf-8-sig", newline="") as file:
        first, last = csv.DictReader(file)
    told = {"row": "2", "field": "office; note", "reason": "unknown; odd", "remedy": "see office list; empty it"}
    assert first == {**told, "Kantor": "18.99", "Catatan": "é"}
    assert (last["row"], last["Kantor"]) == ("9", "")
    opened = open_table(path, ALIASES, ["office"])
    assert set(opened.ignored) == {"row", "field", "reason", "remedy", "Catatan"}


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("18.01|18.02", ["18.01", "18.02"]),
        ("18.01; 18.02 ;", ["18.01", "18.02"]),
        ("a b  c", ["a", "b", "c"]),
        ("a, b", ["a", "b"]),
        (" ", []),
    ],
)
def test_a_cell_holds_a_list(cell: str, items: list[str]) -> None:
    assert split_list(cell) == items


def test_an_import_fails_only_if_nothing_was_taken() -> None:
    def report(imported: int, unchanged: int, rejected: int) -> ImportReport:
        rows = imported + unchanged + rejected
        return ImportReport(rows=rows, imported=imported, updated=0, unchanged=unchanged, rejected=rejected, rejects_file=None, seconds=0.1)

    assert [report(*counts).failed for counts in [(0, 0, 3), (1, 0, 3), (0, 1, 3), (0, 0, 0)]] == [True, False, False, False]
    assert list(report(1, 0, 0).to_json()) == ["rows", "imported", "updated", "unchanged", "rejected", "rejects_file", "seconds"]


def test_no_reject_makes_no_file(tmp_path: Path) -> None:
    assert write_rejects(tmp_path / "rejects.csv", ["Kantor"], []) == (0, [])
    assert not (tmp_path / "rejects.csv").exists()
