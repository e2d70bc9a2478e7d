"""As test_mutants_evidence.py, for rules_links.py: each plugin here believes a link or a push too easily, or tells who somebody is."""

import itertools
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

import pytest

from gaung.core.errors import PlatformError, Rejected
from gaung.core.markers import hookimpl
from gaung.core.records import (
    Account,
    Credentials,
    Found,
    LinkInfo,
    Notice,
    Profile,
    Publication,
    Sighting,
    WebhookAnswer,
    WebhookRequest,
)
from gaung.core.testkit.conformance import RULES
from gaung.core.testkit.mutants import Mutant, mutants
from gaung.core.testkit.sample.client import Share

ABOUT_SHARES = [rule for rule in RULES if 42 < rule.number <= 50]


class KeepsTheTrackingParameter(Mutant):
    breaks = "links-identified"

    @hookimpl
    def gaung_identify_link(self, url: str) -> LinkInfo | None:
        info = super().gaung_identify_link(url)
        return replace(info, url=url.strip()) if info else None


class AsksWhereALinkLeads(Mutant):
    breaks = "links-identified"

    @hookimpl
    def gaung_identify_link(self, url: str) -> LinkInfo | None:
        info = super().gaung_identify_link(url)
        side = self.sandboxes[-1]
        if info is not None and side.accounts:
            one = next(iter(side.accounts.values()))
            settings = {"api_url": side.base_url}
            account = Account(
                id=1, office="18", platform="sample", external_id=one.external_id, handle=one.handle,
                credentials=Credentials(one.credentials), settings=settings,
            )  # fmt: skip
            self.Calls(account).me()
        return info


class StumblesOverWhatIsNoAddress(Mutant):
    breaks = "links-identified"

    @hookimpl
    def gaung_identify_link(self, url: str) -> LinkInfo | None:
        if not url:
            raise ValueError("no address")
        return super().gaung_identify_link(url)


class BelievesEveryLinkThatLeadsSomewhere(Mutant):
    breaks = "links-proved"

    @hookimpl
    def gaung_verify_reshare(self, account: Account, publication: Publication, url: str) -> Sighting | None:
        info = self.read_link(url)
        share = self.Calls(account).share(info.external_id) if info and info.external_id else None
        found = self.sighting(share) if share else None
        return replace(found, publication=publication.external_id) if found and publication.external_id else None


class BelievesTheHandleInTheAddress(Mutant):
    breaks = "links-proved"

    @hookimpl
    def gaung_verify_reshare(self, account: Account, publication: Publication, url: str) -> Sighting | None:
        found, info = super().gaung_verify_reshare(account, publication, url), self.read_link(url)
        return replace(found, author=info.author, author_id=None) if found and info else None


class ProvesNothing(Mutant):
    breaks = "links-proved"

    @hookimpl
    def gaung_verify_reshare(self, account: Account, publication: Publication, url: str) -> Sighting | None:
        return None


class ComparesTheFirstLettersOfASignature(Mutant):
    breaks = "webhooks-signed"

    def check_signature(self, request: WebhookRequest) -> None:
        if not request.headers.get("sample-signature") or not any(one.settings.get("app_secret") for one in request.accounts):
            super().check_signature(request)


class BelievesWhereNoSecretIsSet(Mutant):
    breaks = "webhooks-signed"

    def check_signature(self, request: WebhookRequest) -> None:
        if any(one.settings.get("app_secret") for one in request.accounts):
            super().check_signature(request)


class NamesEachDeliveryAnew(Mutant):
    breaks = "webhooks-signed"
    numbers: ClassVar["itertools.count[int]"] = itertools.count(1)

    @hookimpl
    def gaung_read_webhook(self, request: WebhookRequest) -> WebhookAnswer:
        answer = super().gaung_read_webhook(request)
        return replace(answer, notices=tuple(replace(one, key=f"{next(self.numbers)}") for one in answer.notices))


class LogsWhoShared(Mutant):
    breaks = "people-kept"

    def sighting(self, share: Share) -> Sighting | None:
        logging.getLogger("gaung.plugins.sample").debug("shared by %s", share.author)
        return super().sighting(share)


class PutsTheHandleIntoAnError(Mutant):
    breaks = "people-kept"

    def page(self, account: Account, profile: Profile) -> list[Share]:
        try:
            return super().page(account, profile)
        except PlatformError as error:
            raise Rejected(f"{profile.handle}: {error.message}", code=error.code) from None


class NamesANoticeByAPerson(Mutant):
    breaks = "people-kept"

    @hookimpl
    def gaung_follow_notice(self, account: Account, notice: Notice, publications: Sequence[Publication]) -> Found:
        found = super().gaung_follow_notice(account, notice, publications)
        return replace(found, note=f"by {found.sightings[0].author}") if found.sightings else found


MUTANTS = mutants(globals())


@pytest.mark.usefixtures("sandboxes")
@pytest.mark.parametrize("mutant", MUTANTS)
def test_exactly_the_broken_rule_fails(mutant: type[Mutant], failing: Callable[..., dict[str, str]]) -> None:
    found = failing(mutant(), ABOUT_SHARES)
    assert list(found) == [mutant.breaks], found


def test_every_rule_about_links_and_pushes_has_a_mutant() -> None:
    assert {rule.name for rule in ABOUT_SHARES if rule.number > 46} == {mutant.breaks for mutant in MUTANTS}
