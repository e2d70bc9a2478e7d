"""The kit's promises, each a test of its own."""

import pytest

from gaung.core.testkit.conformance import PlatformConformance


class TestMastodon(PlatformConformance):
    """Everything that Gaung asks of a platform plugin."""

    @pytest.fixture
    def platform(self) -> str:
        return "mastodon"
