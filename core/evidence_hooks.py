"""The manager's calls that bring evidence of reshares and measures. All of them only read."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime

from gaung.core.errors import Unsupported
from gaung.core.hook_routing import Router
from gaung.core.records import (
    Account,
    Found,
    LinkInfo,
    Measure,
    Measured,
    Notice,
    Profile,
    Publication,
    Sighting,
    WebhookAnswer,
    WebhookRequest,
)


class EvidenceHooks(ABC):
    """Typed calls; the manager knows what there is to call. Answers are checked, a wrong one is a `PluginError` that names the package."""

    _router: Router

    def find_reshares(self, account: Account, publication: Publication, since: datetime | None) -> Found:
        """Who shared one publication. Raises `Unsupported` where the plugin has no such call."""
        hook = "gaung_find_reshares"
        self._needs(account, hook, "cannot look who shared a post")
        return self._found(account, hook, self._router.call(hook, account, publication=publication, since=since))

    def scan_profiles(
        self, account: Account, profiles: Sequence[Profile], publications: Sequence[Publication], since: datetime | None
    ) -> Found:
        """Which of these publications these registered accounts shared. Raises `Unsupported` where the plugin has no such call."""
        hook = "gaung_scan_profiles"
        self._needs(account, hook, "cannot look at members' own accounts")
        answer = self._router.call(hook, account, profiles=profiles, publications=publications, since=since)
        return self._found(account, hook, answer)

    def measure_account(self, account: Account) -> Measured:
        """The account's own numbers. Raises `Unsupported` where the plugin has no such call."""
        hook = "gaung_measure_account"
        self._needs(account, hook, "cannot measure accounts")
        return self._measured(account, hook, self._router.call(hook, account))

    def measure_publications(self, account: Account, publications: Sequence[Publication]) -> Measured:
        """The numbers of some publications. Raises `Unsupported` where the plugin has no such call."""
        hook = "gaung_measure_publications"
        self._needs(account, hook, "cannot measure posts")
        return self._measured(account, hook, self._router.call(hook, account, publications=publications))

    def identify_link(self, url: str) -> LinkInfo | None:
        """What an address names; None where no platform knows it, or two claim it."""
        found = self._router.answers("gaung_identify_link", url=url)
        if len(found) != 1:
            return None
        ((name, answer),) = found.items()
        info: LinkInfo = self._router.checked(name, "gaung_identify_link", answer, LinkInfo)
        return info

    def verify_reshare(self, account: Account, publication: Publication, url: str) -> Sighting | None:
        """A sighting if the link refers to the publication, None if not. Raises `Unsupported` where no call can prove it."""
        hook = "gaung_verify_reshare"
        self._needs(account, hook, "cannot prove what a link refers to")
        answer = self._router.call(hook, account, publication=publication, url=url)
        sighting: Sighting | None = None if answer is None else self._router.checked(account.platform, hook, answer, Sighting)
        return sighting

    def read_webhook(self, platform: str, request: WebhookRequest) -> WebhookAnswer:
        """What a pushed request tells. Raises `WebhookRefused`, or `PluginError` where no plugin answers."""
        hook = "gaung_read_webhook"
        found = self._router.at(hook, platform, request=request)
        answer: WebhookAnswer = self._router.checked(platform, hook, found, WebhookAnswer)
        for notice in answer.notices:
            self._router.checked(platform, hook, notice, Notice)
        return answer

    def follow_notice(self, account: Account, notice: Notice, publications: Sequence[Publication]) -> Found:
        """What a pushed notice means. Raises `Unsupported` where the plugin has no such call."""
        hook = "gaung_follow_notice"
        self._needs(account, hook, "cannot follow what was pushed")
        return self._found(account, hook, self._router.call(hook, account, notice=notice, publications=publications))

    def _found(self, account: Account, hook: str, answer: object) -> Found:
        found: Found = self._router.checked(account.platform, hook, answer, Found)
        for sighting in found.sightings:
            self._router.checked(account.platform, hook, sighting, Sighting)
        return found

    def _measured(self, account: Account, hook: str, answer: object) -> Measured:
        found: Measured = self._router.checked(account.platform, hook, answer, Measured)
        for measure in found.measures:
            self._router.checked(account.platform, hook, measure, Measure)
        return found

    @abstractmethod
    def _has(self, account: Account, hook: str) -> bool:
        """Whether the account's platform has that call."""

    def _needs(self, account: Account, hook: str, cannot: str) -> None:
        if not self._has(account, hook):
            raise Unsupported(f"{account.platform} {cannot}", code="unsupported")
