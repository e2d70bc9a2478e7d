"""A platform made of a script, for tests of the engine: each hook does what the test put into `steps`."""

from collections.abc import Callable, Sequence
from typing import Any

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
    Platform,
    Problem,
    Publication,
)

Step = Callable[[Account, Content, Attempt], Any]


class Toy:
    """`steps["publish"]` and the like are called in turn; the last one stays. `calls` tells what was called."""

    def __init__(self, name: str = "toy", *, marks_mutation: bool = True) -> None:
        self.name = name
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
            capabilities=Capabilities(deletes=True, refreshes_credentials=True),
            credential_fields=(Field(name="token", help="a token", kind="secret", required=True),),
            setting_fields=(Field(name="poll_seconds", help="how often to ask", kind="float", default=0.01),),
            marks_mutation=self.marks_mutation,
        )

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
