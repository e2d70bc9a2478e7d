"""What an address of Instagram's names, read from its letters. No network, and nothing is ever raised."""

import re

from gaung.core.records import HandleShape, LinkInfo
from gaung.plugins.meta.addresses import split

SITE = "https://www.instagram.com"

HANDLES = HandleShape(pattern=r"[a-z0-9._]{1,30}", id_pattern=r"17841[0-9]{10,14}", example="contoh_agt_siti")
"""Letters, digits, dots and underscores, at most thirty. Source: Instagram Help Centre, usernames. Ids as in the IG User reference."""

_HOSTS = frozenset({"instagram.com", "www.instagram.com", "m.instagram.com", "instagr.am", "www.instagr.am"})
_HANDLE = re.compile(HANDLES.pattern, re.IGNORECASE | re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9_-]{5,80}")
_KINDS = {"p": "p", "reel": "reel", "reels": "reel", "tv": "tv"}

RESERVED = frozenset((
    "about", "accounts", "ads", "api", "ar", "archive", "brand", "business", "challenge", "contact", "create", "creators", "data",
    "developer", "developers", "direct", "directory", "download", "emails", "explore", "fragment", "graphql", "hashtag", "help",
    "invites", "jobs", "legal", "lite", "locations", "login", "logout", "meta", "nametag", "oauth", "p", "press", "privacy",
    "professional", "push", "reel", "reels", "s", "safety", "session", "share", "shopping", "static", "stories", "support", "terms", "tv",
    "web", "your_activity",
))  # fmt: skip
"""First parts of a path that are Instagram's own pages, and so nobody's handle."""


def identify(url: str) -> LinkInfo | None:
    """What an address names, tracking parameters dropped; None where it is none of Instagram's people or media.

    A handle that stands before `/p/` is kept in the address: `gaung_verify_reshare` needs it, since nothing else names the author.
    """
    address = split(url)
    if address is None or address.host not in _HOSTS or not address.parts:
        return None
    parts = address.parts[1:] if address.under("_u") else address.parts
    if not parts:
        return None
    first = parts[0].casefold()
    if first in _KINDS:
        return _media(first, parts[1] if len(parts) > 1 else "")
    if first == "stories":
        return _story(parts)
    if first in ("share", "s"):
        return _hidden(first, parts)
    return _of_somebody(parts)


def _of_somebody(parts: tuple[str, ...]) -> LinkInfo | None:
    handle = parts[0].removeprefix("@")
    if not _is_handle(handle):
        return None
    kind = parts[1].casefold() if len(parts) > 2 else ""
    if kind in _KINDS and _CODE.fullmatch(parts[2]):
        return _media(kind, parts[2], handle)
    return LinkInfo(platform="instagram", kind="profile", url=f"{SITE}/{handle}/", author=handle)


def _media(kind: str, code: str, handle: str | None = None) -> LinkInfo | None:
    if not _CODE.fullmatch(code) or code.casefold() == "audio":
        return None
    owner = f"{handle}/" if handle else ""
    return LinkInfo(platform="instagram", kind="post", url=f"{SITE}/{owner}{_KINDS[kind]}/{code}/", author=handle, external_id=code)


def _story(parts: tuple[str, ...]) -> LinkInfo | None:
    """`/stories/HANDLE/ID`; of a highlight the address does not say whose it is."""
    owner, thing = (parts[index] if len(parts) > index else "" for index in (1, 2))
    if owner.casefold() == "highlights":
        return _thing(f"stories/highlights/{thing}", None, thing) if thing.isdecimal() and thing.isascii() else None
    if not _is_handle(owner):
        return None
    if not (thing.isdecimal() and thing.isascii()):
        return _thing(f"stories/{owner}", owner, None)
    return _thing(f"stories/{owner}/{thing}", owner, thing)


def _hidden(first: str, parts: tuple[str, ...]) -> LinkInfo | None:
    """Share links: what is behind one, only Instagram knows."""
    tail = [part for part in parts[1:3] if re.fullmatch(r"[\w=-]{1,120}", part, re.ASCII)]
    return _thing("/".join([first, *tail]), None, None) if tail else None


def _thing(path: str, author: str | None, external_id: str | None) -> LinkInfo:
    return LinkInfo(platform="instagram", kind="post", url=f"{SITE}/{path}/", author=author, external_id=external_id)


def _is_handle(text: str) -> bool:
    return bool(_HANDLE.fullmatch(text)) and text.casefold() not in RESERVED and bool(text.strip("."))


def shortcode(address: str | None) -> str | None:
    """The code of the media that an address names; None for anything else."""
    info = identify(address) if address else None
    return info.external_id if info is not None and info.kind == "post" and "/stories/" not in info.url else None
