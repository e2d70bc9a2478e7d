"""As test_mutants_bronze.py, for the gold rules about who shared: each plugin here lies, forgets, invents or tells in one way."""

import itertools
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

import pytest

from gaung.core.errors import PlatformError, Rejected
from gaung.core.http import Effect
from gaung.core.markers import hookimpl
from gaung.core.records import (
    Account,
    Credentials,
    Found,
    LinkInfo,
    Notice,
    Platform,
    Profile,
    Publication,
    Sighting,
    WebhookAnswer,
    WebhookRequest,
)
from gaung.core.sandbox.world import World
from gaung.core.testkit.conformance import RULES, Bench, verify
from gaung.core.testkit.sample.client import Client, Share, body_of, share_of
from gaung.core.testkit.sample.plugin import RECORD, SamplePlatform
from gaung.core.testkit.sample.sandbox import SampleSandbox

CAN = RECORD.capabilities
ABOUT_SHARES = [rule for rule in RULES if rule.number > 42]


class Now:
    """For mutants that know more than a plugin can."""

    side: SampleSandbox


class Mutant(SamplePlatform):
    breaks: ClassVar[str]


class FindsAndSaysThatItCannot(Mutant):
    breaks = "evidence-declared"
    record: Platform = replace(RECORD, capabilities=replace(CAN, finds_reshares=False))


class VerifiesAndSaysThatItCannot(Mutant):
    breaks = "evidence-declared"
    record: Platform = replace(RECORD, capabilities=replace(CAN, verifies_links=False))


class SaysThatItScansAndDoesNot(Mutant):
    breaks = "evidence-declared"
    gaung_scan_profiles = None  # type: ignore[assignment]

    @hookimpl
    def gaung_find_reshares(self, account: Account, publication: Publication, since: datetime | None) -> Found:
        """It finds what a scan would, so that nothing else is broken."""
        found = super().gaung_find_reshares(account, publication, since)
        shares = [share for share in Now.side.people.shares.values() if share.kind == "keep" and "shy" not in share.by.traits]
        seen = [
            Sighting(signal="keep", publication=share.post, evidence=share.id, author_id=share.by.external_id)
            for share in shares
            if share.post == publication.external_id
        ]
        return replace(found, sightings=(*found.sightings, *seen))


class LeavesOutWhatASignalProves(Mutant):
    breaks = "evidence-declared"
    record: Platform = replace(RECORD, signals=(replace(RECORD.signals[0], proves=" "), *RECORD.signals[1:]))


class ReadsTheFirstPageOnly(Mutant):
    breaks = "shares-true"

    class Calls(Client):
        def shares(self, post_id: str) -> tuple[int, list[Share]]:
            reply = self.send("GET", f"posts/{post_id}/shares", Effect.READ)
            return 0, [share_of(reply, item) for item in body_of(reply)["shares"]]

        def page(self, handle: str) -> list[Share]:  # or the pages of people would make up for it
            return [share for share in super().page(handle) if share.kind == "keep"]


class TakesTheWithheldForTheOneBefore(Mutant):
    breaks = "shares-true"

    @hookimpl
    def gaung_find_reshares(self, account: Account, publication: Publication, since: datetime | None) -> Found:
        found = super().gaung_find_reshares(account, publication, since)
        _, shares = self.Calls(account).shares(publication.external_id or "")
        hidden = [share for share in shares if share.author_id is None]
        more = [replace(found.sightings[-1], evidence=share.id) for share in hidden] if found.sightings else []
        return replace(found, sightings=(*found.sightings, *more))


class NamesTheWithheldAnonim(Mutant):
    breaks = "shares-true"

    @hookimpl
    def gaung_find_reshares(self, account: Account, publication: Publication, since: datetime | None) -> Found:
        found = super().gaung_find_reshares(account, publication, since)
        _, shares = self.Calls(account).shares(publication.external_id or "")
        hidden = [share for share in shares if share.author_id is None]
        made_up = [Sighting(signal="share", publication=share.post, evidence=share.id, author="anonim") for share in hidden]
        return replace(found, sightings=(*found.sightings, *made_up))


class TakesWhoeverItAskedForAsTheAuthor(Mutant):
    breaks = "shares-true"

    @hookimpl
    def gaung_scan_profiles(self, account: Account, profiles: Sequence[Profile], publications: Sequence[Publication]) -> Found:
        """As if a page that is not there held what the post's own list holds."""
        found = super().gaung_scan_profiles(account, profiles, publications)
        first = next(iter(found.sightings), None)
        hidden = [profile for profile in profiles if not any(one.author == profile.handle for one in found.sightings)]
        more = [replace(first, author=one.handle, author_id=None, evidence=f"x{one.id}") for one in hidden] if first else []
        return replace(found, sightings=(*found.sightings, *more))


class ForgetsWhatWasPushed(Mutant):
    breaks = "shares-true"

    @hookimpl
    def gaung_follow_notice(self, account: Account, notice: Notice, publications: Sequence[Publication]) -> Found:
        return Found()


class NamesEvidenceByTheLook(Mutant):
    breaks = "evidence-stable"
    looks: ClassVar["itertools.count[int]"] = itertools.count(1)
    look = 0

    @hookimpl
    def gaung_find_reshares(self, account: Account, publication: Publication, since: datetime | None) -> Found:
        self.look = next(self.looks)
        return super().gaung_find_reshares(account, publication, since)

    def sighting(self, share: Share) -> Sighting | None:
        seen = super().sighting(share)
        return replace(seen, evidence=f"{seen.evidence}-{self.look}") if seen else None


class TakesThePostForTheEvidence(Mutant):
    breaks = "evidence-stable"

    def sighting(self, share: Share) -> Sighting | None:
        seen = super().sighting(share)
        return replace(seen, evidence=share.post) if seen else None


class DeclaresOneSignalOfThree(Mutant):
    breaks = "evidence-stable"
    record: Platform = replace(RECORD, signals=RECORD.signals[:1])


class TakesUnknownForLessThanZero(Mutant):
    breaks = "evidence-stable"

    @hookimpl
    def gaung_find_reshares(self, account: Account, publication: Publication, since: datetime | None) -> Found:
        return replace(super().gaung_find_reshares(account, publication, since), total=-1)


class AsksAsIfItChangedSomething(Mutant):
    breaks = "looks-only"

    class Calls(Client):
        def shares(self, post_id: str) -> tuple[int, list[Share]]:
            self.send("GET", f"posts/{post_id}", Effect.PREPARE)
            return super().shares(post_id)


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
        if info is not None and Now.side.accounts:
            one = next(iter(Now.side.accounts.values()))
            settings = {"api_url": Now.side.base_url}
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


MUTANTS = [found for found in list(globals().values()) if isinstance(found, type) and issubclass(found, Mutant) and found is not Mutant]


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """`Now.side` is the sandbox of the moment."""
    init = SampleSandbox.__init__

    def remember(self: SampleSandbox, world: World) -> None:
        init(self, world)
        Now.side = self

    monkeypatch.setattr(SampleSandbox, "__init__", remember)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_exactly_the_broken_rule_fails(mutant: type[Mutant], bench: Bench) -> None:
    found = {result.rule.name: result.note for result in verify(bench, mutant(), ABOUT_SHARES) if result.outcome == "failed"}
    assert list(found) == [mutant.breaks], found


def test_every_rule_about_who_shared_has_a_mutant() -> None:
    assert {rule.name for rule in ABOUT_SHARES} == {mutant.breaks for mutant in MUTANTS}
