"""The areas of a made-up corps: real numbers of districts, villages and polling stations per regency, invented names; or a real tree.

The numbers are those of `core/data/corps_lampung.csv`: districts, desa and kelurahan of Kepmendagri 300.2.2-2430/2025; polling stations
are the plan of January 2023 scaled to the 25,825 of the election of 2024, so that they are right in sum and rough per regency.
"""

import csv
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from random import Random

from gaung.core.errors import UserError
from gaung.core.registry.columns import AREA_COLUMNS, LEVEL_WORDS
from gaung.core.registry.names import plain
from gaung.core.tables import Reject, open_table

COLUMNS = ("code", "name", "level", "parent")
PROVINCE = "18"

_UPPER = ("regency", "province", "national")
_AVERAGE_STATIONS = 25_825 / 2_651
_FIRST = (
    "Melati", "Kenanga", "Cempaka", "Mawar", "Dahlia", "Anggrek", "Teratai", "Seroja", "Flamboyan", "Kamboja", "Bougenvil", "Sedap",
    "Tanjung", "Nusa", "Wijaya", "Kemuning", "Asoka", "Lavender", "Soka", "Alamanda",
)  # fmt: skip
_SECOND = (
    "Rekaan", "Andaian", "Khayal", "Umpama", "Misal", "Pengandaian", "Bayangan", "Teladan", "Percobaan", "Peragaan", "Latihan", "Tiruan",
    "Karangan", "Dongeng", "Angan",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Regency:
    """How large a regency is."""

    code: str
    name: str
    districts: int
    desa: int
    kelurahan: int
    polling_stations: int


@dataclass(frozen=True, slots=True)
class Area:
    """One row of `area import`."""

    code: str
    name: str
    level: str
    parent: str


@dataclass(frozen=True, slots=True)
class Village:
    """Where bodies are formed: the village, its district, the regency whose office appoints them, and how many polling stations it has."""

    code: str
    district: str
    regency: str
    stations: int


def regencies() -> list[Regency]:
    """The 15 regencies and cities of Lampung by code."""
    text = files("gaung.core").joinpath("data/corps_lampung.csv").read_text("utf-8")
    numbers = ("districts", "desa", "kelurahan", "polling_stations")
    return [Regency(row["code"], row["name"], *(int(row[name]) for name in numbers)) for row in csv.DictReader(text.splitlines())]


def invented(random: Random) -> Iterator[Area]:
    """The province, its regencies, and as many districts and villages as there are, with invented names; parents come first."""
    yield Area(PROVINCE, "Provinsi Lampung", "province", "")
    for regency in regencies():
        yield Area(regency.code, regency.name, "regency", PROVINCE)
        sizes = _spread(regency.desa + regency.kelurahan, regency.districts, random)
        kinds = _kinds(regency, random)
        for number, size in enumerate(sizes, 1):
            code = f"{regency.code}.{number:02}"
            yield Area(code, f"Kecamatan Contoh {_FIRST[number % len(_FIRST)]} {number}", "district", regency.code)
            yield from _villages(code, list(itertools.islice(kinds, size)), random)


def read(path: Path) -> list[Area]:
    """The areas of a CSV file with the columns of `area import`. Raises `UserError` for one that holds no village."""
    areas = []
    for row in open_table(path, AREA_COLUMNS, COLUMNS).rows():
        if isinstance(row, Reject):
            raise UserError(f"{path}: row {row.row}: {row.reason}.", row.remedy)
        code, name, level, parent = (row.values[column] for column in COLUMNS)
        areas.append(Area(code, name, LEVEL_WORDS.get(plain(level), level), parent))
    if not any(area.level == "village" for area in areas):
        raise UserError(f"{path}: holds no village.", "Its column level must say village, desa or kelurahan for some rows.")
    return areas


def villages(areas: Iterable[Area], random: Random) -> list[Village]:
    """Every village with a share of its regency's polling stations, at least one; a regency that is not known gets the average."""
    tree = {area.code: area for area in areas}
    below: dict[str, list[Area]] = {}
    for area in tree.values():
        if area.level == "village":
            below.setdefault(_regency(tree, area), []).append(area)
    known = {regency.code: regency.polling_stations for regency in regencies()}
    found = []
    for code, inside in below.items():
        stations = max(len(inside), known.get(code, round(_AVERAGE_STATIONS * len(inside))))
        sizes = _spread(stations, len(inside), random)
        found += [Village(area.code, area.parent, code, size) for area, size in zip(inside, sizes, strict=True)]
    return found


def _regency(tree: Mapping[str, Area], village: Area) -> str:
    """Code of the regency that a village lies in, whichever rows come first; of the topmost area where there is none."""
    area, seen = village, {village.code}
    while area.level not in _UPPER and area.parent in tree and area.parent not in seen:
        area = tree[area.parent]
        seen.add(area.code)
    return area.code if area.level in _UPPER else area.parent or area.code


def _spread(total: int, parts: int, random: Random) -> list[int]:
    """`total` in `parts` whole numbers that differ as places do, each at least 1."""
    weights = [random.lognormvariate(0, 0.45) for _ in range(parts)]
    scale = (total - parts) / sum(weights)
    edges = [0, *(round(scale * reached) for reached in itertools.accumulate(weights))]
    return [1 + after - before for before, after in itertools.pairwise(edges)]


def _kinds(regency: Regency, random: Random) -> Iterator[str]:
    """`desa` and `kelurahan` as often as the regency has them."""
    kinds = ["desa"] * regency.desa + ["kelurahan"] * regency.kelurahan
    random.shuffle(kinds)
    return iter(kinds)


def _villages(district: str, kinds: Sequence[str], random: Random) -> Iterator[Area]:
    """By the pattern of Kemendagri: desa are numbered from 2001, kelurahan from 1001."""
    names = iter(random.sample([f"{first} {second}" for first in _FIRST for second in _SECOND], len(kinds)))
    reached = {"desa": 2000, "kelurahan": 1000}
    for kind in kinds:
        reached[kind] += 1
        yield Area(f"{district}.{reached[kind]}", f"{kind.capitalize()} Contoh {next(names)}", "village", district)
