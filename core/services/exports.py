"""Writes what people take out of Gaung to a file that only they may read."""

import csv
import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gaung.core.errors import UserError

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_private(target: str | Path, text: str) -> Path:
    """Write `text` to a file of mode 0600, whole or not at all. Raises UserError where that cannot be."""
    path = Path(target).expanduser()
    fresh = path.with_name(f".{path.name}.new")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True) if fresh.parent.is_dir() else None
        raise UserError(f"{path} cannot be written ({error.strerror}).", "Name a file in a folder that you may write.") from None
    return path


def csv_text(columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as CSV with a heading for each key of `columns`; with the mark by which Excel knows UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns.values())
    for row in rows:
        writer.writerow([_cell(row.get(key)) for key in columns])
    return "\ufeff" + out.getvalue()


def _cell(value: Any) -> Any:
    """A spreadsheet must not run what somebody wrote into a name."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
