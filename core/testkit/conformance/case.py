"""The class that a plugin's author extends: one test a rule."""

from collections.abc import Callable
from typing import Any

import pytest

from gaung.core.testkit.conformance import (
    rules_declared,
    rules_errors,
    rules_evidence,
    rules_find,
    rules_links,
    rules_measure,
    rules_once,
    rules_publish,
    rules_secret,
    rules_wait,
)
from gaung.core.testkit.conformance.bench import Bench
from gaung.core.testkit.conformance.verdicts import RULES, Broken, NotApplicable, Rule
from gaung.core.testkit.conformance.verify import obey

PARTS = (
    rules_publish, rules_once, rules_secret, rules_find, rules_wait, rules_errors, rules_declared, rules_evidence, rules_links,
    rules_measure,
)  # fmt: skip

_BENCH = pytest.StashKey[Bench]()


class PlatformConformance:
    """Extend it and give a fixture `platform`: an entry point's name, a module, or an object with the hooks.

    Every rule is a test of its own, named after it. A rule that does not apply is skipped, and says what was declared or seen.
    """

    @pytest.fixture
    def conformance_bench(self, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bench:
        """One server and one set of media for all rules of all platforms."""
        stash = request.session.stash
        if _BENCH not in stash:
            stash[_BENCH] = Bench(tmp_path_factory.mktemp("conformance"))
            request.config.add_cleanup(stash[_BENCH].close)
        return stash[_BENCH]

    @pytest.fixture
    def platform(self) -> Any:
        """The plugin under test."""
        pytest.fail("give the class a fixture `platform` that returns the plugin, or the name of its entry point", pytrace=False)


def _test(rule: Rule) -> Callable[[Any, Any, Bench], None]:
    def test(self: Any, platform: Any, conformance_bench: Bench) -> None:  # noqa: ARG001 - a method
        __tracebackhide__ = True
        try:
            obey(conformance_bench, platform, rule)
        except NotApplicable as why:
            pytest.skip(f"not applicable: {why}")
        except Broken as error:
            pytest.fail(f"{rule.title}: {error}\nThe promise: {rule.promise}", pytrace=False)

    test.__name__ = rule.method
    test.__qualname__ = f"PlatformConformance.{rule.method}"
    test.__doc__ = rule.check.__doc__
    return test


for _rule in RULES:
    setattr(PlatformConformance, _rule.method, _test(_rule))
