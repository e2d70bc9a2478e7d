"""Asking Meta for numbers: one question is one call, several go in one batch, and what is refused of one is no matter of the others."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from gaung.core.errors import PlatformError, Transient
from gaung.plugins.meta import usage
from gaung.plugins.meta.graph import Answer, Graph
from gaung.plugins.meta.looking import refused

MOST = 50
"""Calls in one batch. Source: Graph API, batch requests."""
GONE = "100/33"
"""The object is not there, or not for this token; Meta does not tell which. Source: Graph API, handling errors."""

Read = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Question:
    """One call, and how each of its numbers is read out of the answer, by the metric's name.

    `apart`: the same numbers asked one by one, for when one of them makes Meta refuse the whole call. `about`: the publication, empty for
    the account. `of`: the moment that the numbers are of, where the answer does not say; None: when it is given.
    """

    path: str
    params: Mapping[str, str]
    reads: Mapping[str, Read]
    about: str = ""
    of: datetime | None = None
    apart: tuple["Question", ...] = field(default=(), repr=False)

    @classmethod
    def of_fields(cls, path: str, fields: Mapping[str, tuple[str, Read]], about: str = "") -> "Question":
        """Fields of a node, by metric: the field as it is asked for, and how it is read."""
        single = tuple(cls(path, {"fields": asked}, {name: read}, about) for name, (asked, read) in fields.items())
        every, reads = {"fields": ",".join(asked for asked, _ in fields.values())}, {name: read for name, (_, read) in fields.items()}
        return cls(path, every, reads, about, apart=single if len(single) > 1 else ())

    @property
    def part(self) -> dict[str, str]:
        """As a part of a batch."""
        return {"method": "GET", "relative_url": f"{self.path}?{urlencode(self.params)}"}


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a question: `body`, or the `error` by which it was refused. `at` is the platform's clock, ours where it tells none."""

    question: Question
    at: datetime
    body: Mapping[str, Any] = field(default_factory=dict)
    error: PlatformError | None = None

    @property
    def gone(self) -> bool:
        """Whether the object itself is not there, or not for us."""
        return self.error is not None and self.error.code == GONE


def needed(graph: Graph, question: Question) -> list[Reply]:
    """One question in a request of its own, refused numbers apart. Raises as `together`: the rest depends on it."""
    reply = _get(graph, question)
    if isinstance(reply.error, Transient):
        raise reply.error
    return singly(graph, _once_more(reply)) if _once_more(reply) else [reply]


def singly(graph: Graph, questions: Sequence[Question]) -> list[Reply]:
    """Each question in a request of its own; what is not answered loses none of the others. Raises what is about the account."""
    return [_get(graph, question) for question in questions]


def _get(graph: Graph, question: Question) -> Reply:
    return _reply(question, lambda: graph.get(question.path, params=question.params), None)


def together(graph: Graph, questions: Sequence[Question]) -> list[Reply]:
    """All in as few batches as hold them; what is refused of several numbers is asked once more apart, what was not answered as it is.

    Raises what is about the account and not about one object: a dead token, a limit; and `Transient` where a whole batch was not answered.
    """
    first = [reply for some in _groups(questions) for reply in _batch(graph, some)]
    if first and first[0].error is not None and all(isinstance(reply.error, Transient) for reply in first):
        raise first[0].error
    again = [one for reply in first for one in _once_more(reply)]
    kept = [reply for reply in first if not _once_more(reply)]
    return [*kept, *(reply for some in _groups(again) for reply in _batch_again(graph, some))]


def _batch_again(graph: Graph, questions: Sequence[Question]) -> list[Reply]:
    try:
        return _batch(graph, questions)
    except Transient as error:  # what was told already is not thrown away for it
        return [Reply(question, datetime.now(UTC), error=error) for question in questions]


def _once_more(reply: Reply) -> tuple[Question, ...]:
    if isinstance(reply.error, Transient):
        return (reply.question,)
    return reply.question.apart if reply.error is not None and not reply.gone else ()


def _groups(questions: Sequence[Question]) -> Iterable[Sequence[Question]]:
    return (questions[start : start + MOST] for start in range(0, len(questions), MOST))


def _batch(graph: Graph, questions: Sequence[Question]) -> list[Reply]:
    def read(part: Any) -> Callable[[], Answer]:
        return lambda: graph.read_part(part)

    with usage.once():
        parts, now = graph.batch([question.part for question in questions])
        return [_reply(question, read(part), now) for question, part in zip(questions, parts, strict=True)]


def _reply(question: Question, ask: Callable[[], Answer], now: datetime | None) -> Reply:
    try:
        answer = ask()
    except PlatformError as error:
        if not (isinstance(error, Transient) or refused(error)):
            raise
        return Reply(question, now or datetime.now(UTC), error=error)
    return Reply(question, answer.server_now or now or datetime.now(UTC), answer.body)
