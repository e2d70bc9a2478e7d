"""As test_mutants_bronze.py, for rules_evidence.py: each plugin here forgets, invents or changes something when it looks who shared."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

import pytest

from gaung.core.http import Effect
from gaung.core.markers import hookimpl
from gaung.core.records import (
    Account,
    Found,
    Notice,
    Platform,
    Profile,
    Publication,
    Sighting,
)
from gaung.core.testkit.conformance import RULES
from gaung.core.testkit.mutants import Mutant, mutants
from gaung.core.testkit.sample.client import Client, Share, body_of, share_of
from gaung.core.testkit.sample.plugin import RECORD

CAN = RECORD.capabilities
ABOUT_SHARES = [rule for rule in RULES if 42 < rule.number <= 50]


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
        shares = [share for share in self.sandboxes[-1].people.shares.values() if share.kind == "keep" and "shy" not in share.by.traits]
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


MUTANTS = mutants(globals())


@pytest.mark.usefixtures("sandboxes")
@pytest.mark.parametrize("mutant", MUTANTS)
def test_exactly_the_broken_rule_fails(mutant: type[Mutant], failing: Callable[..., dict[str, str]]) -> None:
    found = failing(mutant(), ABOUT_SHARES)
    assert list(found) == [mutant.breaks], found


def test_every_rule_about_looking_has_a_mutant() -> None:
    assert {rule.name for rule in ABOUT_SHARES if rule.number <= 46} == {mutant.breaks for mutant in MUTANTS}
