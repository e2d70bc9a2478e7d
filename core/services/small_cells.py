"""Hides small counts of persons in what leaves the office: one to four are `<5` (facts/domain.md 4e).

A hidden cell must not follow from the others either. Where a row's parts add up to a total and only one is hidden, the next smallest is
hidden, too, and shown by its range (`5-9`); where a column's total would tell the only hidden cell, the total is shown by its range.
"""

from collections.abc import Mapping, Sequence
from typing import Any

LEAST = 5
HIDDEN = f"<{LEAST}"
_LAST = 1 << 62
"""A part with nobody in it is hidden only where there is no other."""


def hide(rows: Sequence[Mapping[str, Any]], total: Mapping[str, Any], parts: Sequence[str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Rows and total with the counts under `parts` hidden where they are small; the parts of a row add up to a number that is shown."""
    shown = [_row(row, parts) for row in rows]
    alone = [part for part in parts if total[part] and sum(isinstance(row[part], str) for row in shown) == 1]
    return shown, _row({**total, **{part: _range(total[part]) for part in alone}}, parts)


def _row(row: Mapping[str, Any], parts: Sequence[str]) -> dict[str, Any]:
    hidden = {part: row[part] for part in parts if isinstance(row[part], str)}
    small = {part: HIDDEN for part in parts if part not in hidden and 0 < row[part] < LEAST}
    if len(hidden) + len(small) == 1:
        left = [part for part in parts if part not in hidden and part not in small]
        if left:
            nearest = min(left, key=lambda part: row[part] or _LAST)
            small[nearest] = _range(row[nearest])
    return {**row, **small}


def _range(number: int) -> str:
    low = number - number % LEAST
    return HIDDEN if low == 0 else f"{low}-{low + LEAST - 1}"
