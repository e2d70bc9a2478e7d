"""The plugins of one process: which there are, and typed calls that reach the right ones.

A call for an account reaches that account's platform, every plugin that is no platform, and all wrappers; never another platform,
and no plugin that the office has switched off. Answers are checked; a wrong one is a `PluginError` that names the package.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from gaung.core.errors import AuthRevoked, PluginError, UserError
from gaung.core.evidence_hooks import EvidenceHooks
from gaung.core.hook_calls import Receipts
from gaung.core.hook_routing import Router, SettingsOf, SwitchedOff
from gaung.core.plugin_loading import Declared, Plugin, PluginInfo, Source, load_all, sources
from gaung.core.records import (
    Account,
    AccountInfo,
    Attempt,
    CannotTell,
    CheckAnswer,
    Content,
    Credentials,
    Deleted,
    Event,
    FindAnswer,
    NotThere,
    Pending,
    Platform,
    Problem,
    Publication,
    PublishAnswer,
    Published,
    Ready,
    Unfinished,
)
from gaung.core.thirdparty import allowed_third_party

OnReceipt = Callable[[PublishAnswer], None]


def load(
    *,
    blocked: Collection[str] = (),
    third_party: bool | None = None,
    switched_off: SwitchedOff | None = None,
    settings_of: SettingsOf | None = None,
) -> "Manager":
    """Load the installed plugins. Never raises for what a plugin did: `plugins()` lists the broken ones.

    `blocked` names plugins that are not even imported; `third_party` None goes by `GAUNG_NO_PLUGINS`; `switched_off` answers the
    plugins that an office has switched off; `settings_of` a plugin's own settings for an office (left out: their defaults).
    """
    return Manager(sources(), blocked=blocked, third_party=third_party, switched_off=switched_off, settings_of=settings_of)


class Manager(EvidenceHooks):
    """Loaded plugins. Safe for use by several threads."""

    def __init__(
        self,
        found: Collection[Source],
        *,
        blocked: Collection[str] = (),
        third_party: bool | None = None,
        switched_off: SwitchedOff | None = None,
        settings_of: SettingsOf | None = None,
    ) -> None:
        allowed = allowed_third_party() if third_party is None else third_party
        self._all = load_all(found, blocked=blocked, third_party=allowed)
        self._working: dict[str, Plugin] = {plugin.info.name: plugin for plugin in self._all if plugin.info.status == "enabled"}
        self._platforms = {name: plugin.platform for name, plugin in sorted(self._working.items()) if plugin.platform}
        self._receipts = Receipts()
        self._router = Router(self._working, self._receipts, switched_off, settings_of)

    def plugins(self) -> list[PluginInfo]:
        """Every plugin found, working or not, by name."""
        return sorted((plugin.info for plugin in self._all), key=lambda info: (info.name, info.package))

    def platforms(self) -> Mapping[str, Platform]:
        """The platforms that work, by name."""
        return self._platforms

    def declared(self) -> Mapping[str, Platform | Declared]:
        """What the plugins that work declare, by name; of platforms their records."""
        return {name: plugin.declared for name, plugin in sorted(self._working.items())}

    def platform(self, name: str) -> Platform:
        """The platform of that name. Raises `UserError` with the nearest one, or with why it does not work."""
        if name in self._platforms:
            return self._platforms[name]
        import difflib

        broken = next((plugin.info for plugin in self._all if plugin.info.name == name and plugin.info.status != "enabled"), None)
        if broken:
            raise UserError(f"the platform {name} is {broken.status}: {broken.reason}.", "See `gaung plugin list`.")
        near = difflib.get_close_matches(name, self._platforms, 1)
        raise UserError(
            f"unknown platform {name!r}.", f"Did you mean {near[0]}?" if near else f"Known: {', '.join(self._platforms) or 'none'}."
        )

    def prepare(self, account: Account, content: Content) -> Content:
        """Let every plugin change the content, in order of name. Raises `PluginError` for one that fails."""
        for name in self._router.having("gaung_prepare", account):
            for answer in self._router.one("gaung_prepare", name, account, content=content):
                content = self._router.checked(name, "gaung_prepare", answer, Content)
        return content

    def validate(self, account: Account, content: Content) -> list[Problem]:
        """All plugins' problems. A plugin that fails, or answers no problems, is a problem of its own and hides no other's."""
        problems: list[Problem] = []
        for name in self._router.having("gaung_validate", account):
            try:
                for answer in self._router.one("gaung_validate", name, account, content=content):
                    several = self._router.checked(name, "gaung_validate", answer, Sequence)
                    problems += [self._router.checked(name, "gaung_validate", item, Problem) for item in several]
            except PluginError as error:
                problems.append(Problem(code="plugin_error", message=str(error), field=f"plugin.{error.plugin}"))
        return problems

    def publish(self, account: Account, content: Content, attempt: Attempt, *, on_receipt: OnReceipt | None = None) -> PublishAnswer:
        """Publish, or begin to.

        `on_receipt` is called with the answer as soon as it exists, before any wrapper goes on. What a wrapper raises after that comes
        out of here too, but the post is out: whoever was given the receipt must go by it. Wrappers cannot change a receipt.
        """
        return self._publishing("gaung_publish", account, content, attempt, on_receipt)

    def finish(self, account: Account, content: Content, attempt: Attempt, *, on_receipt: OnReceipt | None = None) -> PublishAnswer:
        """Do the step that `Ready` allows; `on_receipt` as in `publish`."""
        return self._publishing("gaung_finish", account, content, attempt, on_receipt)

    def check(self, account: Account, content: Content, attempt: Attempt) -> CheckAnswer:
        """Ask how far a pending publication is. Read-only."""
        found = self._router.call("gaung_check", account, content=content, attempt=attempt)
        answer: CheckAnswer = self._router.checked(account.platform, "gaung_check", found, Pending, Ready, Published)
        return answer

    def find_published(self, account: Account, content: Content, attempt: Attempt) -> FindAnswer:
        """Look whether an attempt of unknown outcome published. `CannotTell` where the plugin cannot look."""
        hook = "gaung_find_published"
        if not self._has(account, hook):
            return CannotTell("the plugin cannot look at the platform")
        found = self._router.call(hook, account, content=content, attempt=attempt)
        answer: FindAnswer = self._router.checked(account.platform, hook, found, Published, Unfinished, NotThere, CannotTell)
        return answer

    def delete(self, account: Account, publication: Publication) -> Deleted:
        """Remove a publication. Raises `Unsupported` where the plugin has no such call."""
        self._needs(account, "gaung_delete", "cannot delete posts")
        found = self._router.call("gaung_delete", account, publication=publication)
        answer: Deleted = self._router.checked(account.platform, "gaung_delete", found, Deleted)
        return answer

    def check_account(self, account: Account) -> AccountInfo:
        """Ask the platform who the token is. Raises `Unsupported` where the plugin has no such call."""
        self._needs(account, "gaung_check_account", "cannot look at accounts")
        found = self._router.call("gaung_check_account", account)
        answer: AccountInfo = self._router.checked(account.platform, "gaung_check_account", found, AccountInfo)
        return answer

    def refresh_credentials(self, account: Account) -> Credentials:
        """Get new credentials. Raises `AuthRevoked` where only a person can."""
        if not self._has(account, "gaung_refresh_credentials"):
            raise AuthRevoked(f"{account.platform} tokens cannot be refreshed", code="no_refresh")
        found = self._router.call("gaung_refresh_credentials", account, even_off=True)  # what is followed to its end needs a token
        answer: Credentials = self._router.checked(account.platform, "gaung_refresh_credentials", found, Credentials)
        return answer

    def event(self, event: Event) -> list[PluginError]:
        """Show an event to every observer, one by one; answers the failures, none of which stops the next."""
        return self._router.each("gaung_event", event.office, event=event)

    def tell(self, observer: str, event: Event) -> PluginError | None:
        """Show an event to one observer, unless it is off or not set up for the event's office. Answers the failure; it names its cause."""
        return self._router.tell(observer, "gaung_event", event.office, event=event)

    def _publishing(self, hook: str, account: Account, content: Content, attempt: Attempt, on_receipt: OnReceipt | None) -> PublishAnswer:
        def given(found: object) -> PublishAnswer:
            receipt: PublishAnswer = self._router.checked(account.platform, hook, found, Published, Pending)
            if on_receipt is not None:
                on_receipt(receipt)
            return receipt

        with self._receipts.passed_to(given) as kept:
            found = self._router.call(hook, account, content=content, attempt=attempt)
        return kept[0] if kept else given(found)

    def _has(self, account: Account, hook: str) -> bool:
        return account.platform not in self._working or hook in self._working[account.platform].info.hooks
