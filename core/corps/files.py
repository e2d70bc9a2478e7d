"""Writes a made-up corps as the files that `area import` and `member import` read."""

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from random import Random

from gaung.core.corps import bodies, people, regions
from gaung.core.records import Platform

Seen = Callable[[people.Person], people.Person]


def write_areas(path: Path, areas: Iterable[regions.Area]) -> int:
    """Write areas.csv; answers how many."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(regions.COLUMNS)
        number = 0
        for number, area in enumerate(areas, 1):  # noqa: B007 - how many there were
            writer.writerow([area.code, area.name, area.level, area.parent])
    return number


def write_members(path: Path, persons: Iterable[people.Person], platforms: Sequence[Platform], consent_text: str, seen: Seen) -> int:
    """Write members.csv, one person after the other, as `seen` answers; answers how many."""
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(people.columns(platforms))
        number = 0
        for number, person in enumerate(persons, 1):  # noqa: B007 - how many there were
            writer.writerow(people.row(seen(person), platforms, consent_text))
    return number


def make(
    folder: Path,
    members: int,
    platforms: Sequence[Platform],
    *,
    day: date,
    consent_text: str,
    areas: Path | None = None,
    seed: int = 1,
    seen: Seen = lambda person: person,
) -> dict[str, int]:
    """Write areas.csv and members.csv into `folder`: the same seed, the same corps. Answers `{"areas","members"}`.

    `areas` names a real tree with the columns of `area import`; without, one is invented at the real size. `consent_text` is the version
    of the text that was agreed to. `seen` is told of each person, and answers how the person stands in the file. Raises `UserError` where
    the tree has no room for so many.
    """
    random = Random(seed)  # noqa: S311 - a seed makes the same corps again
    tree = regions.read(areas) if areas is not None else list(regions.invented(random))
    seats = bodies.seats(members, regions.villages(tree, random), day)
    written = write_areas(folder / "areas.csv", tree)
    persons = people.people(seats, platforms, random, day)
    return {"areas": written, "members": write_members(folder / "members.csv", persons, platforms, consent_text, seen)}
