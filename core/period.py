"""A period of whole days in Lampung (WIB), as reports speak of it; `last` is the last day in it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gaung.core.errors import UserError
from gaung.core.store.types import day_of

_ZONE = ZoneInfo("Asia/Jakarta")
USUAL = 30
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 12, 31)
"""No network is older, and a calendar has room around these."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the beginning of `first` to the end of `last`."""

    first: date
    last: date

    @classmethod
    def of(cls, first: date | None, last: date | None) -> "Period":
        """The days that were asked for; left out: the last 30 days. Raises UserError for a period that cannot be."""
        today = day_of(None)
        for day in filter(None, (first, last)):
            if not _EARLIEST <= day <= _LATEST:
                raise UserError(f"No report reaches to {day.isoformat()}.", f"Give days from {_EARLIEST.isoformat()} up to today.")
        end = last or today
        begin = first or end - timedelta(days=USUAL - 1)
        if begin > today:
            raise UserError(f"The period begins in the future ({begin.isoformat()}).", "Give days up to today.")
        if begin > end:
            raise UserError(f"The period ends ({end.isoformat()}) before it begins ({begin.isoformat()}).", "Exchange --from and --to.")
        return cls(begin, end)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def begins(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.first, time(), _ZONE).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), _ZONE).astimezone(UTC)

    @property
    def before(self) -> "Period":
        """The period of as many days that ends where this one begins."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))
