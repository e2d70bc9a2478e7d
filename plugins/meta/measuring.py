"""Answers to questions as core's measures: every number that was asked for, with a value or the reason why there is none."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from gaung.core.errors import AuthRevoked, PlatformError, Transient
from gaung.core.records import Measure, Measured
from gaung.plugins.meta.questions import GONE, Reply


@dataclass(frozen=True, slots=True)
class Words:
    """How a platform is called, which rights its numbers need, and what it means where it leaves some number out."""

    title: str
    rights: str
    left_out: Mapping[str, str] = field(default_factory=dict)


def measured(replies: Iterable[Reply], words: Words) -> Measured:
    """Each number of each question; of days the last one that ended."""
    return Measured(measures=tuple(one for reply in replies for one in _measures(reply, words)))


_JUST_BEFORE = timedelta(seconds=1)
"""So much earlier than the total itself stands that of a day's total nothing is known: it takes the place of no total told before, and the
total that is told later takes its place."""


def _measures(reply: Reply, words: Words) -> Iterator[Measure]:
    question = reply.question
    for name, read in question.reads.items():
        value, at = None if reply.error else read(reply.body), question.of or reply.at
        if isinstance(value, list):
            at, value = max((day for day in value if day[0] <= reply.at), default=(at, None))
        why = "" if value is not None else why_none(reply.error, name, words)
        at -= _JUST_BEFORE if value is None and question.of else timedelta(0)
        yield Measure(name=name, value=value, as_of=at, publication=question.about or None, why=why)


def why_none(error: PlatformError | None, name: str, words: Words) -> str:
    """Why there is no number, for people."""
    if error is None:
        return words.left_out.get(name, f"{words.title} leaves it out of its answer")
    if error.code == GONE:
        return f"not there any more, or not shown to this app ({error.code})"
    if isinstance(error, AuthRevoked):
        return f"permission missing ({error.code}); needed: {words.rights}"
    if isinstance(error, Transient):
        return f"no usable answer this time ({error.code})"
    return f"{words.title} refuses it ({error.code}): {error.message}"
