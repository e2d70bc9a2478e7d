"""Geometry of the drawings: where lines, bars and tiles go. The template draws them as SVG; each has its numbers in a table, too."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
"""Okabe and Ito's colours, which colour-blind people tell apart; lines have dashes and names besides."""
DASHES = ("", "7 4", "2 3", "9 3 2 3", "4 2", "1 4", "12 4")
SHADES = ("#f1f5f9", "#cfe1f2", "#93c4df", "#4b97c9", "#1864aa", "#08306b")
"""From none to all: one hue, darker and darker, so that it prints in grey, too."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a drawing, in its own coordinates."""

    name: str
    path: str
    color: str
    dash: str
    last: tuple[float, float]
    value: float


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines over days: `ticks` are values and their heights."""

    width: float
    height: float
    lines: tuple[Line, ...]
    ticks: tuple[tuple[float, float], ...]
    first: date
    last: date


def lines(
    series: Mapping[str, Sequence[tuple[date, float]]], names: Mapping[str, str], *, width: float = 640, height: float = 230
) -> Lines | None:
    """A line for each platform; None where there is nothing to draw."""
    drawn = {name: points for name, points in series.items() if points}
    if not drawn:
        return None
    days = [day for points in drawn.values() for day, _ in points]
    first, last = min(days), max(days)
    top = nice(max(value for points in drawn.values() for _, value in points))
    span = max(1, (last - first).days)

    def at(day: date, value: float) -> tuple[float, float]:
        return round(width * (day - first).days / span, 1), round(height * (1 - value / top), 1)

    made: list[Line] = []
    for place, (name, points) in enumerate(drawn.items()):
        places = [at(day, value) for day, value in points]
        path = "M" + " L".join(f"{x:g} {y:g}" for x, y in places)
        look = place % len(PALETTE)
        made.append(Line(names.get(name, name), path, PALETTE[look], DASHES[look], _apart(places[-1], made), points[-1][1]))
    ticks = tuple((top * part / 4, round(height * (1 - part / 4), 1)) for part in range(5))
    return Lines(width, height, tuple(made), ticks, first, last)


def _apart(last: tuple[float, float], others: Sequence[Line]) -> tuple[float, float]:
    """Where the name at the end of a line goes, so that two do not lie on each other."""
    x, y = last
    for taken in sorted(line.last[1] for line in others):
        if abs(taken - y) < 15:
            y = taken + 15
    return x, y


def nice(value: float) -> float:
    """The next round number that is not smaller.

    >>> nice(22340), nice(7), nice(0)
    (25000, 8, 1)
    """
    if value <= 0:
        return 1
    power = 10.0 ** (len(str(int(value))) - 1)
    return next((int(step * power) for step in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= value), int(10 * power))


@dataclass(frozen=True, slots=True)
class Scale:
    """Shades for shares from none to `top`, which is at least the largest of them."""

    top: float

    @classmethod
    def of(cls, values: Iterable[float | None]) -> "Scale":
        """A scale that tells these shares apart."""
        most = max((value for value in values if value is not None), default=0)
        return cls(min(1.0, nice(math.ceil(100 * most)) / 100))

    def _step(self, share: float) -> int:
        return min(len(SHADES) - 1, int(share / self.top * len(SHADES)))

    def shade(self, share: float | None) -> str:
        """The colour of a share; unknown has none: the template hatches it."""
        return "none" if share is None else SHADES[self._step(share)]

    def ink(self, share: float | None) -> str:
        """The colour of words on it."""
        return "#ffffff" if share is not None and self._step(share) >= _DARK else "#0f172a"

    def legend(self) -> list[tuple[str, float, float]]:
        """Each shade, from which share, up to which."""
        step = self.top / len(SHADES)
        return [(shade, place * step, (place + 1) * step) for place, shade in enumerate(SHADES)]


_DARK = 3


def bars(rows: Sequence[Mapping[str, Any]], key: str) -> list[dict[str, Any]]:
    """Bars from a middle line, to the left where a number fell. Unknown ones have no bar."""
    most = max((abs(row[key]) for row in rows if row[key] is not None), default=0) or 1
    return [{**row, "part": None if row[key] is None else round(row[key] / most, 4)} for row in rows]


def shares(rows: Sequence[Mapping[str, Any]], key: str) -> list[dict[str, Any]]:
    """Rows with the share that each has of all; rows with nothing are left out."""
    whole = sum(row[key] or 0 for row in rows)
    return [{**row, "share": (row[key] or 0) / whole} for row in rows if row[key]] if whole else []
