"""Rows of a list of members, read and checked one by one; what only the database knows is checked by `conflicts`.

What rows with little in them mean: an empty cell says nothing and changes nothing. A handle needs a consent in the same row; with it a
reason for having none is over, so that one beside a handle is left out, unless it says that the member does not want to be reported.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from typing import NamedTuple, TypeVar

from gaung.core.clock import now
from gaung.core.errors import UserError
from gaung.core.posts.times import NotATime, day, moment
from gaung.core.records import Platform
from gaung.core.registry import columns, consent
from gaung.core.registry.handles import Handle, Identify, NotAHandle, read_handle
from gaung.core.registry.names import plain
from gaung.core.registry.places import Misplaced, Place, Places
from gaung.core.store.registry_tables import BODIES, REASONS
from gaung.core.tables import Reject, Row

K = TypeVar("K")
V = TypeVar("V")

_NUMBER = re.compile(r"[^\W_](?:[\w ./-]{0,38}[^\W_])?")
_EMPTY = frozenset(("-", "\u2013", "\u2014", "."))
_NO_ACCOUNT = frozenset(("tidak ada", "tidak punya", "belum ada", "belum punya", "nihil", "kosong", "n/a", "none"))
"""What people write where there is no account. It says nothing: why there is none stands in its own column."""
_NOT_ASKED = frozenset(("belum ditanya", "belum_ditanya", "belum didata", "not asked yet"))
_LONGEST = 200
_KEPT = 20_000
_UNWILLING = "tidak_bersedia_dilaporkan"


class Given(NamedTuple):
    """One account of a row."""

    platform: str
    handle: Handle


@dataclass(slots=True)
class Entry:
    """A row that is right as far as it can be told without the database. Days are ISO text; empty optional cells are None."""

    row: int
    number: str
    name: str = field(repr=False)
    contact: str | None = field(repr=False)
    body: str
    area: str
    office: str
    term_start: str
    term_end: str | None
    reason: str | None
    consent_at: datetime | None
    consent_text: str | None
    accounts: tuple[Given, ...] = field(repr=False)


class _Wrong(NamedTuple):
    field: str
    reason: str
    remedy: str


class Reader:
    """Reads rows. What stands in many rows (areas, days) is worked out once. The same row is always read the same way."""

    def __init__(
        self, places: Places, platforms: Mapping[str, Platform], identify: Identify, *, zone: tzinfo, sees: Callable[[str], bool]
    ) -> None:
        self._places, self._platforms, self._identify, self._zone, self._sees = places, platforms, identify, zone, sees
        self._found: dict[tuple[str, str, str], Place | Misplaced] = {}
        self._days: dict[str, date] = {}
        self._times: dict[str, datetime] = {}
        self._labels: dict[str, str] = {}
        self._now = now()

    def read(self, row: Row | Reject) -> Entry | list[Reject]:
        """The row, or everything that is wrong with it."""
        if isinstance(row, Reject):
            return [row]
        wrong: list[_Wrong] = []
        values = row.values
        if not _EMPTY.isdisjoint(values.values()):
            values = {column: "" if cell in _EMPTY else cell for column, cell in values.items()}
        number, name = self._number(values, wrong), self._words(values, "name", wrong)
        if name is None:
            wrong.append(_Wrong("name", "the name is missing", "write the member's name"))
        body = self._body(values, wrong)
        place = self._place(values, body, wrong) if body else None
        start, end = self._term(values, wrong)
        accounts = self._accounts(values, wrong)
        agreed = self._consent(values, accounts, wrong)
        contact, reason = self._words(values, "contact", wrong), self._reason(values, accounts, wrong)
        if wrong or place is None or name is None or start is None:
            return [Reject(row=row.number, field=one.field, reason=one.reason, remedy=one.remedy, cells=row.cells) for one in wrong]
        return Entry(
            row.number, number, name, contact, body, place.area, place.office, start.isoformat(), end.isoformat() if end else None, reason,
            agreed[0], agreed[1], accounts,
        )  # fmt: skip

    def _number(self, values: Mapping[str, str], wrong: list[_Wrong]) -> str:
        number = values["member_no"]
        if not _NUMBER.fullmatch(number):
            remedy = "write a number of your own, such as A-0001: letters and digits, 40 at most"
            wrong.append(_Wrong("member_no", "is no member number" if number else "the member number is missing", remedy))
        return number

    def _words(self, values: Mapping[str, str], column: str, wrong: list[_Wrong]) -> str | None:
        words = " ".join(values.get(column, "").split())
        if len(words) > _LONGEST or not words.isprintable():
            wrong.append(_Wrong(column, "is too long, or holds signs that cannot be printed", f"write at most {_LONGEST} letters"))
        return words or None

    def _body(self, values: Mapping[str, str], wrong: list[_Wrong]) -> str:
        text = values["body"]
        body = text if text in BODIES else columns.BODY_WORDS.get(plain(text), "")
        if not body:
            words = f"there is no body {text}" if text else "the body is missing"
            wrong.append(_Wrong("body", words, "write PPK, PPS, PANTARLIH, KPPS, KETERTIBAN or SEKRETARIAT PPK/PPS"))
        return body

    def _place(self, values: Mapping[str, str], body: str, wrong: list[_Wrong]) -> Place | None:
        key = (values["area"], values.get("office", ""), body)
        place = self._found.get(key)
        if place is None:
            place = _kept(self._found, key, self._looked_up(*key))
        if isinstance(place, Place):
            return place
        wrong.append(_Wrong(place.field, place.reason, place.remedy))
        return None

    def _looked_up(self, area: str, office: str, body: str) -> Place | Misplaced:
        try:
            place = self._places.place(area, office, body)
        except Misplaced as error:
            return error
        if self._sees(place.office):
            return place
        return Misplaced("office", f"office {place.office} is out of sight (GAUNG_OFFICE)", "leave the row to that office or the province")

    def _term(self, values: Mapping[str, str], wrong: list[_Wrong]) -> tuple[date | None, date | None]:
        start, end = (self._day(values, column, wrong) for column in ("term_start", "term_end"))
        if not values["term_start"]:
            wrong.append(_Wrong("term_start", "the first day in term is missing", "write it, as in 4/12/2023"))
        if start and end and end < start:
            wrong.append(_Wrong("term_end", f"the term ends ({end}) before it begins ({start})", "correct one of the two days"))
        return start, end

    def _day(self, values: Mapping[str, str], column: str, wrong: list[_Wrong]) -> date | None:
        text = values.get(column, "")
        if not text:
            return None
        found = self._days.get(text)
        if found is not None:
            return found
        try:
            return _kept(self._days, text, day(text))
        except NotATime as error:
            reason, _, remedy = str(error).partition("; ")
            wrong.append(_Wrong(column, reason, remedy))
            return None

    def _accounts(self, values: Mapping[str, str], wrong: list[_Wrong]) -> tuple[Given, ...]:
        found = []
        for name, platform in self._platforms.items():
            text = values.get(name)
            if not text or text.casefold() in _NO_ACCOUNT:
                continue
            try:
                found.append(Given(name, read_handle(platform, text, self._identify)))
            except NotAHandle as error:
                wrong.append(_Wrong(name, str(error), "correct the handle, or empty the cell"))
        return tuple(found)

    def _consent(
        self, values: Mapping[str, str], accounts: tuple[Given, ...], wrong: list[_Wrong]
    ) -> tuple[datetime, str] | tuple[None, None]:
        text, label = values.get("consent_at", ""), values.get("consent_text", "")
        if not text:
            if accounts:
                remedy = "fill consent_at and consent_text, or empty the handle: no account is kept without the member's consent"
                wrong.append(_Wrong("consent_at", "a handle is given, but no consent", remedy))
            return None, None
        try:
            when = self._times.get(text) or _kept(self._times, text, self._moment(text))
            version = self._labels.get(label) or _kept(self._labels, label, consent.checked_version(label))
        except NotATime as error:
            reason, _, remedy = str(error).partition("; ")
            wrong.append(_Wrong("consent_at", reason, remedy))
        except UserError as error:
            wrong.append(_Wrong("consent_text", "a consent is given, but not to which text", error.hint))
        else:
            if when <= self._now:
                return when, version
            wrong.append(_Wrong("consent_at", "the consent lies in the future", "write when the member agreed"))
        return None, None

    def _moment(self, text: str) -> datetime:
        """A day alone stands for its beginning: a consent must not seem to come after a withdrawal on the same day."""
        try:
            return moment(text, self._zone)
        except NotATime:
            return datetime.combine(day(text), time(), self._zone)

    def _reason(self, values: Mapping[str, str], accounts: tuple[Given, ...], wrong: list[_Wrong]) -> str | None:
        text = values.get("no_account_reason", "")
        if not text or text.casefold() in _NOT_ASKED:
            return None
        reason = text if text in REASONS else columns.REASON_WORDS.get(plain(text))
        if reason is None:
            known = ", ".join(sorted(set(columns.REASON_WORDS.values())))
            wrong.append(_Wrong("no_account_reason", "is no known reason; free text is not kept", f"write one of {known}"))
        elif accounts and reason == _UNWILLING:
            wrong.append(_Wrong("no_account_reason", "the member does not want to be reported, but a handle is given", "empty one of them"))
        return None if accounts else reason


def _kept(kept: dict[K, V], key: K, value: V) -> V:
    if len(kept) >= _KEPT:
        kept.clear()
    kept[key] = value
    return value
