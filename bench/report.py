"""Rows of the table that `make bench` prints and writes to `build/bench.json`."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Row:
    """One figure beside its goal."""

    name: str
    value: float
    unit: str
    target: float
    better: Literal["higher", "lower"]
    detail: str

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        return self.value >= self.target if self.better == "higher" else self.value <= self.target


def show(rows: list[Row], title: str = "make bench") -> None:
    """Print the table."""
    from rich.console import Console
    from rich.table import Table

    table = Table("what", "value", "goal", "", "detail", title=title)
    for row in rows:
        sign = ">=" if row.better == "higher" else "<="
        table.add_row(row.name, f"{row.value:.3g} {row.unit}", f"{sign} {row.target:g}", "ok" if row.reached else "missed", row.detail)
    Console(width=160).print(table)


def write(rows: list[Row], path: Path) -> None:
    """Write the JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([{**asdict(row), "value": round(row.value, 4)} for row in rows], indent=1) + "\n")
