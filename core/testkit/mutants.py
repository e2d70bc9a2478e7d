"""The sample with one promise removed, by which the conformance kit is tested: each mutant breaks exactly one rule."""

from collections.abc import Mapping
from typing import ClassVar

from gaung.core.testkit.sample.plugin import SamplePlatform
from gaung.core.testkit.sample.sandbox import SampleSandbox


class Mutant(SamplePlatform):
    """To be extended by what is wrong. `breaks` is the name of the rule that must say so."""

    breaks: ClassVar[str]
    sandboxes: ClassVar[list[SampleSandbox]]
    """For those that know more than a plugin can: the newest is the one of the moment. Filled by the fixture of that name."""


def mutants(names: Mapping[str, object]) -> list[type[Mutant]]:
    """All that a module defines: `mutants(globals())` at its end."""
    return [found for found in names.values() if isinstance(found, type) and issubclass(found, Mutant) and found is not Mutant]
