"""A pasted address, taken apart without ever raising: what the link readers of facebook and instagram start from. No network."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

_LONGEST = 2048
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """`host` in lower case without port, `parts` of the path decoded and not empty, the first value of each key of the query."""

    host: str
    parts: tuple[str, ...] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)

    def under(self, *names: str) -> bool:
        """Whether the path begins with these parts, however their letters are written."""
        return tuple(part.casefold() for part in self.parts[: len(names)]) == names

    def part(self, index: int) -> str:
        """One part of the path, empty where there is none."""
        return self.parts[index] if -len(self.parts) <= index < len(self.parts) else ""


def split(text: str) -> Address | None:
    """The parts of an address as people paste it: without a scheme, in angle brackets, with invisible characters. None: it is none."""
    plain = text.translate(_INVISIBLE).strip().strip("<>").strip()
    if not plain or len(plain) > _LONGEST or re.search(r"\s", plain):
        return None
    try:
        parts = urlsplit(_with_scheme(plain))
        host, port, query = parts.hostname or "", parts.port, parse_qsl(parts.query)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or port not in (None, 80, 443):
        return None
    found = [unquote(part).strip() for part in parts.path.split("/")]
    first: dict[str, str] = {}
    for key, value in query:
        first.setdefault(key.casefold(), value.strip())
    return Address(host.rstrip(".").casefold(), tuple(part for part in found if part), first)


def _with_scheme(text: str) -> str:
    if text.startswith("//"):
        return f"https:{text}"
    scheme = _SCHEME.match(text)
    known = scheme is not None and (text[scheme.end() :].startswith("//") or "." not in scheme[1])
    return text if known else f"https://{text}"
