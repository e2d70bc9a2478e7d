"""What all imports share: counting rows, keeping rejects, answering."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gaung.core.errors import UserError
from gaung.core.tables import ImportReport, Reject, Table, write_rejects


class Import:
    """Counts one import. `answer` writes the rejects beside the file."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows = self.imported = self.updated = self.unchanged = 0
        self.rejects: list[Reject] = []
        self._started = time.monotonic()

    def answer(self) -> dict[str, Any]:
        """`{"rows","imported","updated","unchanged","rejected","rejects_file","seconds","ignored_columns"}`."""
        report = ImportReport(
            rows=self.rows,
            imported=self.imported,
            updated=self.updated,
            unchanged=self.unchanged,
            rejected=len({reject.row for reject in self.rejects}),
            rejects_file=str(self._write()) if self.rejects else None,
            seconds=round(time.monotonic() - self._started, 3),
        )
        return {**report.to_json(), "ignored_columns": list(self.table.ignored), "rejects": said(self.rejects)}

    def _write(self) -> Path:
        path = self.table.path.with_name(f"{self.table.path.stem}.rejects.csv")
        try:
            path.touch(mode=0o600)
            write_rejects(path, self.rejects)
        except OSError as error:
            raise UserError(f"{path} cannot be written ({error.strerror}).", "Import from a folder you may write.") from None
        return path


def said(rejects: Sequence[Reject], most: int = 20) -> list[dict[str, Any]]:
    """The first rejects as JSON, without the rows' own cells."""
    return [{"row": one.row, "field": one.field, "reason": one.reason, "remedy": one.remedy} for one in rejects[:most]]
