"""The conformance kit's grades, and the file in the home that keeps each plugin's last one. Light: `plugin list` imports it."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

Grade = Literal["bronze", "silver", "gold"]

GRADES: Mapping[Grade, str] = {
    "bronze": "it posts what was written, once, and says honestly what it did",
    "silver": "it names every trouble rightly, and settles what was left open",
    "gold": "it is declared in full and says beforehand what would go wrong",
}
"""Lowest first. A grade is held when all its rules and all those below it hold."""

NO_GRADE = "none"
FILE_NAME = "grades.json"

Kept = Mapping[str, Mapping[str, Any]]
"""`{plugin: {"grade","package","version","at"}}`."""


def grade_of(outcomes: Iterable[tuple[str, str]]) -> str:
    """The highest grade whose rules, and all below, did not fail, from pairs of grade and outcome; `none` if not even bronze."""
    failed = {grade for grade, outcome in outcomes if outcome == "failed"}
    held: str = NO_GRADE
    for grade in GRADES:
        if grade in failed:
            break
        held = grade
    return held


def last(home: Path) -> Kept:
    """What was verified with this home; nothing where there is no file, or none that can be read."""
    try:
        kept = json.loads((home / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: one for name, one in kept.items() if isinstance(one, dict)} if isinstance(kept, dict) else {}


def keep(home: Path, plugin: str, grade: str, *, package: str, version: str, at: str) -> None:
    """Write a grade down. Where there is no home yet, it is not kept."""
    if not home.is_dir():
        return
    kept = {**last(home), plugin: {"grade": grade, "package": package, "version": version, "at": at}}
    fresh = home / f"{FILE_NAME}.new"
    fresh.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    fresh.replace(home / FILE_NAME)


def shown(kept: Kept, plugin: str, package: str, version: str) -> str | None:
    """The last grade, with the version that had it if that was another; None where this package's plugin was never verified."""
    one = kept.get(plugin)
    if one is None or one.get("package") != package:
        return None
    return str(one.get("grade")) if one.get("version") == version else f"{one.get('grade')} (version {one.get('version')})"
