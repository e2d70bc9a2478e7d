"""Every installed platform keeps every rule of the conformance kit; a new one is found by its entry point and cannot forget it."""

import pytest

from gaung.core.testkit.conformance import RULES, PlatformConformance
from gaung.core.testkit.platforms import installed

PLATFORMS, BROKEN = installed()


class TestEveryPlatform(PlatformConformance):
    @pytest.fixture(params=sorted(PLATFORMS))
    def platform(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)


def test_no_installed_plugin_is_left_out_for_being_broken() -> None:
    assert BROKEN == {}


def test_every_rule_is_a_test_with_its_promise_as_docstring() -> None:
    assert [rule.number for rule in RULES] == list(range(1, len(RULES) + 1))
    for rule in RULES:
        assert rule.promise.endswith(".")
        assert getattr(PlatformConformance, rule.method).__doc__ == rule.check.__doc__
