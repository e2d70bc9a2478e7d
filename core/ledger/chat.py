"""WhatsApp's chat exports, read for the links in them. Names and telephone numbers are used to find the member, and go no further.

Both shapes that the app writes are read (`[24/11/26 19.30.12] Name: text`, `24/11/26 19.30 - Name: text`), days first as in Indonesia.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import islice
from pathlib import Path

from gaung.core.errors import UserError

_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202c\ufeff"))
_DAY = r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2,4})"
_TIME = r"(\d{1,2})[.:](\d{2})(?:[.:](\d{2}))?\s?([ap])?\.?(?:m\.?)?"
_HEAD = re.compile(rf"(?:\[{_DAY},?\s+(?:pukul\s+)?{_TIME}\]\s*|{_DAY},?\s+(?:pukul\s+)?{_TIME}\s+-\s+)(.*)", re.IGNORECASE | re.DOTALL)
_LOOK = 20


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `line` is where it begins in the file, from 1; `at` None: its time cannot be read."""

    line: int
    at: datetime | None
    sender: str = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)


class Chat:
    """An exported chat as a source of messages; also the sheet that its rejects are counted from."""

    def __init__(self, path: Path, zone: tzinfo) -> None:
        self.path, self._zone = path, zone

    def messages(self) -> Iterator[Said]:
        """Every message of a person, in order; what the app itself says has no sender and is left out."""
        current: tuple[int, datetime | None, list[str]] | None = None
        for number, line in enumerate(self._text(), 1):
            found = _HEAD.fullmatch(line)
            if found is None:
                if current is not None:
                    current[2].append(line)
                continue
            yield from _message(current)
            current = (number, self._time(found), [found[15]])
        yield from _message(current)

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """Every line of the file."""
        yield from ((number, [line]) for number, line in enumerate(self._text(), 1))

    def head(self, most: int) -> list[tuple[int, list[str]]]:
        """The first lines."""
        return list(islice(self.lines(), most))

    def estimate(self) -> int:
        """Nobody knows before the end."""
        return 0

    def _text(self) -> Iterator[str]:
        try:
            with self.path.open(encoding="utf-8-sig") as file:
                for line in file:
                    yield line.translate(_MARKS).replace("\u202f", " ").rstrip("\r\n")
        except OSError as error:
            raise UserError(f"{self.path}: cannot be read ({error.strerror}).", "Give the path of a chat export.") from None
        except UnicodeDecodeError:
            raise UserError(f"{self.path}: is no chat export in UTF-8.", "Export the chat again, without media.") from None

    def _time(self, found: re.Match[str]) -> datetime | None:
        """Day first, unless the numbers allow only the other way."""
        at = 1 if found[1] else 8
        first, second, year, hour, minute = (int(found[at + step]) for step in range(5))
        half = (found[at + 6] or "").lower()
        day, month = (second, first) if second > 12 >= first else (first, second)
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        try:
            return datetime(year + 2000 if year < 100 else year, month, day, hour, minute, int(found[at + 5] or 0), tzinfo=self._zone)
        except ValueError:
            return None


def is_chat(path: Path) -> bool:
    """Whether a file looks like a chat export: text of which one of the first lines begins as a message does."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            return any(_HEAD.match(line.translate(_MARKS).replace("\u202f", " ")) for line in islice(file, _LOOK))
    except (OSError, UnicodeDecodeError):
        return False


def telephone(text: str) -> str:
    """The digits of a telephone number as Indonesia dials it from abroad; empty where the text is none.

    >>> telephone("+62 812-0000-0001"), telephone("0812 0000 0001"), telephone("Siti Contoh")
    ('6281200000001', '6281200000001', '')
    """
    if not re.fullmatch(r"[+\d\s().-]{8,}", text.strip()):
        return ""
    digits = re.sub(r"\D", "", text)
    return f"62{digits[1:]}" if digits.startswith("0") else digits


def _message(current: tuple[int, datetime | None, list[str]] | None) -> Iterator[Said]:
    if current is None:
        return
    number, at, lines = current
    sender, colon, first = lines[0].partition(": ")
    if not colon and lines[0].endswith(":"):
        sender, colon = lines[0][:-1], ":"
    if colon:
        yield Said(number, at, sender.strip(), (first, *lines[1:]))
