"""Whether somebody's words are a copy of ours: both become bare words first, so that emoji, capitals and line breaks do not count."""

import re
import unicodedata

LEAST_WORDS = 4
LEAST_CHARACTERS = 20
"""What a text of ours must have to be recognised by its words alone: anybody can write `Selamat pagi semua`."""

_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_TRAILING_TAGS = re.compile(r"(?:\s*[#@][\w.]+)+\s*$")


def words(text: str) -> str:
    """Bare words in lower case, one blank between two; addresses left out.

    >>> words("Ayo  Cek - DPT! https://kpu.go.id #KPULampung")
    'ayo cek dpt kpulampung'
    """
    plain = unicodedata.normalize("NFKC", _URL.sub(" ", text)).casefold()
    return " ".join(_WORD.findall(plain))


def core_of(text: str) -> str:
    """What of our text must stand in a copy: its words without the hashtags at its end. Empty where too little is left to know it by."""
    found = words(_TRAILING_TAGS.sub("", _URL.sub(" ", text).rstrip()))
    enough = len(found) >= LEAST_CHARACTERS and found.count(" ") + 1 >= LEAST_WORDS
    return found if enough else ""


def likeness(theirs: str, ours: str) -> int:
    """How many letters of our text `theirs` repeats, word for word: all of it with the hashtags at its end, its core, or (0) neither.

    Always 0 for a text that is too short to be known by.
    """
    core, said = core_of(ours), f" {words(theirs)} "
    return next((len(text) for text in (words(ours), core) if core and f" {text} " in said), 0)


def addresses(text: str) -> list[str]:
    """The addresses in a text, also those without a scheme, without the punctuation behind them."""
    found = re.findall(r"(?:https?://|(?:[\w-]+\.)+[a-z]{2,}/)[^\s<>\"']+", text, re.IGNORECASE)
    return [address.rstrip(".,;:!?)]}") for address in found]
