"""A platform made of a script, for tests of the engine: each hook does what the test put into `steps` or `answers`."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from gaung.core.errors import Unsupported
from gaung.core.markers import hookimpl
from gaung.core.plugin_loading import Source
from gaung.core.records import (
    Account,
    AccountInfo,
    Attempt,
    Capabilities,
    Content,
    Credentials,
    Deleted,
    Field,
    FormatRule,
    Notice,
    Platform,
    Problem,
    Profile,
    Publication,
    Signal,
    WebhookRequest,
)

Step = Callable[[Account, Content, Attempt], Any]
Answer = Callable[..., Any]


class Toy:
    """`steps["publish"]` and the like are called in turn; the last one stays. `calls` tells what was called.

    With `looks` it declares that it can look for reshares: `answers["find_reshares"]`, `scan_profiles`, `verify_reshare`, `identify_link`,
    `read_webhook` and `follow_notice` get the hook's own arguments, and answer or raise. What has no answer is `Unsupported`.
    """

    def __init__(self, name: str = "toy", *, marks_mutation: bool = True, looks: bool = False) -> None:
        self.name = name
        self.looks = looks
        self.answers: dict[str, Answer] = {}
        self.marks_mutation = marks_mutation
        self.steps: dict[str, list[Step]] = {}
        self.calls: list[str] = []
        self.refreshes: list[Credentials | Exception] = []
        self.problems: list[Problem] = []

    def script(self, hook: str, *steps: Step) -> None:
        """What `hook` does at its first, second, ... call."""
        self.steps[hook] = list(steps)

    def source(self) -> Source:
        """For `gaung.core.manager.Manager`."""
        return Source(name=self.name, package="toys", version="1", load=lambda: self)

    def _step(self, hook: str, account: Account, content: Content, attempt: Attempt) -> Any:
        self.calls.append(hook)
        queue = self.steps[hook]
        step = queue.pop(0) if len(queue) > 1 else queue[0]
        return step(account, content, attempt)

    @hookimpl
    def gaung_platform(self) -> Platform:
        """A platform with one format."""
        return Platform(
            name=self.name,
            title="Toy",
            formats=(FormatRule(name="text", needs_text=True),),
            capabilities=Capabilities(
                deletes=True, refreshes_credentials=True, finds_reshares=self.looks, scans_members=self.looks, verifies_links=self.looks,
                reads_webhooks=self.looks,
            ),
            credential_fields=(Field(name="token", help="a token", kind="secret", required=True),),
            setting_fields=(
                Field(name="poll_seconds", help="how often to ask", kind="float", default=0.01),
                Field(name="sweep_requests", help="requests a day to look for reshares; 0: none", kind="int"),
            ),
            signals=(Signal(name="mention", title="Disebut", proves="a test", source="unconfirmed: a test"),),
            marks_mutation=self.marks_mutation,
        )  # fmt: skip

    @hookimpl
    def gaung_validate(self, account: Account, content: Content) -> Sequence[Problem]:
        """What the test wants to be wrong."""
        return self.problems

    @hookimpl
    def gaung_publish(self, account: Account, content: Content, attempt: Attempt) -> Any:
        """By script."""
        return self._step("publish", account, content, attempt)

    @hookimpl
    def gaung_check(self, account: Account, content: Content, attempt: Attempt) -> Any:
        """By script."""
        return self._step("check", account, content, attempt)

    @hookimpl
    def gaung_finish(self, account: Account, content: Content, attempt: Attempt) -> Any:
        """By script."""
        return self._step("finish", account, content, attempt)

    @hookimpl
    def gaung_find_published(self, account: Account, content: Content, attempt: Attempt) -> Any:
        """By script."""
        return self._step("find", account, content, attempt)

    @hookimpl
    def gaung_delete(self, account: Account, publication: Publication) -> Deleted:
        """Always gone."""
        self.calls.append("delete")
        return Deleted()

    @hookimpl
    def gaung_check_account(self, account: Account) -> AccountInfo:
        """Itself."""
        return AccountInfo(external_id=account.external_id, handle=account.handle, who=account.handle)

    @hookimpl
    def gaung_refresh_credentials(self, account: Account) -> Credentials:
        """The next of `refreshes`."""
        self.calls.append("refresh")
        found = self.refreshes.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    def _look(self, hook: str, *arguments: Any) -> Any:
        self.calls.append(hook)
        if hook not in self.answers:
            raise Unsupported(f"{self.name} has no script for {hook}", code="no_script")
        return self.answers[hook](*arguments)

    @hookimpl
    def gaung_find_reshares(self, account: Account, publication: Publication, since: datetime | None) -> Any:
        """By `answers`."""
        return self._look("find_reshares", account, publication, since)

    @hookimpl
    def gaung_scan_profiles(
        self, account: Account, profiles: Sequence[Profile], publications: Sequence[Publication], since: datetime | None
    ) -> Any:
        """By `answers`."""
        return self._look("scan_profiles", account, profiles, publications, since)

    @hookimpl
    def gaung_identify_link(self, url: str) -> Any:
        """By `answers`; None where there is none."""
        return self._look("identify_link", url) if "identify_link" in self.answers else None

    @hookimpl
    def gaung_verify_reshare(self, account: Account, publication: Publication, url: str) -> Any:
        """By `answers`."""
        return self._look("verify_reshare", account, publication, url)

    @hookimpl
    def gaung_read_webhook(self, request: WebhookRequest) -> Any:
        """By `answers`."""
        return self._look("read_webhook", request)

    @hookimpl
    def gaung_follow_notice(self, account: Account, notice: Notice, publications: Sequence[Publication]) -> Any:
        """By `answers`."""
        return self._look("follow_notice", account, notice, publications)
