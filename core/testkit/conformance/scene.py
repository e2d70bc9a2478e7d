"""A scene for the rules about evidence: two posts of an office, people who do something with one, and all the looks that core takes.

Everybody does one thing, so that a sighting can be judged by its author alone.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from gaung.core import http
from gaung.core.errors import PlatformError, Unsupported, WebhookRefused
from gaung.core.http import Effect, Reply
from gaung.core.records import Account, Found, HandleShape, Notice, Platform, Profile, Publication, Sighting, WebhookRequest
from gaung.core.registry.handles import key_of
from gaung.core.sandbox.people import Deed, SandboxProfile
from gaung.core.testkit.conformance.bench import WEBHOOKS
from gaung.core.testkit.conformance.kit import Kit
from gaung.core.testkit.conformance.verdicts import Broken, NotApplicable, expect

DECLARED = {
    "finds_reshares": "gaung_find_reshares",
    "scans_members": "gaung_scan_profiles",
    "verifies_links": "gaung_verify_reshare",
    "reads_webhooks": "gaung_read_webhook",
}
"""Capabilities, and the hook of each."""

_HANDLES = ("contohkit{:05}", "contoh_kit_{:05}", "contohkit{:05}@lain.contoh")
_PUSHED = 10.0


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that a look sent."""

    method: str
    url: str
    effect: Effect


@dataclass(slots=True)
class Scene:
    """`post` is what people share, `other` what nobody touches. `sent` are the requests of all looks; `pushed` what was pushed."""

    kit: Kit
    account: Account
    post: Publication
    other: Publication
    sent: list[Sent] = field(default_factory=list)
    pushed: list[WebhookRequest] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    people: list[SandboxProfile] = field(default_factory=list)

    @property
    def deeds(self) -> list[Deed]:
        """What really happened."""
        return self.kit.world.deeds

    def act(self) -> None:
        """Every kind of person does everything once, each deed by somebody else; then a few take it back or leave."""
        side = self.kit.side
        for signal in side.deeds:
            for traits in dict.fromkeys(side.traits or (frozenset(),)):
                for fate in ("stays", "stays", "undone", "gone"):
                    profile = side.add_profile(self.handle(len(self.people)), traits)
                    self.people.append(profile)
                    with suppress(KeyError):  # some deeds are not for everybody
                        deed = side.do(profile, signal, self.account.external_id, self.post.external_id or "")
                        if fate == "undone":
                            side.undo(deed)
                        elif fate == "gone":
                            side.vanish(profile)
        self.wait()

    def wait(self) -> None:
        """Until what is pushed is here."""
        expect(self.kit.side.wait_for_pushes(_PUSHED), "the sandbox's pushes are not delivered after ten seconds")

    def handle(self, number: int) -> str:
        """A made-up handle of the platform's shape."""
        shape = self.kit.record.handles or HandleShape(pattern=".*")
        for form in _HANDLES:
            if re.fullmatch(shape.pattern, form.format(number), re.IGNORECASE):
                return form.format(number)
        raise Broken(f"none of {', '.join(form.format(1) for form in _HANDLES)} fits the handles that the record declares")

    def look(self) -> list[Sighting]:
        """All that finding, scanning and following tell now. `Unsupported` and what is not there tell nothing."""
        return [sighting for found in self.answers() for sighting in found.sightings]

    def answers(self) -> list[Found]:
        """As `look`, the answers themselves."""
        ours, people = [self.post, self.other], self.registered()
        notices = {notice.key: notice for notice in self.notices if notice.kind == "sighting"}.values()
        asked = [
            self.found("gaung_find_reshares", publication=self.post, since=None),
            self.found("gaung_scan_profiles", profiles=people, publications=ours, since=None),
            *(self.found("gaung_follow_notice", notice=notice, publications=ours) for notice in notices),
        ]
        return [found for found in asked if found is not None]

    def found(self, hook: str, **arguments: Any) -> Found | None:
        """One look; None where the plugin has none, or cannot."""
        if not self.kit.subject.has(hook):
            return None
        try:
            return self.call(hook, account=self.account, **arguments)  # type: ignore[no-any-return]
        except Unsupported:
            return None

    def verified(self, url: str, publication: Publication | None = None) -> Sighting | None:
        """What a handed-in link proves."""
        try:
            return self.call(  # type: ignore[no-any-return]
                "gaung_verify_reshare", account=self.account, publication=publication or self.post, url=url
            )
        except Unsupported:
            return None

    def call(self, hook: str, **arguments: Any) -> Any:
        """A hook call whose requests are written down."""
        with self.watched():
            return self.kit.subject.call(hook, **arguments)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Write requests down."""

        def watch(method: str, url: str, effect: Effect, reply: Reply | None) -> None:
            if reply is None:
                self.sent.append(Sent(method, url, effect))

        with http.watched(watch):
            yield

    def registered(self) -> list[Profile]:
        """Everybody, as the registry knows them: every second one by the id too."""
        return [
            Profile(id=number, handle=one.handle, external_id=one.external_id if number % 2 else None)
            for number, one in enumerate(self.people, 1)
        ]

    def is_by(self, sighting: Sighting, profile: SandboxProfile) -> bool:
        """Whether a sighting names somebody, and nobody else."""
        by_id = sighting.author_id in (None, profile.external_id)
        record = self.kit.record
        by_handle = sighting.author is None or key_of(record, sighting.author) == key_of(record, profile.handle)
        return by_id and by_handle and (sighting.author_id, sighting.author) != (None, None)

    def whose(self, sighting: Sighting) -> SandboxProfile | None:
        """Whom a sighting names."""
        return next((one for one in self.people if self.is_by(sighting, one)), None)

    def take(self, method: str, query: dict[str, str], headers: dict[str, str], body: bytes) -> tuple[int, str]:
        """Answer what a sandbox pushes, as core's server does."""
        request = WebhookRequest(
            method="GET" if method == "GET" else "POST", query=query, headers=headers, body=body, received_at=datetime.now(UTC),
            accounts=[self.account],
        )  # fmt: skip
        try:
            answer = self.kit.subject.call("gaung_read_webhook", request=request)
        except WebhookRefused:
            return 403, ""
        except Exception as error:  # noqa: BLE001 - judged by the rule
            self.errors.append(error)
            return 500, ""
        self.pushed.append(request)
        self.notices += answer.notices
        return 200, answer.body


def scene(kit: Kit, *capabilities: str) -> Scene:
    """A scene in which people have acted. `NotApplicable` where the record declares none of the capabilities."""
    declared = kit.record.capabilities
    if not any(getattr(declared, name) for name in capabilities or DECLARED):
        raise NotApplicable(f"the record declares none of {', '.join(capabilities or DECLARED)}")
    expect(kit.side.deeds, "the record says that shares are told, and its sandbox has no people who share: `deeds` is empty")
    made = empty(kit)
    made.act()
    return made


def empty(kit: Kit) -> Scene:
    """The same before anybody acted."""
    kit.side.grant_all()
    account = kit.account()
    post, other = (_publication(kit, account, text) for text in ("Cek namamu di DPT", "Ayo ke TPS"))
    made = Scene(kit, account, post, other)
    if kit.record.capabilities.reads_webhooks:
        kit.bench.server.hooked = made.take
        kit.world.webhook_url = f"{kit.bench.server.base_url}{WEBHOOKS}"
    return made


def _publication(kit: Kit, account: Account, text: str) -> Publication:
    post = kit.side.post_by_hand(account.external_id, text)
    at = datetime.fromtimestamp(post.created_at, UTC)
    return Publication(
        id=1, external_id=post.id, url=post.url, published_at=at, account=account.external_id, handle=account.handle, text=post.text
    )


def alive(deeds: Iterable[Deed]) -> list[Deed]:
    """Those that were neither taken back nor left with their doer."""
    return [deed for deed in deeds if not deed.undone and not deed.profile.gone]


def refuses(kit: Kit, hook: str, arguments: dict[str, Any]) -> str:
    """How a hook that should refuse before any request does not; empty when it does, or is not there."""
    if not kit.subject.has(hook):
        return ""
    before = len(kit.got())
    try:
        answer = kit.subject.call(hook, **arguments)
    except (Unsupported, WebhookRefused):
        return f"{hook} asked the platform" if len(kit.got()) > before else ""
    except PlatformError as error:
        return f"{hook} raised {type(error).__name__}"
    return f"{hook} answered {type(answer).__name__}"


def handles_of(record: Platform) -> HandleShape:
    """What the record declares, or that anything is a handle."""
    return record.handles or HandleShape(pattern=r"\S{1,200}")
