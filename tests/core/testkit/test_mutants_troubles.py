"""As test_mutants_bronze.py, for the silver rules about troubles and their names."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gaung.core.errors import AuthExpired, AuthRevoked, PlatformError, RateLimited, Rejected, Transient
from gaung.core.http import Reply
from gaung.core.markers import hookimpl
from gaung.core.records import (
    Account,
    Credentials,
    Platform,
)
from gaung.core.testkit.conformance import RULES
from gaung.core.testkit.mutants import Mutant, mutants
from gaung.core.testkit.sample.client import Client
from gaung.core.testkit.sample.plugin import RECORD


class TakesAnExpiredTokenForAHiccup(Mutant):
    breaks = "token-expired"

    class Calls(Client):
        def refusal(self, reply: Reply) -> PlatformError:
            error = super().refusal(reply)
            return Transient(error.message, code=error.code) if isinstance(error, AuthExpired) else error


class BlamesThePostForARevokedToken(Mutant):
    breaks = "token-revoked"

    class Calls(Client):
        def refusal(self, reply: Reply) -> PlatformError:
            error = super().refusal(reply)
            return Rejected(error.message, code=error.code) if isinstance(error, AuthRevoked) else error


class AnswersTheOldCredentials(Mutant):
    breaks = "refresh-as-declared"

    @hookimpl
    def gaung_refresh_credentials(self, account: Account) -> Credentials:
        super().gaung_refresh_credentials(account)
        return account.credentials


class DropsTheRefreshToken(Mutant):
    breaks = "refresh-as-declared"

    @hookimpl
    def gaung_refresh_credentials(self, account: Account) -> Credentials:
        return Credentials({"token": super().gaung_refresh_credentials(account)["token"]})


class RefreshesAndSaysThatItCannot(Mutant):
    breaks = "refresh-as-declared"
    record: Platform = replace(RECORD, capabilities=replace(RECORD.capabilities, refreshes_credentials=False))


class KnowsALimitOnlyByItsHeader(Mutant):
    breaks = "rate-limited"

    class Calls(Client):
        def refusal(self, reply: Reply) -> PlatformError:
            error = super().refusal(reply)
            known = not isinstance(error, RateLimited) or error.retry_after is not None
            return error if known else Transient(error.message, code=error.code)


class CallsOnDuringALimit(Mutant):
    breaks = "rate-limited"

    def state(self, account: Account, media_id: str) -> str:
        try:
            return super().state(account, media_id)
        except RateLimited:
            return super().state(account, media_id)


class LimitsAScopeThatThereIsNot(Mutant):
    breaks = "rate-limited"

    class Calls(Client):
        def refusal(self, reply: Reply) -> PlatformError:
            error = super().refusal(reply)
            if isinstance(error, RateLimited):
                error.scope = "world"  # type: ignore[assignment]
            return error


class ReadsOnlyDates(Mutant):
    breaks = "retry-after-seconds"

    class Calls(Client):
        def refusal(self, reply: Reply) -> PlatformError:
            error = super().refusal(reply)
            if isinstance(error, RateLimited) and reply.headers.get("retry-after", "").isdecimal():
                error.retry_after = None
            return error


class ReadsOnlySeconds(Mutant):
    breaks = "retry-after-date"

    class Calls(Client):
        def refusal(self, reply: Reply) -> PlatformError:
            error = super().refusal(reply)
            if isinstance(error, RateLimited) and not reply.headers.get("retry-after", "").isdecimal():
                error.retry_after = None
            return error


class GivesUpOnAServerError(Mutant):
    breaks = "error-before-mutation"

    class Calls(Client):
        def refusal(self, reply: Reply) -> PlatformError:
            error = super().refusal(reply)
            return Rejected(error.message, code=error.code) if reply.status >= 500 and isinstance(error, Transient) else error


class TriesARefusedPostAgain(Mutant):
    breaks = "refused"

    class Calls(Client):
        def refusal(self, reply: Reply) -> PlatformError:
            error = super().refusal(reply)
            return Transient(error.message, code=error.code) if error.code == "not_allowed" else error


class RefusesWithoutACode(Mutant):
    breaks = "refused"

    class Calls(Client):
        def refusal(self, reply: Reply) -> PlatformError:
            error = super().refusal(reply)
            return Rejected(error.message) if error.code == "not_allowed" else error


MUTANTS = mutants(globals())


@pytest.mark.parametrize("mutant", MUTANTS)
def test_exactly_the_broken_rule_fails(mutant: type[Mutant], failing: Callable[[object], dict[str, str]]) -> None:
    found = failing(mutant())
    assert list(found) == [mutant.breaks], found


def test_every_other_silver_rule_has_a_mutant() -> None:
    assert {rule.name for rule in RULES if rule.grade == "silver" and rule.number > 25} == {mutant.breaks for mutant in MUTANTS}
