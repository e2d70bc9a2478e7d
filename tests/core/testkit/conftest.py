"""The kit without pytest's collection: whole platforms judged in this process."""

from collections.abc import Callable, Iterator

import pytest

from gaung.core.testkit.conformance import Bench, Result, verify


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("kit"))
    yield made
    made.close()


@pytest.fixture
def failing(bench: Bench) -> Callable[[object], dict[str, str]]:
    """What each failing rule says of a plugin, by the rule's name."""

    def judge(plugin: object) -> dict[str, str]:
        results: list[Result] = verify(bench, plugin)
        return {result.rule.name: result.note for result in results if result.outcome == "failed"}

    return judge
