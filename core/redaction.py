"""Takes known secrets out of texts. The cost depends on the text's length, not on how many secrets are known."""

import base64
import binascii
import re
import threading
from collections.abc import Iterable
from urllib.parse import unquote

HIDDEN = "***"
SHORTEST = 8
"""Shorter values are not worth hiding: they would blank ordinary words."""
MOST = 200_000
"""How many are kept; the oldest go first, for rotating tokens pile up in a process that runs for months."""

_known: dict[str, None] = {}
_starts: dict[str, dict[int, set[str]]] = {}
_lock = threading.Lock()
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_PERCENT = re.compile(r"\S*%[0-9A-Fa-f]{2}\S*")


def remember(values: Iterable[str]) -> None:
    """Hide these values in every text that passes `redact` from now on."""
    with _lock:
        for value in values:
            if len(value) >= SHORTEST and value not in _known:
                _known[value] = None
                _starts.setdefault(value[:SHORTEST], {}).setdefault(len(value), set()).add(value)
        while len(_known) > MOST:
            _forget(next(iter(_known)))


def _forget(value: str) -> None:
    del _known[value]
    lengths = _starts[value[:SHORTEST]]
    lengths[len(value)].discard(value)
    if not lengths[len(value)]:
        del lengths[len(value)]
    if not lengths:
        del _starts[value[:SHORTEST]]


def redact(text: str) -> str:
    """`text` with every remembered secret, plain, percent-encoded or inside base64, replaced by `***`."""
    if len(text) < SHORTEST or not _starts:
        return text
    found = _plain(text)
    if "%" in found:
        found = _PERCENT.sub(_percent, found)
    return _BASE64.sub(_base64, found)


def _plain(text: str) -> str:
    starts, pieces, done, here = _starts, [], 0, 0
    last = len(text) - SHORTEST
    while here <= last:
        lengths = starts.get(text[here : here + SHORTEST])
        found = _longest(text, here, lengths) if lengths else 0
        if found:
            pieces += [text[done:here], HIDDEN]
            here = done = here + found
        else:
            here += 1
    return "".join([*pieces, text[done:]]) if pieces else text


def _longest(text: str, here: int, lengths: dict[int, set[str]]) -> int:
    fits = [length for length, forms in tuple(lengths.items()) if text[here : here + length] in forms]
    return max(fits, default=0)


def _percent(match: re.Match[str]) -> str:
    """An address that carries a secret is shown decoded, for the ways to encode it are many."""
    inside = unquote(match.group())
    clean = _plain(inside)
    return clean if clean != inside else match.group()


def _base64(match: re.Match[str]) -> str:
    """A word that holds a secret, as in a Basic authorization header, is hidden whole."""
    word = match.group().rstrip("=").translate(_URL_SAFE)
    try:
        inside = base64.b64decode(word + "=" * (-len(word) % 4)).decode("latin-1")
    except (binascii.Error, ValueError):
        return match.group()
    return HIDDEN if _plain(inside) != inside else match.group()


_URL_SAFE = str.maketrans("-_", "+/")
