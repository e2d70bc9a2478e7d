"""The conformance kit: what every platform plugin promises, run against its own sandbox over real HTTP, with faults.

All that an author writes:

    import pytest
    from gaung.core.testkit.conformance import PlatformConformance

    class TestMine(PlatformConformance):
        @pytest.fixture
        def platform(self):
            return "mine"          # an entry point's name, a module, or an object with the hooks

`gaung plugin verify mine` runs the same from the command line and prints a graded table.
"""

from gaung.core.grades import GRADES, grade_of
from gaung.core.testkit.conformance.bench import Bench
from gaung.core.testkit.conformance.case import PlatformConformance
from gaung.core.testkit.conformance.verdicts import RULES, Broken, NotApplicable, Result, Rule
from gaung.core.testkit.conformance.verify import verify

__all__ = ["GRADES", "RULES", "Bench", "Broken", "NotApplicable", "PlatformConformance", "Result", "Rule", "grade_of", "verify"]
