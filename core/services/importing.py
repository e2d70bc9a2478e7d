"""What all imports share: reading rows and their cells, counting, keeping or streaming rejects, answering."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gaung.core.errors import UserError
from gaung.core.figures import number
from gaung.core.tables import ImportReport, Reject, Row, Table, write_rejects

Progress = Callable[[str, int, int], None]
"""Told what goes on, how many rows are done, and about how many there are (0: nobody knows)."""

Read = Callable[[str], Any]
"""What one cell means. Raises `UserError`, or `ValueError` where the cell only has to be corrected."""

_SHOWN = 20
_CORRECT = "Correct the cell."


class Wrong(UserError):
    """What is wrong with a row, told of one of its columns."""

    def __init__(self, field: str, reason: str, remedy: str = _CORRECT) -> None:
        super().__init__(reason, remedy)
        self.field = field


def _parted(words: str) -> tuple[str, str]:
    """Reason and remedy of what a reader of cells says: `is '31/2', which is no date; write 31/12/2026`."""
    reason, _, remedy = words.partition("; ")
    return reason, f"{remedy[0].upper()}{remedy[1:]}." if remedy else _CORRECT


class Import:
    """Counts one import. Rejects go into `rejects`, or through `stream` where there may be very many."""

    def __init__(self, table: Table, *, dry_run: bool | None = None) -> None:
        self.table = table
        self.rows = self.imported = self.updated = self.unchanged = 0
        self.rejects: list[Reject] = []
        self._dry_run = dry_run
        self._rejected: int | None = None
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return round(time.monotonic() - self._started, 3)

    def good(self) -> Iterator[Row]:
        """Every row that can be read, counted; the others are rejected."""
        for row in self.table.rows():
            self.rows += 1
            if isinstance(row, Reject):
                self.rejects.append(row)
            else:
                yield row

    def reject(self, row: Row, error: UserError | ValueError, field: str = "") -> None:
        """Reject a row for what was raised; `Wrong` says itself of which column."""
        reason, remedy = (error.message, error.hint) if isinstance(error, UserError) else _parted(str(error))
        named = error.field if isinstance(error, Wrong) else field
        self.rejects.append(Reject(row=row.number, field=named, reason=reason, remedy=remedy, cells=row.cells))

    def checked(self, readers: Mapping[str, Read], together: Callable[[dict[str, Any]], dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """What the good rows mean: each column by its reader, in their order, then all of a row `together`, which may raise `Wrong`.

        The first thing that is wrong with a row rejects it. A column that the table does not have reads as an empty cell.
        """
        for row in self.good():
            column = ""
            try:
                values: dict[str, Any] = {}
                for column, read in readers.items():
                    values[column] = read(row.values.get(column, ""))
                found = together(values)
            except (UserError, ValueError) as error:
                self.reject(row, error, column)
                continue
            yield found

    def answer(self) -> dict[str, Any]:
        """`{"rows","imported","updated","unchanged","rejected","rejects_file","seconds","ignored_columns","rejects"}`.

        `rejects` holds the first ones. An import that can be tried out adds `dry_run`.
        """
        if self._rejected is None:
            self.stream(sorted(self.rejects, key=lambda reject: reject.row))
        report = ImportReport(
            rows=self.rows,
            imported=self.imported,
            updated=self.updated,
            unchanged=self.unchanged,
            rejected=self._rejected or 0,
            rejects_file=str(self._path) if self._rejected else None,
            seconds=self.seconds,
        )
        tried = {} if self._dry_run is None else {"dry_run": self._dry_run}
        return {**report.to_json(), "ignored_columns": list(self.table.ignored), "rejects": said(self.rejects), **tried}

    def stream(self, rejects: Iterable[Reject]) -> None:
        """Write rejects beside the source as they come, in the order of their rows; only the first are kept in memory."""
        try:
            self._rejected, self.rejects = write_rejects(self._path, self.table.names, rejects, _SHOWN)
        except OSError as error:
            raise UserError(f"{self._path} cannot be written ({error.strerror}).", "Import from a folder you may write.") from None

    @property
    def _path(self) -> Path:
        return self.table.path.with_name(f"{self.table.path.stem}.rejects.csv")


def said(rejects: Sequence[Reject], most: int = _SHOWN) -> list[dict[str, Any]]:
    """The first rejects as JSON, without the rows' own cells."""
    return [{"row": one.row, "field": one.field, "reason": one.reason, "remedy": one.remedy} for one in rejects[:most]]


def some(what: str) -> Read:
    """Reads a cell that may hold any words, but not none: `what` to write there."""

    def read(cell: str) -> str:
        if not cell:
            raise ValueError(f"is empty; write {what}")
        return cell

    return read


def count(what: str = "", least: int = 0, most: int = 10**15) -> Read:
    """Reads a whole number as Indonesia writes it, from `least` to `most`; `what` is counted, such as `of people`."""

    def read(cell: str) -> int:
        if cell.endswith("%"):
            raise ValueError(f"is {cell!r}, a percentage; write the count itself")
        value = number(cell)
        if value != int(value) or not least <= value <= most:
            raise ValueError(f"is {cell!r}, which is {' '.join(filter(None, ('no count', what)))}; write 44.414 or 44414")
        return int(value)

    return read
