"""The files that tables come in: CSV in any encoding a spreadsheet saves, and Excel workbooks (XLSX). What a file is, its bytes say.

A sheet is read row by row, as often as wanted; of a workbook only the texts that its cells share are kept in memory, as the format needs.
"""

import codecs
import contextlib
import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from gaung.core.errors import UserError

_DAMAGED = (
    ValueError, KeyError, OSError, EOFError, SyntaxError, AttributeError, TypeError, NotImplementedError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What reading a workbook raises where some of its bytes are wrong."""
_DELIMITERS = (",", ";", "\t")
_CHUNK = 1 << 20
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SAVE = "Save the sheet as CSV (UTF-8) or as an Excel workbook (XLSX)."

Line = tuple[int, list[str]]
"""The spreadsheet's own row number (from 1) and the cells as text."""


class Sheet(Protocol):
    """One way to read a file as rows."""

    def lines(self) -> Iterator[Line]:
        """Every row, empty ones too. Raises `UserError` where the file cannot be read on."""
        ...

    def head(self, most: int) -> list[Line]:
        """The first rows, as far as they can be read."""
        ...

    def estimate(self) -> int:
        """About how many rows there are, for a progress bar; 0: nobody knows."""
        ...


def sheets(path: Path) -> list[Sheet]:
    """Every way in which the file can be read: each delimiter of a CSV file, each sheet of a workbook.

    Raises `UserError` naming the file for one that cannot be read, is empty, or is neither.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}).", "Give the path of a CSV file or an Excel workbook.") from None
    if start.startswith(_ZIP):
        return [*_workbook(path)]
    if start.startswith(_OLE):
        words = "is an Excel workbook of the old kind (XLS), or locked with a password."
        raise UserError(f"{path}: {words}", "Save it as XLSX without a password, or as CSV (UTF-8).")
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as text:
        head = text.read(_CHUNK)
    if not head.strip():
        raise UserError(f"{path}: the file is empty.", "Its first row must hold headers.")
    marked = 1 if head.splitlines()[0].casefold().startswith("sep=") else 0
    return [CsvSheet(path, encoding, mark, marked, head) for mark in _DELIMITERS]


@dataclass(frozen=True, slots=True)
class CsvSheet:
    """A CSV file with one delimiter. `marked`: how many lines before the table only name the delimiter (`sep=;`)."""

    path: Path
    encoding: str
    delimiter: str
    marked: int
    start: str = field(repr=False)

    def lines(self) -> Iterator[Line]:
        """Rows as the file has them."""
        with self.path.open(encoding=self.encoding, newline="") as file:
            try:
                for number, cells in enumerate(csv.reader(file, delimiter=self.delimiter, strict=False), 1 - self.marked):
                    if number > 0:
                        yield number, cells
            except (csv.Error, UnicodeDecodeError) as error:
                raise UserError(f"{self.path}: cannot be read as CSV ({error}).", "Save the sheet as CSV (UTF-8) again.") from None

    def head(self, most: int) -> list[Line]:
        """From the first million characters: a quote that is never closed is no reason to read all of the file."""
        reader = csv.reader(io.StringIO(self.start, newline=""), delimiter=self.delimiter)
        found: list[Line] = []
        with contextlib.suppress(csv.Error):
            found.extend(enumerate(islice(reader, most + self.marked), 1 - self.marked))
        return found[self.marked :]

    def estimate(self) -> int:
        """Its line ends."""
        with self.path.open("rb") as file:
            return sum(piece.count(b"\n") for piece in iter(lambda: file.read(_CHUNK), b""))


@dataclass(frozen=True, slots=True)
class ExcelSheet:
    """One sheet of a workbook. Cells come as text: dates in ISO, whole numbers without exponent, formulas as their last value."""

    path: Path
    title: str
    rows: int

    def lines(self) -> Iterator[Line]:
        """Rows by the sheet's own numbers."""
        with self.path.open("rb") as file:
            book = _opened(self.path, file)
            try:
                sheet = book[self.title]
                sheet.reset_dimensions()  # some programs write a size that is wrong
                for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                    yield number, [as_text(cell) for cell in cells]
            except _DAMAGED as error:
                raise _broken(self.path, error) from None
            finally:
                book.close()

    def head(self, most: int) -> list[Line]:
        """The first rows."""
        return list(islice(self.lines(), most))

    def estimate(self) -> int:
        """What the sheet says of itself."""
        return self.rows


def as_text(value: Any) -> str:
    """A workbook's cell as a person would have typed it.

    >>> as_text(1801012345670001.0), as_text(18.01), as_text(datetime(2023, 12, 4)), as_text(None)
    ('1801012345670001', '18.01', '2023-12-04', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _workbook(path: Path) -> Iterator[Sheet]:
    with path.open("rb") as file:
        book = _opened(path, file)
        try:
            for sheet in book.worksheets:
                yield ExcelSheet(path, sheet.title, sheet.max_row or 0)
        finally:
            book.close()


def _opened(path: Path, file: Any) -> Any:
    """A workbook to be read row by row. The library is given the open file, for by the name it would judge what the file is."""
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it speaks about styles and forms that nobody asks for
            return load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except _DAMAGED as error:
        raise _broken(path, error) from None


def _broken(path: Path, error: Exception) -> UserError:
    what = "damaged" if isinstance(error, zlib.error) else type(error).__name__
    return UserError(f"{path}: is neither a CSV table nor an Excel workbook that can be read ({what}).", _SAVE)


def _encoding(path: Path) -> str:
    """UTF-8 (with or without mark), UTF-16 with its mark, else what Windows in Indonesia writes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for number, piece in enumerate(_pieces(path)):
            if number == 0 and piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return "utf-16"
            if b"\0" in piece:
                raise UserError(f"{path}: is neither a CSV table nor an Excel workbook.", _SAVE)
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _pieces(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(_CHUNK), b"")
