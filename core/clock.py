"""Times as people type them and as they are shown. A time typed without an offset is WIB (the configured zone)."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from gaung.core.posts.times import NotATime, moment

WIB = ZoneInfo("Asia/Jakarta")
_AGO = re.compile(r"(\d+)\s*(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def now() -> datetime:
    """The time on this machine, aware."""
    return datetime.now(UTC)


def parse_time(text: str, zone: tzinfo = WIB) -> datetime:
    """A moment from `2026-11-25T19:30`, `25/11/2026 19.30`, with or without seconds and offset, or `now`.

    Raises ValueError that says how to write it.
    """
    if text.strip().lower() == "now":
        return now()
    try:
        return moment(text, zone)
    except NotATime as error:
        raise ValueError(str(error)) from None


def parse_since(text: str, zone: tzinfo = WIB) -> datetime:
    """As `parse_time`; also `15m`, `2h`, `1d` for so long ago, and a day alone for its beginning."""
    match = _AGO.fullmatch(text.strip().lower())
    if match:
        return now() - timedelta(**{_UNITS[match[2]]: int(match[1])})
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
        return parse_time(f"{text.strip()} 00:00", zone)
    return parse_time(text, zone)


def rfc3339(when: datetime, zone: tzinfo = WIB) -> str:
    """`2026-11-25T19:30:00+07:00`; milliseconds only where there are any."""
    local = when.astimezone(zone)
    return local.isoformat(timespec="milliseconds" if local.microsecond else "seconds")


def shown_time(when: datetime | None, zone: tzinfo = WIB) -> str:
    """`25 Nov 2026 19:30:00 WIB`, for people; empty for None."""
    return when.astimezone(zone).strftime("%d %b %Y %H:%M:%S %Z") if when else ""
