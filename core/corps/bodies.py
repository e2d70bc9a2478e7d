"""Which bodies the members of a made-up corps serve in, how many of each, where, and for how long.

Up to 44,414 members the mix is that of the article of December 2023 (facts/domain.md 3d): PPK and secretariats 2,290, PPS 7,953 and as
many in their secretariats, the rest Pantarlih. More members have the mix of the peak, when KPPS and order officers serve: 275,988.
All are in term on the day given, so that a demo has one denominator; in a real year Pantarlih have gone before KPPS come.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gaung.core.corps.regions import Village
from gaung.core.errors import UserError

ARTICLE: Mapping[str, int] = {"PPK": 1_145, "SEKRETARIAT_PPK": 1_145, "PPS": 7_953, "SEKRETARIAT_PPS": 7_953, "PANTARLIH": 26_218}
PEAK: Mapping[str, int] = {
    "PPK": 1_145, "SEKRETARIAT_PPK": 687, "PPS": 7_953, "SEKRETARIAT_PPS": 7_953,
    "PANTARLIH": 25_825, "KPPS": 180_775, "KETERTIBAN": 51_650,
}  # fmt: skip

_PER_STATION = ("PANTARLIH", "KPPS", "KETERTIBAN")
_PER_DISTRICT = ("PPK", "SEKRETARIAT_PPK")
_TERMS: Mapping[str, tuple[int, int]] = {
    "PPK": (188, 68), "SEKRETARIAT_PPK": (182, 68), "PPS": (178, 68), "SEKRETARIAT_PPS": (178, 68),
    "PANTARLIH": (14, 18), "KPPS": (7, 24), "KETERTIBAN": (7, 24),
}  # fmt: skip
"""Days before and after the day: lengths as in the elections of 2024."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One place in a body, in a district or village, held by one member."""

    body: str
    area: str
    office: str
    term_start: date
    term_end: date


def mix(members: int) -> dict[str, int]:
    """How many serve in each body; sums up to `members`.

    >>> mix(275_988)["KPPS"], mix(44_414)["PPS"], sum(mix(301).values())
    (180775, 7953, 301)
    """
    whole = ARTICLE if members <= sum(ARTICLE.values()) else PEAK
    total = sum(whole.values())
    exact = {body: members * size / total for body, size in whole.items()}
    found = {body: int(share) for body, share in exact.items()}
    behind = sorted(whole, key=lambda body: found[body] - exact[body])
    for body in behind[: members - sum(found.values())]:
        found[body] += 1
    return found


def most(villages: Sequence[Village]) -> int:
    """How many members these villages and their districts have at the peak."""
    return 8 * len({village.district for village in villages}) + sum(6 + 10 * village.stations for village in villages)


def seats(members: int, villages: Sequence[Village], day: date) -> Iterator[Seat]:
    """`members` seats, spread evenly over the villages and their districts. Raises `UserError` where there is no room for so many."""
    room = most(villages)
    if not 1 <= members <= room:
        raise UserError(f"A corps of {members} members does not fit.", f"Choose from 1 to {room}.")
    wanted = mix(members)
    places = {body: _places(body, villages) for body in wanted}
    sums = {body: sum(weight for weight in places[body]) for body in wanted}
    before = dict.fromkeys(wanted, 0)
    for number, village in enumerate(villages):
        for body, count in wanted.items():
            after = before[body] + places[body][number]
            here = after * count // sums[body] - before[body] * count // sums[body]
            before[body] = after
            yield from itertools.repeat(_seat(body, village, day), here)


def _places(body: str, villages: Sequence[Village]) -> list[int]:
    """How many of a body belong to each village; a district's stand with its first village."""
    if body in _PER_STATION:
        return [village.stations for village in villages]
    if body not in _PER_DISTRICT:
        return [1] * len(villages)
    known: set[str] = set()
    weights = []
    for village in villages:
        weights.append(0 if village.district in known else 1)
        known.add(village.district)
    return weights


def _seat(body: str, village: Village, day: date) -> Seat:
    before, after = _TERMS[body]
    area = village.district if body in _PER_DISTRICT else village.code
    return Seat(body, area, village.regency, day - timedelta(before), day + timedelta(after))
