"""Rules, and what they say of a plugin."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gaung.core.grades import Grade

if TYPE_CHECKING:
    from gaung.core.testkit.conformance.kit import Kit

Outcome = Literal["passed", "failed", "not applicable"]
Check = Callable[["Kit"], None]


class Broken(AssertionError):
    """The plugin does not keep a rule; the message says where it was seen."""


class NotApplicable(Exception):
    """The plugin declares, or was seen, not to do what the rule speaks of; the message says so."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One promise. `check` raises `Broken` or `NotApplicable`."""

    number: int
    name: str
    grade: Grade
    check: Check

    @property
    def code(self) -> str:
        """`KIT-07`."""
        return f"KIT-{self.number:02d}"

    @property
    def title(self) -> str:
        """`KIT-07 lost-reply`."""
        return f"{self.code} {self.name}"

    @property
    def promise(self) -> str:
        """The promise in a sentence."""
        return " ".join((self.check.__doc__ or "").partition("\n\n")[0].split())

    @property
    def method(self) -> str:
        """Its test's name."""
        return f"test_{self.code}_{self.name}".replace("-", "_").lower()


@dataclass(frozen=True, slots=True)
class Result:
    """What one rule said."""

    rule: Rule
    outcome: Outcome
    note: str = ""


RULES: list[Rule] = []
"""All rules, in order of their numbers, once `gaung.core.testkit.conformance` is imported."""


def rule(number: int, name: str, grade: Grade) -> Callable[[Check], Check]:
    """Register a rule. Its docstring is the promise."""

    def register(check: Check) -> Check:
        RULES.append(Rule(number, name, grade, check))
        RULES.sort(key=lambda one: one.number)
        return check

    return register


def expect(holds: object, message: str) -> None:
    """Raise `Broken` unless it holds."""
    if not holds:
        raise Broken(message)
