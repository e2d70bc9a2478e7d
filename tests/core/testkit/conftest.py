"""The kit without pytest's collection: whole platforms judged in this process, by the rules that can see what is broken in them.

With KIT_EVERY_RULE=1 in the environment every rule judges every mutant, which takes twice the time and must say the same.
"""

import functools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

import pytest

from gaung.core.records import Capabilities, Platform
from gaung.core.sandbox.world import World
from gaung.core.testkit.conformance import RULES, Bench, Result, Rule, verify
from gaung.core.testkit.conformance.subject import Subject
from gaung.core.testkit.mutants import Mutant
from gaung.core.testkit.sample.client import Client
from gaung.core.testkit.sample.plugin import RECORD, SamplePlatform
from gaung.core.testkit.sample.sandbox import SampleSandbox

Touched = Mapping[int, frozenset[str]]
"""Methods of the sample and parts of its record that each rule made use of, by the rule's number."""
OF_THE_TEST = frozenset({"breaks", "sandboxes"})


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("kit"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def touched(bench: Bench) -> Touched:
    """A platform that differs in nothing that a rule makes use of cannot fail it where the sample does not."""
    seen: set[str] = set()
    has = Subject.has

    def asked(self: Subject, hook: str) -> bool:
        seen.add(hook)
        return has(self, hook)

    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Subject, "has", asked)
        for rule in RULES:
            plugin = _telling(seen)
            bench.known(plugin)
            seen.clear()
            (result,) = verify(bench, plugin, [rule])
            assert result.outcome == "passed", f"{rule.title}: {result.note}"
            found[rule.number] = frozenset(seen)
    return found


def _telling(seen: set[str]) -> SamplePlatform:
    """The sample, that writes down which of its methods are called and what is read of its record."""

    def telling(base: type, prefix: str) -> dict[str, Any]:
        every = {name: value for kind in reversed(base.__mro__[:-1]) for name, value in vars(kind).items() if callable(value)}
        return {name: tell(value, prefix + name) for name, value in every.items() if not isinstance(value, type)}

    def tell(function: Any, name: str) -> Any:
        @functools.wraps(function)
        def told(*args: Any, **more: Any) -> Any:
            seen.add(name)
            return function(*args, **more)

        return told

    def reading(of: object, prefix: str, **other: object) -> Any:
        def read(self: object, name: str) -> Any:
            seen.add(prefix + name)
            return object.__getattribute__(self, name)

        kind: Any = type(type(of).__name__, (type(of),), {"__getattribute__": read, "__slots__": ()})
        return kind(**({field.name: getattr(of, field.name) for field in fields(of)} | other))  # type: ignore[arg-type]

    record: Platform = reading(RECORD, "record.", capabilities=reading(RECORD.capabilities, "capabilities."))
    calls = type("Calls", (Client,), telling(Client, "Client."))
    return type("Sample", (SamplePlatform,), {**telling(SamplePlatform, ""), "record": record, "Calls": calls})()  # type: ignore[no-any-return]


def changed(plugin: SamplePlatform) -> frozenset[str] | None:
    """What is not as in the sample; None: that cannot be told."""
    found = _overridden(type(plugin), SamplePlatform, "") | _overridden(plugin.Calls, Client, "Client.")
    for of, prefix, mine, good in (
        (Platform, "record.", plugin.record, RECORD),
        (Capabilities, "capabilities.", plugin.record.capabilities, RECORD.capabilities),
    ):
        found |= {prefix + field.name for field in fields(of) if getattr(mine, field.name) != getattr(good, field.name)}
    if any(name.startswith("capabilities.") for name in found):
        found.discard("record.capabilities")  # who reads one of them is told by its name
    return None if "?" in found else frozenset(found)


def _overridden(mine: type, base: type, prefix: str) -> set[str]:
    """Names of `base` that a subclass has anew; what it adds is reached by way of them only. `?`: a hook that the sample lacks."""
    new = {name for kind in mine.__mro__ if kind not in base.__mro__ for name in vars(kind)}
    new -= {"record", "Calls", *OF_THE_TEST}
    hooks = {"?" for name in new if name.startswith("gaung_") and not hasattr(base, name)}
    return {prefix + name for name in new if hasattr(base, name) and not name.startswith("__")} | hooks


@pytest.fixture
def failing(bench: Bench, touched: Touched) -> Callable[..., dict[str, str]]:
    """What each failing rule says of a plugin, by the rule's name: of all rules, or those given, that can see what is broken in it."""

    def judge(plugin: SamplePlatform, rules: Sequence[Rule] = RULES) -> dict[str, str]:
        broken = None if os.environ.get("KIT_EVERY_RULE") else changed(plugin)
        seeing = [rule for rule in rules if broken is None or touched[rule.number] & broken]
        results: list[Result] = verify(bench, plugin, seeing)
        return {result.rule.name: result.note for result in results if result.outcome == "failed"}

    return judge


@pytest.fixture
def sandboxes(monkeypatch: pytest.MonkeyPatch) -> list[SampleSandbox]:
    """The sandboxes of the sample platform, as they are made; every `Mutant` knows them."""
    init, made = SampleSandbox.__init__, list[SampleSandbox]()

    def remember(self: SampleSandbox, world: World) -> None:
        init(self, world)
        made.append(self)

    monkeypatch.setattr(SampleSandbox, "__init__", remember)
    monkeypatch.setattr(Mutant, "sandboxes", made, raising=False)
    return made
