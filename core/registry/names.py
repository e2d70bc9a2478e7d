"""Names of areas as people spell them: `Kab. Lampung Selatan`, `LAMPUNG SELATAN`, `Lamsel`, `Tulangbawang`."""

import re
import unicodedata

_WORDS = {
    "province": ("provinsi", "propinsi", "prov"),
    "regency": ("kabupaten", "kab", "kota"),
    "district": ("kecamatan", "kec", "distrik"),
    "village": ("desa", "kelurahan", "kel"),
}
_LOCAL = ("pekon", "tiyuh", "kampung")
"""Lampung's own words for a village; they begin official names too (Kampung Baru), so no name is kept without them."""

_SHORT = {
    "lampungselatan": ("lamsel",),
    "lampungtengah": ("lamteng",),
    "lampungtimur": ("lamtim",),
    "lampungutara": ("lampura",),
    "lampungbarat": ("lambar",),
    "tulangbawang": ("tuba",),
    "tulangbawangbarat": ("tubaba",),
    "pesisirbarat": ("pesibar",),
}
"""What people say for regencies of Lampung (facts/domain.md 2b)."""


def plain(name: str) -> str:
    """Letters and digits alone, without case.

    >>> plain("Tulang Bawang"), plain("tulangbawang "), plain("Karang Raja N.D.")
    ('tulangbawang', 'tulangbawang', 'karangrajand')
    """
    return "".join(character for character in unicodedata.normalize("NFKC", name).casefold() if character.isalnum())


def fold(name: str) -> str:
    """As `plain`, without the word for its kind in front.

    >>> fold("Kab. Lampung Selatan"), fold("Kota Metro"), fold("KEC.NATAR"), fold("Desa Kampung Baru"), fold("Kotabumi")
    ('lampungselatan', 'metro', 'natar', 'kampungbaru', 'kotabumi')
    """
    return _without(name, (*[word for words in _WORDS.values() for word in words], *_LOCAL))


def aliases(name: str, level: str) -> set[str]:
    """What an area of that name is found by, besides what a file says: itself, without its kind, and the short forms of regencies."""
    short = _without(name, _WORDS.get(level, ()))
    return {key for key in (plain(name), short, *(_SHORT.get(short, ()) if level == "regency" else ())) if key}


def _without(name: str, words: tuple[str, ...]) -> str:
    found = re.match(rf"\s*(?:{'|'.join(words)})(?:\s*[.]\s*|\s+)(?=\w)", name, re.IGNORECASE) if words else None
    return plain(name[found.end() :] if found else name)
