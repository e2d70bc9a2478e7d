"""Tables as people hand them in: CSV or XLSX, English or Indonesian headers, any order, titles above them.

Rows are read one at a time, so that a list of 276,000 members needs no more memory than one of ten. Bad rows become `Reject`s and
go to a file that can be put right and imported again.
"""

import contextlib
import csv
import dataclasses
import difflib
import itertools
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gaung.core.errors import UserError
from gaung.core.sheets import Sheet, sheets

_HIGHEST = 20
"""Rows among which the header is looked for."""
REJECT_COLUMNS = ("row", "field", "reason", "remedy")


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `number` is the spreadsheet's own (from 1); `values` by column, stripped; `cells` as they were, by header."""

    number: int
    values: Mapping[str, str]
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """Why a row was not taken, and what to do."""

    row: int
    field: str
    reason: str
    remedy: str = ""
    cells: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What every import answers. `rejects_file` None: nothing was rejected. `seconds` is how long it took."""

    rows: int
    imported: int
    updated: int
    unchanged: int
    rejected: int
    rejects_file: str | None
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """The answer of the command line."""
        return asdict(self)

    @property
    def failed(self) -> bool:
        """Whether the exit code is 1: something was rejected and nothing was taken."""
        return self.rejected > 0 and self.imported + self.updated + self.unchanged == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """An opened table: its known columns and the headers that are ignored. `rows()` reads it, as often as wanted.

    `names` are what a row's own cells go by: the headers, and `column 3` where one is missing or there twice.
    """

    path: Path
    sheet: Sheet
    header: int
    headers: tuple[str, ...]
    names: tuple[str, ...]
    columns: tuple[str | None, ...]
    places: tuple[tuple[int, str], ...]

    @property
    def ignored(self) -> tuple[str, ...]:
        """Headers that are no column."""
        return tuple(header for header, column in zip(self.headers, self.columns, strict=True) if column is None and header)

    def rows(self) -> Iterator[Row | Reject]:
        """Every row below the header that is not empty; one with more cells than headers comes as a `Reject`."""
        for number, cells in self.sheet.lines():
            if number > self.header and not "".join(cells).isspace() and any(cells):
                yield self._row(number, cells)

    def estimate(self) -> int:
        """About how many rows there are, for a progress bar; 0: nobody knows."""
        return max(0, self.sheet.estimate() - self.header)

    def _row(self, number: int, cells: list[str]) -> Row | Reject:
        width = len(self.headers)
        if len(cells) < width:
            cells = [*cells, *[""] * (width - len(cells))]
        named = dict(zip(self.names, cells, strict=False))
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            named |= {f"column {place}": cell for place, cell in enumerate(cells[width:], width + 1) if cell.strip()}
            reason = f"the row has {len(cells)} cells, the header {width}"
            return Reject(row=number, field="", reason=reason, remedy="put text that holds the delimiter in quotes", cells=named)
        values = {column: cells[place].strip() for place, column in self.places}
        return Row(number, values, named)


def open_table(
    path: Path,
    aliases: Mapping[str, Collection[str]],
    required: Collection[str] = (),
    refuse: Callable[[Path, Sequence[str]], None] = lambda _path, _headers: None,
) -> Table:
    """Find out how a CSV file or an Excel workbook is written, where its header stands, and which of its columns are which.

    `aliases` maps each column's name to its other headers. The header is the row among the first ones that knows most columns; of a
    workbook's sheets, the first that has it. Raises `UserError` naming the file for one that cannot be read, has no header that is
    known, lacks a required column, or has one twice; and before that whatever `refuse` raises at the headers.
    """
    known = {_plain(name): column for column, others in aliases.items() for name in (column, *others)}
    found = [
        (sheet, number, cells) for sheet in sheets(path) for number, cells in sheet.head(_HIGHEST) if any(cell.strip() for cell in cells)
    ]
    if not found:
        raise UserError(f"{path}: the file is empty.", f"Its first row must hold headers: {', '.join(aliases)}.")
    sheet, number, cells = max(found, key=lambda one: len({known[_plain(cell)] for cell in one[2] if _plain(cell) in known}))
    headers = tuple(cell.strip() for cell in _without_end(cells))
    refuse(path, headers)
    columns = tuple(known.get(_plain(header)) for header in headers)
    _complain(path, headers, columns, aliases, required)
    names = tuple(header if header and header not in headers[:place] else f"column {place + 1}" for place, header in enumerate(headers))
    places = tuple((place, column) for place, column in enumerate(columns) if column is not None)
    return Table(path=path, sheet=sheet, header=number, headers=headers, names=names, columns=columns, places=places)


def write_rejects(path: Path, headers: Sequence[str], rejects: Iterable[Reject], most: int = 20) -> tuple[int, list[Reject]]:
    """Write rejected rows as CSV (row, field, reason, remedy, then their own cells); answers how many rows, and the first `most` rejects.

    Rejects come in the order of their rows, and any number of them needs no memory. What is wrong with one row stands in one line, so
    that the file can be put right and imported. The file is made with the first reject, in UTF-8 that Excel opens, and only its owner
    may read it: it holds what the source holds. Raises `OSError`.
    """
    rows = 0
    kept: list[Reject] = []
    own = list(dict.fromkeys(header for header in headers if header))
    with contextlib.ExitStack() as stack:
        writer = None
        for number, group in itertools.groupby(rejects, key=lambda reject: reject.row):
            together = list(group)
            if writer is None:
                writer = csv.writer(stack.enter_context(os.fdopen(_private(path), "w", encoding="utf-8-sig", newline="")))
                writer.writerow([*REJECT_COLUMNS, *own])
            said = ["; ".join(filter(None, (getattr(one, part) for one in together))) for part in REJECT_COLUMNS[1:]]
            writer.writerow([number, *said, *[together[0].cells.get(header, "") for header in own]])
            rows += 1
            kept += together[: most - len(kept)]
    return rows, kept


def _private(path: Path) -> int:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(handle, 0o600)  # also where an older one was there
    return handle


def split_list(cell: str) -> list[str]:
    """A list inside one cell: separated by `|`, `;` or `,`, else by spaces.

    >>> split_list("18.01| 18.02"), split_list("facebook youtube")
    (['18.01', '18.02'], ['facebook', 'youtube'])
    """
    parts = re.split(r"[|;,\n]", cell) if re.search(r"[|;,\n]", cell) else cell.split()
    return [part.strip() for part in parts if part.strip()]


def _plain(header: str) -> str:
    return re.sub(r"[\s_\-]+", "_", header.strip().casefold())


def _without_end(cells: list[str]) -> list[str]:
    """A sheet is as wide as its widest row; the header ends at its last word."""
    return cells[: max(index for index, cell in enumerate(cells, 1) if cell.strip())]


def _complain(
    path: Path,
    headers: Sequence[str],
    columns: Sequence[str | None],
    aliases: Mapping[str, Collection[str]],
    required: Collection[str],
) -> None:
    twice = sorted({column for column in columns if column is not None and columns.count(column) > 1})
    if twice:
        raise UserError(f"{path}: the column {twice[0]} is there twice.", "Keep one of them.")
    missing = [column for column in required if column not in columns]
    if not missing:
        return
    others = [header for header, column in zip(headers, columns, strict=True) if column is None]
    near = difflib.get_close_matches(missing[0], others, 1)
    hint = f"Rename {near[0]!r} to {missing[0]}." if near else f"Its first row must hold: {', '.join(aliases)}."
    raise UserError(f"{path}: no column {', '.join(missing)}.", hint)
