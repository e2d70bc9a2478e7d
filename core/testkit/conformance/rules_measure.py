"""Gold, part four: numbers are declared in full and told as the platform tells them; what it does not tell is unknown, not zero."""

import math
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from gaung.core.hook_calls import check_fields
from gaung.core.http import Effect
from gaung.core.records import Measure, Metric
from gaung.core.testkit.conformance.gauges import HOOKS, Of, gauges, measures, metrics
from gaung.core.testkit.conformance.kit import Kit
from gaung.core.testkit.conformance.verdicts import NotApplicable, expect, rule

CORE_NAMES: dict[Of, frozenset[str]] = {
    "account": frozenset({"followers", "following", "posts", "views", "reach"}),
    "publication": frozenset({"views", "reach", "likes", "comments", "shares", "saves", "clicks", "watch_seconds"}),
}
"""Names that mean the same on all platforms."""
_ROUNDED = 0.01
"""How far a rounded number may be from the true one, as a share of it."""


@rule(51, "metrics-declared", "gold")
def metrics_declared(kit: Kit) -> None:
    """Every number is declared once, with meaning, version, API name and source, under core's name or the platform's; so are the hooks."""
    declared, hooks = kit.record.metrics, {of: kit.subject.has(hook) for of, hook in HOOKS.items()}
    if not declared and not any(hooks.values()):
        raise NotApplicable("nothing is measured")
    for of, there in hooks.items():
        has = any(metric.of == of for metric in declared)
        expect(has or not there, f"there is a {HOOKS[of]}, and no metric of {of}s is declared")
        expect(there or not has, f"metrics of {of}s are declared, and there is no {HOOKS[of]}")
    together = kit.record.capabilities.measures_together
    expect(bool(together) is hooks["publication"], f"measures_together is {together}, and gaung_measure_publications is another matter")
    names = [(metric.of, metric.name) for metric in declared]
    for metric in declared:
        expect(names.count((metric.of, metric.name)) == 1, f"{metric.name} of {metric.of}s is declared twice")
        empty = [key for key in ("title", "definition", "version", "api", "source") if not getattr(metric, key).strip()]
        expect(not empty, f"{metric.name} has no {', '.join(empty)}")
        own = re.fullmatch(rf"{re.escape(kit.name)}\.[a-z][a-z0-9_]*", metric.name)
        expect(own or metric.name in CORE_NAMES[metric.of], f"{metric.name} is neither core's name of {metric.of}s, nor {kit.name}.NAME")


@rule(52, "account-measured", "gold")
def account_measured(kit: Kit) -> None:
    """Every declared number of an account is answered, or said to be unavailable and why; no other is."""
    wanted = metrics(kit, "account")
    found = gauges(kit).of_account.measures
    _sound(kit, found)
    expect(all(measure.publication is None for measure in found), "a number of the account is said to be a publication's")
    _complete("the account", found, wanted)


@rule(53, "publications-measured", "gold")
def publications_measured(kit: Kit) -> None:
    """Every declared number of every publication that was asked for is answered, or said to be unavailable and why; no other is."""
    wanted, play = metrics(kit, "publication"), gauges(kit)
    found = measures(play.of_posts)
    _sound(kit, found)
    asked = [publication.external_id for _, publication in play.posts]
    strange = {measure.publication for measure in found} - set(asked)
    expect(not strange, f"numbers are told of {sorted(map(str, strange))}, which nobody asked for")
    for (post, _), external_id in zip(play.posts, asked, strict=True):
        _complete(f"a post of kind {post.kind}", [measure for measure in found if measure.publication == external_id], wanted)


@rule(54, "gone-loses-nothing", "gold")
def gone_loses_nothing(kit: Kit) -> None:
    """A publication that is gone has no number, which is said, and loses none of those that were asked for together with it."""
    metrics(kit, "publication")
    play = gauges(kit)
    found = _by_key(measures(play.with_gone))
    gone = [value for (publication, _), value in found.items() if publication == play.gone.external_id]
    expect(gone, "a publication that is not there was asked for, and nothing is said of it")
    expect(all(value is None for value in gone), f"a publication that is not there has the numbers {gone}")
    for key, value in _by_key(measures(play.of_posts)).items():
        told = found.get(key, "nothing")
        expect(told == value, f"{key[1]} of a publication was {value}, and asked for together with one that is gone it is {told}")


@rule(55, "measures-true", "gold")
def measures_true(kit: Kit) -> None:
    """A number is the one that the platform has, 0 too; where it is rounded, the record says that it is not exact."""
    compared = 0
    for metric, measure, place in _told(kit):
        truth = gauges(kit).truth(metric, place)
        what = f"{metric.name} of {metric.of}s is {measure.value}, and the platform has {truth:g}"
        expect(_true(metric, measure, truth), what if metric.exact else f"{what}, which is no rounding")
        compared += 1
    expect(compared, "no number at all was told, though the platform has them all")


@rule(56, "unknown-not-zero", "gold")
def unknown_not_zero(kit: Kit) -> None:
    """A number that the platform withholds has no value, and loses none of the others."""
    told = [(metric, place) for metric, measure, place in _told(kit) if _true(metric, measure, gauges(kit).truth(metric, place))]
    play = gauges(kit)
    account = _by_key(play.account_withheld.measures) if any(metric.of == "account" for metric, _ in told) else {}
    posts = _by_key(measures(play.posts_withheld)) if any(metric.of == "publication" for metric, _ in told) else {}
    for metric, place in told:
        key = (None if place is None else play.posts[place][1].external_id, metric.name)
        value = (account if place is None else posts).get(key)
        if play.withheld(metric) and place in (None, 0):
            expect(value is None, f"the platform withholds {metric.name} of {metric.of}s, and it is said to be {value}")
        else:
            expect(value is not None, f"{metric.name} of {metric.of}s is not told once the platform withholds another number")


@rule(57, "measuring-reads", "gold")
def measuring_reads(kit: Kit) -> None:
    """Measuring only reads."""
    if not any(map(kit.subject.has, HOOKS.values())):
        raise NotApplicable("nothing is measured")
    play = gauges(kit)
    for look in _looks(kit):
        with suppress(Exception):  # what goes wrong there is told by other rules
            getattr(play, look)
    changing = sorted({sent.method for sent in play.sent if sent.effect is not Effect.READ})
    expect(not changing, f"measuring sent {', '.join(changing)} that is more than a look")
    expect(not play.changed, "posts came or went while they were measured")


def _looks(kit: Kit) -> list[str]:
    of_account, of_posts = ("of_account", "account_withheld"), ("of_posts", "with_gone", "posts_withheld")
    return [*(of_account if kit.subject.has(HOOKS["account"]) else ()), *(of_posts if kit.subject.has(HOOKS["publication"]) else ())]


def _told(kit: Kit) -> list[tuple[Metric, Measure, int | None]]:
    """Every number that has a value in the plain looks, what it measures, and of which post. `NotApplicable` where nothing is measured."""
    declared = [metric for metric in kit.record.metrics if kit.subject.has(HOOKS[metric.of])]
    if not declared:
        raise NotApplicable("nothing is measured")
    play = gauges(kit)
    places: dict[str | None, int | None] = {asked.external_id: place for place, (_, asked) in enumerate(play.posts)}
    places[None] = None
    account = play.of_account.measures if any(metric.of == "account" for metric in declared) else ()
    posts = measures(play.of_posts) if any(metric.of == "publication" for metric in declared) else []
    known = {(metric.of, metric.name): metric for metric in declared}
    found: list[tuple[Of, Measure]] = [("account" if one.publication is None else "publication", one) for one in (*account, *posts)]
    return [
        (known[of, one.name], one, places[one.publication])
        for of, one in found
        if one.value is not None and (of, one.name) in known and one.publication in places
    ]


def _true(metric: Metric, measure: Measure, truth: float) -> bool:
    return measure.value is not None and abs(measure.value - truth) <= (0 if metric.exact else _ROUNDED * truth)


def _sound(kit: Kit, found: Sequence[Any]) -> None:
    soonest = gauges(kit).kit.world.today() + timedelta(minutes=1)
    for measure in found:
        flaw = "" if isinstance(measure, Measure) else f"a {type(measure).__name__}"
        flaw = flaw or check_fields(measure)
        expect(not flaw, f"an answer holds a measure with {flaw}")
        if measure.value is None:
            expect(measure.why.strip(), f"{measure.name} has no value, and it is not said why")
        else:
            plain = not isinstance(measure.value, bool) and math.isfinite(measure.value) and measure.value >= 0
            expect(plain, f"{measure.name} is {measure.value!r}, which is no number of things")
        expect(measure.as_of.tzinfo is not None, f"{measure.name} has a time without a zone")
        expect(measure.as_of <= soonest, f"{measure.name} is as of {measure.as_of}, which is still to come")


def _complete(whose: str, found: Sequence[Measure], wanted: Sequence[Metric]) -> None:
    told, names = [measure.name for measure in found], {metric.name for metric in wanted}
    missing, strange = sorted(names - set(told)), sorted(set(told) - names)
    expect(not missing, f"nothing is said of {', '.join(missing)} of {whose}")
    expect(not strange, f"{', '.join(strange)} of {whose} is told, and the record does not declare it")
    double = sorted({name for name in told if told.count(name) > 1})
    expect(not double, f"{', '.join(double)} of {whose} is told twice")


def _by_key(found: Sequence[Measure]) -> dict[tuple[str | None, str], float | None]:
    return {(measure.publication, measure.name): measure.value for measure in found}
