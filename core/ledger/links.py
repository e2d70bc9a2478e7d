"""Links as members hand them in: found in whatever text is around them, and read by the platforms' own plugins.

No message in here repeats a link, which holds a handle.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from gaung.core.records import LinkInfo, Platform

Identify = Callable[[str], LinkInfo | None]
"""`Manager.identify_link`."""

_LONGEST = 2000
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"))
_BEGIN = re.compile(r"https?://", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w@./:-])(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s<>\"|;]+", re.IGNORECASE)
_END = re.compile(r"[\s<>\"|;\u201c\u201d]|,(?=\s|$)|,(?=https?:)")
_PAIRS = {")": "(", "]": "[", "}": "{"}


class Refused(ValueError):
    """Why a thing that was handed in is not taken, and what to do; `field` is the column at fault."""

    def __init__(self, reason: str, remedy: str = "", field: str = "url") -> None:
        super().__init__(reason)
        self.reason, self.remedy, self.field = reason, remedy, field


def find_links(text: str) -> list[str]:
    """Every address in a text, in order, each once: several in a cell, in brackets, with a full stop behind it, without `https://`.

    >>> find_links("sudah ya: <https://toy.example/p/1>. (toy.example/p/2)")
    ['https://toy.example/p/1', 'https://toy.example/p/2']
    """
    plain = text.translate(_INVISIBLE)
    spans: list[tuple[int, str]] = []
    rest, last = [], 0
    starts = [found.start() for found in _BEGIN.finditer(plain)]
    for at, until in zip(starts, [*starts, len(plain)][1:], strict=True):
        spans.append((at, _END.split(plain[at:until], maxsplit=1)[0]))
        rest += [plain[last:at], " " * len(spans[-1][1])]
        last = at + len(spans[-1][1])
    without = "".join([*rest, plain[last:]])
    spans += [(found.start(), f"https://{found[0]}") for found in _BARE.finditer(without)]
    found = (_trimmed(one, plain[at - 1 : at] if at else "") for at, one in sorted(spans))
    return list(dict.fromkeys(one for one in found if not re.fullmatch(r"https?:/*", one, re.IGNORECASE)))


def read_link(identify: Identify, platforms: Mapping[str, Platform], text: str, platform: str | None = None) -> LinkInfo:
    """What a link names, its address as the plugin writes it. Raises `Refused` for one that shows no post on `platform` (None: any)."""
    address = _checked(text)
    info = identify(address)
    if info is None or info.platform not in platforms or not info.url.startswith("https://"):
        titles = ", ".join(one.title for one in platforms.values())
        raise Refused("This is no link to a post on a platform that Gaung knows.", f"Copy the link of the post itself, on {titles}.")
    title = platforms[info.platform].title
    if platform is not None and info.platform != platform:
        wanted = platforms[platform].title if platform in platforms else platform
        raise Refused(f"This is a link of {title}, not of {wanted}.", "Correct the platform or the link.")
    if info.kind != "post":
        raise Refused(f"This is the address of a {title} profile, not of a post.", "Open the post there and copy its own link.")
    return replace(info, url=info.url[:_LONGEST])


def _checked(text: str) -> str:
    found = find_links(text)
    if len(found) != 1:
        what = "no link" if not found else f"{len(found)} links"
        raise Refused(f"There is {what}, where one is needed.", "Copy the link of the post: it begins with https://")
    try:
        parts = urlsplit(found[0])
        strange = "@" in parts.netloc or parts.port not in (None, 80, 443)
    except ValueError:
        strange = True
    if strange or len(found[0]) > _LONGEST or not found[0].isprintable():
        raise Refused("This is no plain web address.", "Copy the link of the post: it begins with https://")
    return _BEGIN.sub("https://", found[0], count=1)


def _trimmed(link: str, before: str) -> str:
    """Without what ends a sentence, closes a bracket that the link does not open, or is WhatsApp's bold and italic."""
    while link:
        last = link[-1]
        opens = _PAIRS.get(last)
        unopened = opens is not None and link.count(opens) < link.count(last)
        if last in ".,:!?'*~\u2026\u2019" or unopened or (last == "_" == before):
            link = link[:-1]
        else:
            break
    return link
