"""Times as people write them: ISO, or day first as in Indonesia. Without an offset they mean the office's own zone."""

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo

DEADLINE_AFTER = timedelta(hours=2)
SLACK = timedelta(seconds=60)

_MONTHS = ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des")
_ENGLISH = {"may": 5, "aug": 8, "oct": 10, "dec": 12, "ags": 8, "agt": 8, "nop": 11}
_ZONES = {"wib": 7, "wita": 8, "wit": 9}
_DAY_FIRST = re.compile(
    r"(?:[a-z']+,?\s+)?(\d{1,2})[\s/.-]+(\d{1,2}|[a-z]+)[\s/.-]+(\d{4})(?:,|\s|pukul|jam)*(?:(\d{1,2})[.:](\d{2})(?:[.:](\d{2}))?)?\s*(wib|wita|wit)?"
)
_DOTTED = re.compile(r"^(\d{4}-\d{2}-\d{2})[T ]+(\d{2})\.(\d{2})(?=$|[ .+-])")
"""Hours and minutes with Indonesia's dot behind an ISO day: Python would take the minutes for a fraction of the hour's first second."""
_SERIAL = re.compile(r"[34567]\d{4}")
_EXCEL = date(1899, 12, 30)
"""Excel counts days from here; five digits from 30000 on are 1982 to 2119."""


class NotATime(ValueError):
    """What was given is no time; says what it is and how to write one."""


def moment(value: object, zone: tzinfo) -> datetime:
    """An aware time from a TOML or CSV value.

    Takes a datetime, ISO text, or day-first text (`4/12/2026 19.30`, `4 Desember 2026 pukul 19.30 WIB`). Raises `NotATime` for
    anything else, a date without a time of day included.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        raise NotATime(f"is {value.isoformat()}, a day without a time; write {value.isoformat()}T19:30:00")
    if isinstance(value, time):
        raise NotATime(f"is {value.isoformat()}, a time without a day; write 2026-11-25T{value.isoformat()}")
    if not isinstance(value, str):
        raise NotATime("is no time; write 2026-11-25T19:30:00+07:00")
    return _from_text(value.strip(), zone)


def day(text: str) -> date:
    """A day as people write it: `4/12/2023`, `Senin, 4 Desember 2023`, `2023-12-04`, also with a time of day behind it, or the number
    that Excel keeps for it. Raises `NotATime`.

    >>> day("4-12-2023") == day("Senin, 4 Desember 2023") == day("2023-12-04 00:00") == day("45264")
    True
    """
    plain = text.strip()
    try:
        if _SERIAL.fullmatch(plain):
            return _EXCEL + timedelta(days=int(plain))
        found = _DAY_FIRST.fullmatch(plain.casefold())
        if found is None:
            return datetime.fromisoformat(plain).date()
        return date(int(found[3]), int(found[2]) if found[2].isdigit() else _month(found[2]), int(found[1]))
    except ValueError:
        raise NotATime(f"is {plain!r}, which is no date; write 4/12/2023 or 2023-12-04") from None


def _from_text(text: str, zone: tzinfo) -> datetime:
    bad = NotATime(f"is {text!r}, which is no time; write 2026-11-25 19:30 or 25/11/2026 19.30")
    found = _DAY_FIRST.fullmatch(text.casefold())
    try:
        if found is None:
            parsed = datetime.fromisoformat(_DOTTED.sub(r"\1T\2:\3", text))
            if re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", text):
                return moment(parsed.date(), zone)
            return parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)
        day, month, year, hour, minute, second, name = found.groups()
        month_number = int(month) if month.isdigit() else _month(month)
        if hour is None:
            return moment(date(int(year), month_number, int(day)), zone)
        where = timezone(timedelta(hours=_ZONES[name])) if name else zone
        return datetime(int(year), month_number, int(day), int(hour), int(minute), int(second or 0), tzinfo=where)
    except NotATime:
        raise
    except ValueError:
        raise bad from None


def _month(name: str) -> int:
    known = _ENGLISH.get(name[:3])
    return known or _MONTHS.index(name[:3]) + 1
