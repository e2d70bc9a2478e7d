"""What is measured of accounts and publications, and what a measurement says. Unknown is not zero."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One number that a platform tells, and what it means there. Core names are the same everywhere; others begin with `PLATFORM.`."""

    name: str
    """Core's name (`followers`, `views`, `likes`, ...) or `PLATFORM.NAME`."""
    of: Literal["account", "publication"]
    """Whose number it is."""
    title: str
    """What people read, in Indonesian: `Pengikut`."""
    definition: str
    """What is counted there, in one sentence."""
    version: str
    """Changes when the platform changes what it counts, or the API's name: a series has a mark there."""
    api: str
    """Field or metric of the platform's API: `followers_count`."""
    source: str
    """The platform's page that says so; `unconfirmed: ...` where none does."""
    exact: bool = True
    """False where the platform rounds."""
    since: date | None = None
    """From when on this definition holds; None: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number at one moment. `value` None: not available, and `why` says so."""

    name: str
    """Name of a `Metric` that the platform declares."""
    value: float | None
    """The number; None where the platform gives none."""
    as_of: datetime
    """When it was so, with a time zone: the platform's time where it tells one."""
    publication: str | None = None
    """`external_id` of the publication; None of the account."""
    why: str = ""
    """Why there is no value: for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one look measured. What is not in it was not asked for."""

    measures: tuple[Measure, ...] = ()
    """Every number, and every one that is not available."""
    note: str = ""
    """For people."""
