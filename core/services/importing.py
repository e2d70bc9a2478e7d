"""What all imports share: counting rows, keeping or streaming rejects, answering."""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from gaung.core.errors import UserError
from gaung.core.tables import ImportReport, Reject, Table, write_rejects

Progress = Callable[[str, int, int], None]
"""Told what goes on, how many rows are done, and about how many there are (0: nobody knows)."""

_SHOWN = 20


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
