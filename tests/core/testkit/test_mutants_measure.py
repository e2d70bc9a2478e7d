"""As test_mutants_evidence.py, for rules_measure.py: each plugin here counts wrongly, forgets a number, or makes one up."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

import pytest

from gaung.core.errors import PlatformError, Rejected
from gaung.core.http import Effect
from gaung.core.markers import hookimpl
from gaung.core.records import Account, Measure, Measured, Platform, Publication
from gaung.core.testkit.conformance import RULES
from gaung.core.testkit.mutants import Mutant, mutants
from gaung.core.testkit.sample.client import Client
from gaung.core.testkit.sample.plugin import RECORD, SamplePlatform

ABOUT_NUMBERS = [rule for rule in RULES if rule.number > 50]
METRICS = RECORD.metrics


class SaysNotWhatItCounts(Mutant):
    breaks = "metrics-declared"
    record: Platform = replace(RECORD, metrics=(replace(METRICS[0], definition=" "), *METRICS[1:]))


class GivesANameOfItsOwnWithoutThePlatforms(Mutant):
    breaks = "metrics-declared"
    record: Platform = replace(RECORD, metrics=(replace(METRICS[0], name="fans"), *METRICS[1:]))

    @hookimpl
    def gaung_measure_account(self, account: Account) -> Measured:
        as_of, told = self.Calls(account).numbers()
        return Measured(measures=tuple(replace(one, value=None, why="hidden") for one in self.measures("account", as_of, told)))


class DeclaresANumberTwice(Mutant):
    breaks = "metrics-declared"
    record: Platform = replace(RECORD, metrics=(*METRICS, METRICS[2]))

    def measures(self, *asked: Any) -> Iterator[Measure]:
        return iter({one.name: one for one in super().measures(*asked)}.values())


class MeasuresPostsAndSaysThatItCannot(Mutant):
    breaks = "metrics-declared"
    record: Platform = replace(RECORD, capabilities=replace(RECORD.capabilities, measures_together=0))


class TellsOfAnAccountWhatItHas(Mutant):
    breaks = "account-measured"

    @hookimpl
    def gaung_measure_account(self, account: Account) -> Measured:
        """What is withheld is left out."""
        found = super().gaung_measure_account(account)
        return replace(found, measures=found.measures[1:])


class TellsMoreThanItDeclares(Mutant):
    breaks = "account-measured"

    @hookimpl
    def gaung_measure_account(self, account: Account) -> Measured:
        found = super().gaung_measure_account(account)
        return replace(found, measures=(*found.measures, replace(found.measures[1], name="following")))


class MeasuresInAWorldWithoutZones(Mutant):
    breaks = "account-measured"

    @hookimpl
    def gaung_measure_account(self, account: Account) -> Measured:
        found = super().gaung_measure_account(account)
        return replace(found, measures=tuple(replace(one, as_of=one.as_of.replace(tzinfo=None)) for one in found.measures))


class MeasuresTheFirstPostOnly(Mutant):
    breaks = "publications-measured"

    @hookimpl
    def gaung_measure_publications(self, account: Account, publications: Sequence[Publication]) -> Measured:
        """Of the last post it says what it cannot know, so that it is the answer that is wanting, not a number."""
        found = super().gaung_measure_publications(account, publications)
        return replace(found, measures=tuple(one for one in found.measures if one.publication != publications[-1].external_id))


class TellsNotWhyThereIsNoNumber(Mutant):
    breaks = "publications-measured"

    def measures(self, *asked: Any) -> Iterator[Measure]:
        for one in super().measures(*asked):
            yield replace(one, value=None) if one.name == "sample.stars" else one


class KnowsTomorrow(Mutant):
    breaks = "publications-measured"

    @hookimpl
    def gaung_measure_publications(self, account: Account, publications: Sequence[Publication]) -> Measured:
        found = super().gaung_measure_publications(account, publications)
        return replace(found, measures=tuple(replace(one, as_of=one.as_of + timedelta(days=1)) for one in found.measures))


class GivesUpOverAPostThatIsGone(Mutant):
    breaks = "gone-loses-nothing"

    class Calls(Client):
        def post_numbers(self, posts: list[str]) -> tuple[datetime, Mapping[str, Mapping[str, Any]]]:
            as_of, told = super().post_numbers(posts)
            if set(posts) - set(told):
                raise Rejected("not there", code="not_found")
            return as_of, told


class SaysNothingOfAPostThatIsGone(Mutant):
    breaks = "gone-loses-nothing"

    def measures(
        self, of: Literal["account", "publication"], as_of: datetime, told: Mapping[str, Any] | None, post: str | None = None
    ) -> Iterator[Measure]:
        return iter(()) if told is None else super().measures(of, as_of, told, post)


class TakesAPostThatIsGoneForOneThatNobodySaw(Mutant):
    breaks = "gone-loses-nothing"

    def measures(
        self, of: Literal["account", "publication"], as_of: datetime, told: Mapping[str, Any] | None, post: str | None = None
    ) -> Iterator[Measure]:
        nobody = {metric.api: 0 for metric in self.record.metrics}
        return super().measures(of, as_of, nobody if told is None else told, post)


class MixesUpPosts(Mutant):
    breaks = "measures-true"

    class Calls(Client):
        def post_numbers(self, posts: list[str]) -> tuple[datetime, Mapping[str, Mapping[str, Any]]]:
            as_of, told = super().post_numbers(posts)
            return as_of, dict(zip(sorted(told), (told[post] for post in sorted(told, reverse=True)), strict=True))


class CallsViewsLikes(Mutant):
    breaks = "measures-true"
    record: Platform = replace(RECORD, metrics=(*METRICS[:3], replace(METRICS[3], api="shown"), METRICS[4]))


class SaysThatARoundedNumberIsExact(Mutant):
    breaks = "measures-true"
    record: Platform = replace(RECORD, metrics=(replace(METRICS[0], exact=True), *METRICS[1:]))


class TakesUnknownForZero(Mutant):
    breaks = "unknown-not-zero"

    def measures(
        self, of: Literal["account", "publication"], as_of: datetime, told: Mapping[str, Any] | None, post: str | None = None
    ) -> Iterator[Measure]:
        nobody = {metric.api: 0 for metric in self.record.metrics}
        return super().measures(of, as_of, None if told is None else nobody | dict(told), post)


class LosesAllOverOneThatIsWithheld(Mutant):
    breaks = "unknown-not-zero"

    def measures(self, *asked: Any) -> Iterator[Measure]:
        found = list(super().measures(*asked))
        lost = any(one.value is None for one in found)
        return iter(replace(one, value=None, why="not all were told") if lost else one for one in found)


class AsksAsIfItChangedSomething(Mutant):
    breaks = "measuring-reads"

    class Calls(Client):
        def numbers(self) -> tuple[datetime, Mapping[str, Any]]:
            self.send("GET", "me", Effect.PREPARE)
            return super().numbers()


class TidiesUpWhatIsNotMeasured(Mutant):
    breaks = "measuring-reads"

    @hookimpl
    def gaung_measure_publications(self, account: Account, publications: Sequence[Publication]) -> Measured:
        found = super().gaung_measure_publications(account, publications)
        for measure in found.measures:
            with suppress(PlatformError):
                if measure.value is None and measure.why == "the post is gone":
                    self.Calls(account).delete(str(measure.publication))
        return found


MUTANTS = mutants(globals())


@pytest.mark.parametrize("mutant", MUTANTS)
def test_exactly_the_broken_rule_fails(mutant: type[Mutant], failing: Callable[..., dict[str, str]]) -> None:
    found = failing(mutant(), ABOUT_NUMBERS)
    assert list(found) == [mutant.breaks], found


def test_every_rule_about_measuring_has_a_mutant() -> None:
    assert {rule.name for rule in ABOUT_NUMBERS} == {mutant.breaks for mutant in MUTANTS}


class MeasuresNothing(SamplePlatform):
    record: Platform = replace(RECORD, metrics=(), capabilities=replace(RECORD.capabilities, measures_together=0))
    gaung_measure_account = None  # type: ignore[assignment]
    gaung_measure_publications = None  # type: ignore[assignment]


def test_a_platform_that_measures_nothing_breaks_none_of_them(failing: Callable[..., dict[str, str]]) -> None:
    assert failing(MeasuresNothing(), ABOUT_NUMBERS) == {}
