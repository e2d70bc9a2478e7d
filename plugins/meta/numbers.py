"""Numbers in Meta's answers. A number that is not there, or is none, is None: unknown, never zero."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from gaung.plugins.meta.questions import Read
from gaung.plugins.meta.times import moment_or_none

Day = tuple[datetime, float]


def number(value: object) -> float | None:
    """A count, which is never below zero."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        return None
    return float(value)


def whole(value: float | None) -> int | None:
    """A count as core wants that of shares."""
    return None if value is None else int(value)


def at(*keys: str) -> Read:
    """The number at the end of a path of keys: `at("reactions", "summary", "total_count")`."""

    def read(body: Mapping[str, Any]) -> float | None:
        value: Any = body
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        return number(value)

    return read


def insight(metric: str, unit: float = 1.0) -> Read:
    """A metric over the whole life of a post or media, or over the span that was asked for; divided by `unit`.

    `{"data":[{"name","period","values":[{"value":210}]}]}`, or `{"total_value":{"value":210}}` in place of `values`: both stand in Meta's
    examples. No data means that there is none, not that nothing happened. Source: Instagram Media Insights.
    """

    def read(body: Mapping[str, Any]) -> float | None:
        row = _row(body, metric)
        listed = row.get("values")
        first = listed[0] if isinstance(listed, list) and listed else row.get("total_value")
        value = number(first.get("value")) if isinstance(first, Mapping) else None
        return None if value is None else value / unit

    return read


def days(metric: str) -> Callable[[Mapping[str, Any]], list[Day]]:
    """A metric day by day: when each day ended (`end_time`), and its total. A day without either is left out."""

    def read(body: Mapping[str, Any]) -> list[Day]:
        listed = _row(body, metric).get("values")
        rows = [row for row in listed if isinstance(row, Mapping)] if isinstance(listed, list) else []
        found = [(moment_or_none(row.get("end_time")), number(row.get("value"))) for row in rows]
        return [(end, value) for end, value in found if end is not None and value is not None]

    return read


def _row(body: Mapping[str, Any], metric: str) -> Mapping[str, Any]:
    data = body.get("data")
    rows = [row for row in data if isinstance(row, Mapping)] if isinstance(data, list) else []
    return next((row for row in rows if row.get("name") == metric), {})
