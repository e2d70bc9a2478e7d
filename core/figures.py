"""Numbers as Indonesia writes them: a dot between thousands, a comma before decimals."""

import re
from decimal import Decimal

_GROUPED = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_INDONESIAN = re.compile(r"[+-]?\d+(?:,\d+)?")
_ENGLISH = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3}){2,}|\d+)(?:\.\d+)?")


class NotANumber(ValueError):
    """The text is no number; says how to write one."""


def number(text: str) -> Decimal:
    """The number that a cell holds; a single dot before three digits is one between thousands. Raises `NotANumber`.

    >>> number("44.414"), number("1.234.567,5"), number("80,6"), number("80.6")
    (Decimal('44414'), Decimal('1234567.5'), Decimal('80.6'), Decimal('80.6'))
    """
    plain = text.strip().replace("\u00a0", "").replace(" ", "")
    if _GROUPED.fullmatch(plain) or _INDONESIAN.fullmatch(plain):
        return Decimal(plain.replace(".", "").replace(",", "."))
    if _ENGLISH.fullmatch(plain):
        return Decimal(plain.replace(",", ""))
    raise NotANumber(f"is {text.strip()!r}, which is no number; write 44.414 or 80,6")
