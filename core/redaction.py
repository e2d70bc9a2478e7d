"""Takes known secrets out of texts. The cost depends on the text's length, not on how many secrets are known."""

import base64
import binascii
import re
import threading
from collections.abc import Iterable
from urllib.parse import quote

HIDDEN = "***"
SHORTEST = 8
"""Shorter values are not worth hiding: they would blank ordinary words."""
MOST = 200_000
"""How many are kept; the oldest go first, for rotating tokens pile up in a process that runs for months."""

_known: dict[str, None] = {}
_starts: dict[str, dict[int, set[str]]] = {}
_lock = threading.Lock()
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")


def remember(values: Iterable[str]) -> None:
    """Hide these values, and their percent-encoded forms, in every text that passes `redact` from now on."""
    with _lock:
        for value in values:
            if len(value) < SHORTEST or value in _known:
                continue
            for form in {value, quote(value, safe=""), value.encode("unicode_escape").decode("ascii")}:
                _known[form] = None
                _starts.setdefault(form[:SHORTEST], {}).setdefault(len(form), set()).add(form)
        while len(_known) > MOST:
            _forget(next(iter(_known)))


def _forget(form: str) -> None:
    del _known[form]
    lengths = _starts[form[:SHORTEST]]
    lengths[len(form)].discard(form)
    if not lengths[len(form)]:
        del lengths[len(form)]
    if not lengths:
        del _starts[form[:SHORTEST]]


def redact(text: str) -> str:
    """`text` with every remembered secret, plain, percent-encoded or inside base64, replaced by `***`."""
    if len(text) < SHORTEST or not _starts:
        return text
    return _decoded(_plain(text))


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


def _decoded(text: str) -> str:
    """Blank base64 words that hold a secret, as a Basic authorization header does."""

    def hide(match: re.Match[str]) -> str:
        word = match.group()
        try:
            raw = base64.b64decode(word.rstrip("=").translate(_URL_SAFE) + "=" * (-len(word.rstrip("=")) % 4))
        except (binascii.Error, ValueError):
            return word
        inside = raw.decode("latin-1")
        return HIDDEN if _plain(inside) != inside else word

    return _ENCODED.sub(hide, text)


_URL_SAFE = str.maketrans("-_", "+/")
