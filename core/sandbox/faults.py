"""Which requests go wrong, and how: rules that are taken one by one as requests come in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from gaung.core.sandbox.checks import BadInput, choice, number, text, whole

ACTIONS = (
    "hangup_before", "hangup_after", "error_before", "error_after", "refused", "rate_limited",
    "token_expired", "token_revoked", "slow", "cut_upload",
)  # fmt: skip
"""
hangup_before   read the request, drop the connection without an answer, process nothing
hangup_after    process the request in full, drop the connection without an answer
error_before    500, process nothing
error_after     process the request in full, answer 500
refused         the platform's refusal of the content
rate_limited    the platform's rate-limit answer, with or without `Retry-After`
token_expired   the platform's answer to a token that a refresh renews
token_revoked   the platform's answer to a token that only a person can replace
slow            wait `seconds`, before the request is processed or (`when="after"`) before the answer; `seconds = 0` meanwhile ends it
cut_upload      the handler gets the first `bytes` of the body, then the connection drops
"""

_KEYS = ("operation", "do", "times", "skip", "account", "retry_after", "seconds", "when", "bytes")


@dataclass(slots=True, kw_only=True)
class Fault:
    """One rule. `operation` is a route name or a pattern; `times` -1 is always; the first `skip` requests that match pass.

    `retry_after` is a number of seconds as text, `"date"` (an HTTP date `seconds` ahead, 30 if not given), or None for no header.
    """

    id: int
    operation: str
    do: str
    times: int = 1
    skip: int = 0
    account: str | None = None
    retry_after: str | None = None
    seconds: float = 0.0
    when: str = "before"
    bytes: int = 0
    applied: int = 0

    @property
    def spent(self) -> bool:
        """Whether it will not act any more."""
        return self.times >= 0 and self.applied >= self.times

    def as_json(self) -> dict[str, Any]:
        """All fields by name."""
        return {name: getattr(self, name) for name in self.__slots__}


class Faults:
    """The rules in force, in order of their making: the first that matches acts. `operations` are the names that there are."""

    def __init__(self, operations: Collection[str]) -> None:
        self.operations = operations
        self.rules: list[Fault] = []
        self._last = 0

    def add(self, operation: str, do: str, **more: Any) -> Fault:
        """Add a rule. Raises `BadInput` when it makes no sense."""
        return self.add_from({"operation": operation, "do": do, **more})

    def add_from(self, values: Mapping[str, Any]) -> Fault:
        """Add a rule from JSON. Raises `BadInput` naming the field."""
        unknown = sorted(set(values) - set(_KEYS))
        if unknown:
            raise BadInput(f"fault: unknown field {unknown[0]!r}; known are {', '.join(_KEYS)}")
        operation, retry_after = text(values, "operation"), values.get("retry_after")
        if not any(fnmatchcase(name, operation) for name in self.operations):
            raise BadInput(f"operation: nothing is called {operation!r}; GET /_sandbox/operations lists what is")
        fault = Fault(
            id=self._last + 1,
            operation=operation,
            do=choice(values, "do", ACTIONS),
            times=whole(values, "times", 1, least=-1),
            skip=whole(values, "skip", 0),
            account=text(values, "account") if values.get("account") is not None else None,
            retry_after=None if retry_after is None else _retry_after(retry_after),
            seconds=number(values, "seconds", 30.0 if retry_after == "date" else 0.0),
            when=choice(values, "when", ("before", "after"), "before"),
            bytes=whole(values, "bytes", 0),
        )
        self._last += 1
        self.rules.append(fault)
        return fault

    def take(self, operation: str, account: str | None) -> Fault | None:
        """The rule that acts on this request, counted; None when none does."""
        for fault in self.rules:
            if fault.spent or not fnmatchcase(operation, fault.operation):
                continue
            if fault.account is not None and fault.account != account:
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.applied += 1
            return fault
        return None

    def clear(self) -> None:
        """Drop all rules."""
        self.rules = []


def _retry_after(value: Any) -> str:
    plain = str(value)
    if isinstance(value, bool) or not (plain == "date" or plain.isdecimal()):
        raise BadInput(f'fault: retry_after must be whole seconds or "date", not {value!r}')
    return plain
