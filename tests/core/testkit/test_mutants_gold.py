"""As test_mutants_bronze.py, for the gold rules; and how plugins that cannot be judged at all are told."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from gaung.core.errors import Ambiguous, PluginError, Rejected
from gaung.core.http import Effect, call
from gaung.core.markers import hookimpl
from gaung.core.records import Account, AccountInfo, Attempt, Content, Deleted, Limit, Platform, Problem, Publication, PublishAnswer
from gaung.core.testkit.conformance import RULES, Bench, grade_of, verify
from gaung.core.testkit.mutants import Mutant, mutants
from gaung.core.testkit.sample.client import Client
from gaung.core.testkit.sample.plugin import RECORD, SamplePlatform


class NeverLooksAtTheLength(Mutant):
    breaks = "refused-beforehand"

    @hookimpl
    def gaung_validate(self, account: Account, content: Content) -> Sequence[Problem]:
        return []


class AsksThePlatformWhileValidating(Mutant):
    breaks = "validate-offline"

    @hookimpl
    def gaung_validate(self, account: Account, content: Content) -> Sequence[Problem]:
        self.Calls(account).me()
        return super().gaung_validate(account, content)


class DoesNotSayWhichFieldIsWrong(Mutant):
    breaks = "validate-offline"

    @hookimpl
    def gaung_validate(self, account: Account, content: Content) -> Sequence[Problem]:
        return [replace(problem, field="") for problem in super().gaung_validate(account, content)]


class TakesKnownKeysOnly(Mutant):
    breaks = "strange-keys"

    class Calls(Client):
        def me(self) -> tuple[str, str]:
            body = self.send("GET", "me", Effect.READ).json()
            if set(body) - {"id", "handle"}:
                raise Ambiguous("what is that?", code="bad_reply")
            return super().me()


class AnswersWhoeverWasConfigured(Mutant):
    breaks = "account-known"

    @hookimpl
    def gaung_check_account(self, account: Account) -> AccountInfo:
        return replace(super().gaung_check_account(account), external_id=account.external_id)


class DoesNotSayWho(Mutant):
    breaks = "account-known"

    @hookimpl
    def gaung_check_account(self, account: Account) -> AccountInfo:
        return replace(super().gaung_check_account(account), who="")


class FailsToDeleteWhatIsGone(Mutant):
    breaks = "delete-as-declared"

    @hookimpl
    def gaung_delete(self, account: Account, publication: Publication) -> Deleted:
        if publication.external_id is None:
            raise Rejected("the id is not known", code="no_id")
        self.Calls(account).delete(publication.external_id)
        return Deleted()


class SaysDeletedAndDoesNothing(Mutant):
    breaks = "delete-as-declared"

    @hookimpl
    def gaung_delete(self, account: Account, publication: Publication) -> Deleted:
        return Deleted()


class DeletesAndSaysThatItCannot(Mutant):
    breaks = "delete-as-declared"
    record: Platform = replace(RECORD, capabilities=replace(RECORD.capabilities, deletes=False))


class SaysThatMediaAreFetched(Mutant):
    breaks = "pull-as-declared"
    record: Platform = replace(RECORD, capabilities=replace(RECORD.capabilities, pulls_media=True))


class HasMediaFetchedAndSaysThatItDoesNot(Mutant):
    breaks = "pull-as-declared"

    @hookimpl
    def gaung_publish(self, account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
        for media in content.media:
            call("GET", str(media.url), effect=Effect.READ)
        return super().gaung_publish(account, content, attempt)


class DoesNotSayWhoSaysSo(Mutant):
    breaks = "limits-sourced"
    record: Platform = replace(RECORD, limits=(Limit(name="text_chars", value=500, unit="characters", source=""),))


class LeavesAFieldUnexplained(Mutant):
    breaks = "fields-helped"
    record: Platform = replace(
        RECORD, setting_fields=(RECORD.setting_fields[0], replace(RECORD.setting_fields[1], help=" "), *RECORD.setting_fields[2:])
    )


class ShowsATokenAsText(Mutant):
    breaks = "credentials-declared"
    record: Platform = replace(RECORD, credential_fields=(replace(RECORD.credential_fields[0], kind="str"), RECORD.credential_fields[1]))


MUTANTS = mutants(globals())


@pytest.mark.parametrize("mutant", MUTANTS)
def test_exactly_the_broken_rule_fails(mutant: type[Mutant], failing: Callable[[object], dict[str, str]]) -> None:
    found = failing(mutant())
    assert list(found) == [mutant.breaks], found


def test_every_gold_rule_about_publishing_has_a_mutant() -> None:
    assert {rule.name for rule in RULES if rule.grade == "gold" and rule.number <= 42} == {mutant.breaks for mutant in MUTANTS}


class NoSandbox(SamplePlatform):
    record = replace(RECORD, sandbox="")


@pytest.mark.parametrize(
    ("plugin", "reason"),
    [(object(), "has no hook"), (NoSandbox(), "names no sandbox"), ("tidak_ada", "no installed package has an entry point of that name")],
)
def test_a_plugin_that_cannot_be_judged_is_told_why(plugin: object, reason: str, bench: Bench) -> None:
    with pytest.raises(PluginError, match=reason):
        verify(bench, plugin)


@pytest.mark.parametrize(
    ("failed", "grade"),
    [((), "gold"), (("gold",), "silver"), (("gold", "silver"), "bronze"), (("bronze",), "none"), (("silver",), "bronze")],
)
def test_a_grade_needs_all_rules_up_to_it(failed: tuple[str, ...], grade: str) -> None:
    outcomes = [(rule.grade, "failed" if rule.grade in failed else "passed") for rule in RULES]
    assert grade_of(outcomes) == grade
