"""Helpers of the manager: who raised, whether a record holds what it says, and receipts that no wrapper can lose."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from types import CodeType

import pluggy

from gaung.core.markers import hookimpl
from gaung.core.records import (
    AccountInfo,
    Found,
    LinkInfo,
    Measure,
    Measured,
    Notice,
    Pending,
    Problem,
    PublishAnswer,
    Published,
    Sighting,
    WebhookAnswer,
)

Given = Callable[[object], PublishAnswer]


class Receipts:
    """The innermost wrapper of `gaung_publish` and `gaung_finish`: hands the answer over before any other wrapper goes on.

    It must be registered last, for of wrappers marked `trylast` the latest is innermost.
    """

    def __init__(self) -> None:
        self._current: ContextVar[tuple[Given, list[PublishAnswer]] | None] = ContextVar("gaung_receipt", default=None)

    @contextmanager
    def passed_to(self, given: Given) -> Iterator[list[PublishAnswer]]:
        """Pass the answer of the call in the block to `given`; the list holds the receipt once there is one."""
        kept: list[PublishAnswer] = []
        token = self._current.set((given, kept))
        try:
            yield kept
        finally:
            self._current.reset(token)

    @hookimpl(wrapper=True, trylast=True)
    def gaung_publish(self) -> Generator[None, object, object]:
        """Keep the answer."""
        return self._keep((yield))

    @hookimpl(wrapper=True, trylast=True)
    def gaung_finish(self) -> Generator[None, object, object]:
        """Keep the answer."""
        return self._keep((yield))

    def _keep(self, answer: object) -> object:
        current = self._current.get()
        if current is None:
            return answer
        given, kept = current
        kept.append(given(answer))
        return kept[0]


_FIELDS: dict[type, dict[str, tuple[type, ...]]] = {
    Published: {"external_id": (str, type(None)), "url": (str, type(None))},
    Pending: {"check_after": (int, float, type(None)), "note": (str,)},
    Problem: {"code": (str,), "message": (str,), "field": (str,)},
    Found: {"sightings": (tuple,), "total": (int, type(None)), "note": (str,)},
    Sighting: {
        "signal": (str,), "publication": (str,), "evidence": (str,), "author": (str, type(None)), "author_id": (str, type(None)),
        "url": (str, type(None)), "at": (datetime, type(None)),
    },
    Measured: {"measures": (tuple,), "note": (str,)},
    Measure: {"name": (str,), "value": (int, float, type(None)), "as_of": (datetime,), "publication": (str, type(None)), "why": (str,)},
    LinkInfo: {"platform": (str,), "url": (str,), "author": (str, type(None)), "author_id": (str, type(None))},
    WebhookAnswer: {"notices": (tuple,), "body": (str,)},
    Notice: {"key": (str,), "account": (str,), "refers": (str,)},
    AccountInfo: {"external_id": (str,), "handle": (str,), "who": (str,), "scopes": (tuple,)},
}  # fmt: skip


def check_fields(record: object) -> str:
    """What is wrong with a record's own fields (`external_id of type int`), empty when nothing is."""
    for name, kinds in _FIELDS.get(type(record), {}).items():
        value = getattr(record, name)
        if not isinstance(value, kinds):
            return f"{name} of type {type(value).__name__}"
    if isinstance(record, Problem) and record.level not in ("error", "warning"):
        return f"level {record.level!r}"
    if isinstance(record, Sighting):
        return _sighting_flaw(record)
    return ""


def _sighting_flaw(sighting: Sighting) -> str:
    """Words that name no person: they go to a log."""
    if not (sighting.author or sighting.author_id):
        return "neither author nor author_id"
    if not sighting.evidence:
        return "an empty evidence"
    return "a time without a zone" if sighting.at is not None and sighting.at.tzinfo is None else ""


def culprit(error: BaseException, impls: Sequence[pluggy.HookImpl]) -> str | None:
    """Name of the plugin whose implementation the error came through last; None when it came from none of them."""
    names: dict[CodeType, str] = {}
    for impl in impls:
        function = getattr(impl.function, "__func__", impl.function)
        if isinstance(code := getattr(function, "__code__", None), CodeType):
            names[code] = impl.plugin_name
    found, trace = None, error.__traceback__
    while trace is not None:
        found = names.get(trace.tb_frame.f_code, found)
        trace = trace.tb_next
    return found
