"""The kit without pytest's collection: whole platforms judged in this process."""

from collections.abc import Callable, Iterator, Sequence

import pytest

from gaung.core.sandbox.world import World
from gaung.core.testkit.conformance import RULES, Bench, Result, Rule, verify
from gaung.core.testkit.sample.sandbox import SampleSandbox


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("kit"))
    yield made
    made.close()


@pytest.fixture
def failing(bench: Bench) -> Callable[..., dict[str, str]]:
    """What each failing rule, of all or of some, says of a plugin, by the rule's name."""

    def judge(plugin: object, rules: Sequence[Rule] = RULES) -> dict[str, str]:
        results: list[Result] = verify(bench, plugin, rules)
        return {result.rule.name: result.note for result in results if result.outcome == "failed"}

    return judge


@pytest.fixture
def sandboxes(monkeypatch: pytest.MonkeyPatch) -> list[SampleSandbox]:
    """The sandboxes of the sample platform, as they are made."""
    init, made = SampleSandbox.__init__, list[SampleSandbox]()

    def remember(self: SampleSandbox, world: World) -> None:
        init(self, world)
        made.append(self)

    monkeypatch.setattr(SampleSandbox, "__init__", remember)
    return made
