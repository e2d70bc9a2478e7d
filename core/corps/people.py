"""The people of a made-up corps: invented names with the word Contoh, handles `contoh_agt_...`, and what each said about accounts.

Rows have the columns of `member import`, so that a demo's corps goes in by the door that users take. One row after the other: memory
stays flat.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from random import Random
from zoneinfo import ZoneInfo

from gaung.core.corps.bodies import Seat
from gaung.core.records import Platform
from gaung.core.store.registry_tables import REASONS

BEFORE = ("member_no", "name", "body", "area", "office", "term_start", "term_end")
AFTER = ("no_account_reason", "consent_at", "consent_text")
OTHERS = 0.3
"""Share of members on a platform that `core/data/corps_platforms.csv` does not know."""

_CONSENT = 0.62
_REASON = 0.16
_WEIGHTS = (5, 4, 2, 3, 3, 1)
_ZONE = ZoneInfo("Asia/Jakarta")
_GIVEN = (
    "Siti", "Budi", "Dewi", "Agus", "Rina", "Joko", "Nur", "Wayan", "Made", "Putri", "Rahmat", "Lestari", "Yanto", "Fitri", "Hendra",
    "Maya", "Slamet", "Ayu", "Dedi", "Ratna", "Eko", "Sari", "Bambang", "Indah", "Rudi", "Wulan", "Tono", "Mega", "Ketut", "Nita",
)  # fmt: skip
_FAMILY = (
    "Wulandari", "Santoso", "Pratama", "Lestari", "Saputra", "Rahayu", "Hidayat", "Permata", "Kusuma", "Anggraini", "Setiawan", "Utami",
    "Nugroho", "Maharani", "Wibowo", "Safitri", "Gunawan", "Puspita", "Hartono", "Melati", "Firmansyah", "Kartika", "Susanto", "Amelia",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """One member. `handles` by platform; with none and no `reason`, the member was not asked yet."""

    number: str
    name: str = field(repr=False)
    seat: Seat
    handles: Mapping[str, str] = field(repr=False)
    reason: str
    consent_at: datetime | None


def shares(platforms: Iterable[Platform]) -> dict[Platform, float]:
    """How large a part of those who agreed has an account, by platform: a guess, not a statistic."""
    text = files("gaung.core").joinpath("data/corps_platforms.csv").read_text("utf-8")
    known = {row["platform"]: float(row["share"]) for row in csv.DictReader(text.splitlines())}
    return {platform: known.get(platform.name, OTHERS) for platform in platforms}


def people(seats: Iterable[Seat], platforms: Iterable[Platform], random: Random, day: date, *, prefix: str = "A-") -> Iterator[Person]:
    """Somebody for each seat. Numbers go on from 1; `day` is the last on which consent may have been given."""
    found = shares(platforms)
    for number, seat in enumerate(seats, 1):
        handles, reason, consent_at = _said(number, found, random, day)
        name = f"{random.choice(_GIVEN)} Contoh {random.choice(_FAMILY)}"
        yield Person(f"{prefix}{number:06}", name, seat, handles, reason, consent_at)


def handle(platform: Platform, number: int, stem: str = "contoh_agt_") -> str:
    """The handle of member `number`: `contoh_agt_000001`, or `contohagt000001` where handles hold no underscore."""
    made = f"{stem}{number:06}"
    if platform.handles is None or re.fullmatch(platform.handles.pattern, made, re.IGNORECASE):
        return made
    return made.replace("_", "")


def columns(platforms: Sequence[Platform]) -> list[str]:
    """Header of the members' file."""
    return [*BEFORE, *(platform.name for platform in platforms), *AFTER]


def row(person: Person, platforms: Sequence[Platform], consent_text: str) -> list[str]:
    """The cells of one member."""
    seat, agreed = person.seat, person.consent_at
    return [
        person.number, person.name, seat.body, seat.area, seat.office, seat.term_start.isoformat(), seat.term_end.isoformat(),
        *(person.handles.get(platform.name, "") for platform in platforms),
        person.reason, agreed.isoformat() if agreed else "", consent_text if agreed else "",
    ]  # fmt: skip


def _said(number: int, found: Mapping[Platform, float], random: Random, day: date) -> tuple[dict[str, str], str, datetime | None]:
    """Accounts with consent; or a reason for none; or nothing yet."""
    drawn = random.random()
    if drawn < _CONSENT:
        chosen = [platform for platform, share in found.items() if random.random() < share] or random.sample(list(found), 1)
        at = datetime.combine(day - timedelta(random.randint(1, 5)), time(8 + random.randrange(9), random.randrange(60)), _ZONE)
        return {platform.name: handle(platform, number) for platform in chosen}, "", at
    if drawn < _CONSENT + _REASON:
        return {}, random.choices(REASONS, _WEIGHTS)[0], None
    return {}, "", None
