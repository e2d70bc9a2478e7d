"""Runs the rules without pytest: for the kit's own tests, and for whoever wants the results as values."""

from collections.abc import Sequence

from gaung.core.testkit.conformance.bench import Bench
from gaung.core.testkit.conformance.kit import Kit
from gaung.core.testkit.conformance.verdicts import RULES, NotApplicable, Result, Rule


def verify(bench: Bench, plugin: object, rules: Sequence[Rule] | None = None) -> list[Result]:
    """Each rule on a fresh sandbox, in order. Raises `PluginError` when the plugin does not load; never for what it does then."""
    return [judged(bench, plugin, rule) for rule in (RULES if rules is None else rules)]


def judged(bench: Bench, plugin: object, rule: Rule) -> Result:
    """What one rule says."""
    bench.known(plugin)
    try:
        obey(bench, plugin, rule)
    except NotApplicable as why:
        return Result(rule, "not applicable", str(why))
    except Exception as error:  # noqa: BLE001 - a plugin may raise anything anywhere
        kind = "" if isinstance(error, AssertionError) else f"{type(error).__name__}: "
        return Result(rule, "failed", f"{kind}{error}")
    return Result(rule, "passed")


def obey(bench: Bench, plugin: object, rule: Rule) -> None:
    """Raises `Broken`, `NotApplicable`, or whatever the plugin raised where the rule asked for no error."""
    kit = Kit(bench, plugin)
    try:
        rule.check(kit)
    finally:
        kit.bench.server.use(None)
    kit.close()
