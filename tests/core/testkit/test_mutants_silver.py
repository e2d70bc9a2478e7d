"""As test_mutants_bronze.py, for the silver rules about looking and waiting."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from gaung.core.errors import PlatformError, Rejected
from gaung.core.markers import hookimpl
from gaung.core.records import (
    Account,
    AccountInfo,
    Attempt,
    CannotTell,
    CheckAnswer,
    Content,
    FindAnswer,
    NotThere,
    Pending,
    PublishAnswer,
    Published,
    Ready,
    Unfinished,
)
from gaung.core.testkit.conformance import RULES
from gaung.core.testkit.mutants import Mutant, mutants
from gaung.core.testkit.sample.client import Post


class NeverFindsWhatIsThere(Mutant):
    breaks = "find-published"

    @hookimpl
    def gaung_find_published(self, account: Account, content: Content, attempt: Attempt) -> FindAnswer:
        answer = super().gaung_find_published(account, content, attempt)
        return NotThere() if isinstance(answer, Published) else answer


class IsNeverSureOfWhatIsThere(Mutant):
    breaks = "find-published"

    @hookimpl
    def gaung_find_published(self, account: Account, content: Content, attempt: Attempt) -> FindAnswer:
        answer = super().gaung_find_published(account, content, attempt)
        return CannotTell() if isinstance(answer, Published) else answer


class ForgetsWhatIsHalfDone(Mutant):
    breaks = "find-unfinished"

    @hookimpl
    def gaung_find_published(self, account: Account, content: Content, attempt: Attempt) -> FindAnswer:
        answer = super().gaung_find_published(account, content, attempt)
        return NotThere() if isinstance(answer, Unfinished) else answer


class SavesNothingOfWhatItPrepared(Mutant):
    breaks = "find-unfinished"

    def upload(self, account: Account, content: Content, attempt: Attempt) -> None:
        super().upload(account, content, attempt)
        if content.format == "photo":
            self.held = attempt.checkpoints.pop("media")  # type: ignore[attr-defined]

    def go_on(self, account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
        if content.format == "photo" and not attempt.checkpoints.get("post"):
            return self.post(account, content, attempt, self.held)
        return super().go_on(account, content, attempt)


class IsNeverSureThatNothingIsThere(Mutant):
    breaks = "find-not-there"

    @hookimpl
    def gaung_find_published(self, account: Account, content: Content, attempt: Attempt) -> FindAnswer:
        answer = super().gaung_find_published(account, content, attempt)
        return CannotTell() if isinstance(answer, NotThere) else answer


class GuessesBetweenTwo(Mutant):
    breaks = "find-cannot-tell"

    def candidates(self, account: Account, content: Content, attempt: Attempt) -> list[Published]:
        return super().candidates(account, content, attempt)[:1]


class AdoptsWhatIsOlder(Mutant):
    breaks = "find-adopts-nothing"

    def in_time(self, post: Post, attempt: Attempt) -> bool:
        return attempt.mutation_started_at is not None


class AdoptsWhatAnotherOwns(Mutant):
    breaks = "find-adopts-nothing"

    def is_like_it(self, post: Post, content: Content, attempt: Attempt) -> bool:
        return post.text == self.text(content)


class TidiesUpWhileLooking(Mutant):
    breaks = "find-read-only"

    @hookimpl
    def gaung_find_published(self, account: Account, content: Content, attempt: Attempt) -> FindAnswer:
        with suppress(Rejected):
            self.Calls(account).delete("1")
        return super().gaung_find_published(account, content, attempt)


class KeepsIdsInMemory(Mutant):
    breaks = "new-process"

    def __init__(self) -> None:
        self.ids: dict[int, list[str]] = {}

    def upload(self, account: Account, content: Content, attempt: Attempt) -> None:
        self.ids[attempt.delivery] = [self.Calls(account).upload(media) for media in content.media]
        attempt.checkpoint("uploads", len(content.media))

    def uploaded(self, attempt: Attempt) -> list[str]:
        return self.ids.get(attempt.delivery, [])


class IsReadyAgainAfterPublishing(Mutant):
    breaks = "never-goes-back"

    @hookimpl
    def gaung_check(self, account: Account, content: Content, attempt: Attempt) -> CheckAnswer:
        states = [self.state(account, media_id) for media_id in self.uploaded(attempt)]
        return Pending() if "processing" in states else Ready()


class FinishesWithoutWhatIsNotReady(Mutant):
    breaks = "early-finish"

    @hookimpl
    def gaung_finish(self, account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
        known = self.known(account, attempt)
        media = [media_id for media_id in self.uploaded(attempt) if self.state(account, media_id) == "ready"]
        return known or self.post(account, content, attempt, media)


class PublishesWhenAskedHowFarItIs(Mutant):
    breaks = "check-read-only"

    @hookimpl
    def gaung_check(self, account: Account, content: Content, attempt: Attempt) -> CheckAnswer:
        answer = super().gaung_check(account, content, attempt)
        return self.go_on(account, content, attempt) if isinstance(answer, Ready) else answer


class ChangesTheAccountWhenAskedAboutIt(Mutant):
    breaks = "check-read-only"

    @hookimpl
    def gaung_check_account(self, account: Account) -> AccountInfo:
        with suppress(PlatformError):
            self.Calls(account).delete("1")
        return super().gaung_check_account(account)


class WaitsForEverForWhatFailed(Mutant):
    breaks = "processing-failure"

    def state(self, account: Account, media_id: str) -> str:
        state = self.Calls(account).media_state(media_id)
        return "processing" if state == "failed" else state


MUTANTS = mutants(globals())


@pytest.mark.parametrize("mutant", MUTANTS)
def test_exactly_the_broken_rule_fails(mutant: type[Mutant], failing: Callable[[object], dict[str, str]]) -> None:
    found = failing(mutant())
    assert list(found) == [mutant.breaks], found


def test_every_rule_about_looking_and_waiting_has_a_mutant() -> None:
    assert {rule.name for rule in RULES if 15 <= rule.number <= 25} == {mutant.breaks for mutant in MUTANTS}
