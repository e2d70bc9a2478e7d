"""The plugins of one process: which there are, and typed calls that reach the right ones.

A call for an account reaches that account's platform, every plugin that is no platform, and all wrappers; never another platform,
and no plugin that the office has switched off. Answers are checked; a wrong one is a `PluginError` that names the package.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

import pluggy

from gaung.core import hookspecs
from gaung.core.errors import AuthRevoked, PluginError, Unsupported, UserError
from gaung.core.hook_calls import Receipts, check_fields, culprit
from gaung.core.markers import PROJECT
from gaung.core.plugin_loading import Plugin, PluginInfo, Source, allowed_third_party, load_all, sources
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

Answer = TypeVar("Answer")
SwitchedOff = Callable[[str], Collection[str]]
OnReceipt = Callable[[PublishAnswer], None]


def load(*, blocked: Collection[str] = (), third_party: bool | None = None, switched_off: SwitchedOff | None = None) -> "Manager":
    """Load the installed plugins. Never raises for what a plugin did: `plugins()` lists the broken ones.

    `blocked` names plugins that are not even imported; `third_party` None goes by `GAUNG_NO_PLUGINS`; `switched_off` answers the
    plugins that an office has switched off.
    """
    return Manager(sources(), blocked=blocked, third_party=third_party, switched_off=switched_off)


class Manager:
    """Loaded plugins. Safe for use by several threads."""

    def __init__(
        self,
        found: Collection[Source],
        *,
        blocked: Collection[str] = (),
        third_party: bool | None = None,
        switched_off: SwitchedOff | None = None,
    ) -> None:
        allowed = allowed_third_party() if third_party is None else third_party
        self._all = load_all(found, blocked=blocked, third_party=allowed)
        self._working: dict[str, Plugin] = {plugin.info.name: plugin for plugin in self._all if plugin.info.status == "enabled"}
        self._platforms = {name: plugin.platform for name, plugin in sorted(self._working.items()) if plugin.platform}
        self._switched_off = switched_off
        self._callers: dict[tuple[str, str, frozenset[str]], Callable[..., Any]] = {}
        self._pm = pluggy.PluginManager(PROJECT)
        self._pm.add_hookspecs(hookspecs)
        for name, plugin in self._working.items():
            self._pm.register(plugin.object, name)
        self._receipts = Receipts()
        self._pm.register(self._receipts, "gaung.receipts")

    def plugins(self) -> list[PluginInfo]:
        """Every plugin found, working or not, by name."""
        return sorted((plugin.info for plugin in self._all), key=lambda info: (info.name, info.package))

    def platforms(self) -> Mapping[str, Platform]:
        """The platforms that work, by name."""
        return self._platforms

    def platform(self, name: str) -> Platform:
        """The platform of that name. Raises `UserError` naming the nearest one."""
        if name in self._platforms:
            return self._platforms[name]
        import difflib

        broken = next((p.info for p in self._all if p.info.name == name and p.info.status != "enabled"), None)
        if broken:
            raise UserError(f"the platform {name} is {broken.status}: {broken.reason}.", "See `gaung plugin list`.")
        near = difflib.get_close_matches(name, self._platforms, 1)
        hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(self._platforms) or 'none'}."
        raise UserError(f"unknown platform {name!r}.", hint)

    def prepare(self, account: Account, content: Content) -> Content:
        """Let every plugin change the content, in order of name. Raises `PluginError` for one that fails."""
        for name in self._having("gaung_prepare", account):
            answers = self._one("gaung_prepare", name, account, content=content)
            for answer in answers:
                content = self._checked(name, "gaung_prepare", answer, Content)
        return content

    def validate(self, account: Account, content: Content) -> list[Problem]:
        """All plugins' problems. A plugin that fails, or answers no problems, is a problem of its own and hides no other's."""
        problems: list[Problem] = []
        for name in self._having("gaung_validate", account):
            try:
                for answer in self._one("gaung_validate", name, account, content=content):
                    problems += self._problems(name, answer)
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
        answer = self._call("gaung_check", account, content=content, attempt=attempt)
        return self._checked(account.platform, "gaung_check", answer, Pending, Ready, Published)

    def find_published(self, account: Account, content: Content, attempt: Attempt) -> FindAnswer:
        """Look whether an attempt of unknown outcome published. `CannotTell` where the plugin cannot look."""
        if not self._has(account.platform, "gaung_find_published"):
            return CannotTell("the plugin cannot look at the platform")
        answer = self._call("gaung_find_published", account, content=content, attempt=attempt)
        return self._checked(account.platform, "gaung_find_published", answer, Published, Unfinished, NotThere, CannotTell)

    def delete(self, account: Account, publication: Publication) -> Deleted:
        """Remove a publication. Raises `Unsupported` where the plugin has no such call."""
        self._needs(account.platform, "gaung_delete", "cannot delete posts")
        answer = self._call("gaung_delete", account, publication=publication)
        return self._checked(account.platform, "gaung_delete", answer, Deleted)

    def check_account(self, account: Account) -> AccountInfo:
        """Ask the platform who the token is. Raises `Unsupported` where the plugin has no such call."""
        self._needs(account.platform, "gaung_check_account", "cannot look at accounts")
        return self._checked(account.platform, "gaung_check_account", self._call("gaung_check_account", account), AccountInfo)

    def refresh_credentials(self, account: Account) -> Credentials:
        """Get new credentials. Raises `AuthRevoked` where only a person can."""
        if not self._has(account.platform, "gaung_refresh_credentials"):
            raise AuthRevoked(f"{account.platform} tokens cannot be refreshed", code="no_refresh")
        answer = self._call("gaung_refresh_credentials", account)
        return self._checked(account.platform, "gaung_refresh_credentials", answer, Credentials)

    def event(self, event: Event) -> list[PluginError]:
        """Show an event to every observer, one by one; answers the failures, none of which stops the next."""
        failures = []
        off = self._off(event.office)
        for name in self._names("gaung_event"):
            if name in off:
                continue
            try:
                self._subset("gaung_event", name, frozenset(self._names("gaung_event")) - {name} | off)(event=event)
            except Exception as error:  # noqa: BLE001 an observer never stops the work
                failures.append(self._failed(name, "gaung_event", error))
        return failures

    def _publishing(self, hook: str, account: Account, content: Content, attempt: Attempt, on_receipt: OnReceipt | None) -> PublishAnswer:
        def given(answer: object) -> PublishAnswer:
            receipt = self._checked(account.platform, hook, answer, Published, Pending)
            if on_receipt is not None:
                on_receipt(receipt)
            return receipt

        with self._receipts.passed_to(given) as kept:
            answer = self._call(hook, account, content=content, attempt=attempt)
        return kept[0] if kept else given(answer)

    def _call(self, hook: str, account: Account, **arguments: Any) -> Any:
        if account.platform not in self._platforms:
            raise PluginError(account.platform, "the plugin of this account's platform is not loaded")
        off = self._off(account.office)
        if account.platform in off:
            raise Unsupported(f"the plugin {account.platform} is switched off for office {account.office}", code="plugin_disabled")
        others = self._platforms.keys() - {account.platform}
        return self._subset(hook, account.platform, off | others)(account=account, **arguments)

    def _one(self, hook: str, name: str, account: Account, **arguments: Any) -> list[Any]:
        """Call one plugin's implementation, and all wrappers, of a hook that joins answers."""
        others = self._platforms.keys() - {account.platform} | set(self._names(hook)) - {name}
        caller = self._subset(hook, f"{name}@{account.platform}", self._off(account.office) | others)
        try:
            return list(caller(account=account, **arguments))
        except Exception as error:
            raise self._failed(name, hook, error) from error

    def _subset(self, hook: str, key: str, without: frozenset[str]) -> Callable[..., Any]:
        caller = self._callers.get((hook, key, without))
        if caller is None:
            plugins = [self._working[name].object for name in without if name in self._working]
            caller = self._pm.subset_hook_caller(hook, remove_plugins=plugins)
            self._callers[(hook, key, without)] = caller
        return caller

    def _names(self, hook: str) -> Sequence[str]:
        """Plugins with an implementation of `hook` that is no wrapper, by name."""
        impls = getattr(self._pm.hook, hook).get_hookimpls()
        return sorted(impl.plugin_name for impl in impls if not impl.wrapper and not impl.hookwrapper)

    def _having(self, hook: str, account: Account) -> list[str]:
        off = self._off(account.office)
        others = self._platforms.keys() - {account.platform}
        return [name for name in self._names(hook) if name not in others and name not in off]

    def _off(self, office: str | None) -> frozenset[str]:
        return frozenset(self._switched_off(office)) if self._switched_off and office else frozenset()

    def _has(self, platform: str, hook: str) -> bool:
        return platform in self._working and hook in self._working[platform].info.hooks

    def _needs(self, platform: str, hook: str, cannot: str) -> None:
        if not self._has(platform, hook):
            raise Unsupported(f"{platform} {cannot}", code="unsupported")

    def _problems(self, name: str, answer: object) -> list[Problem]:
        if isinstance(answer, str) or not isinstance(answer, Sequence):
            raise self._wrong(name, "gaung_validate", answer, "a list of Problem")
        return [self._checked(name, "gaung_validate", item, Problem) for item in answer]

    def _checked(self, name: str, hook: str, answer: object, *kinds: type[Answer]) -> Answer:
        for kind in kinds:
            if isinstance(answer, kind):
                if flaw := check_fields(answer):
                    raise PluginError(name, f"{hook} answered a {kind.__name__} with {flaw}", self._package(name))
                return answer
        raise self._wrong(name, hook, answer, " or ".join(kind.__name__ for kind in kinds))

    def _wrong(self, name: str, hook: str, answer: object, wanted: str) -> PluginError:
        return PluginError(name, f"{hook} answered {type(answer).__name__}, not {wanted}", self._package(name))

    def _failed(self, name: str, hook: str, error: Exception) -> PluginError:
        at_fault = culprit(error, getattr(self._pm.hook, hook).get_hookimpls()) or name
        return PluginError(at_fault, f"{hook} failed: {type(error).__name__}: {error}", self._package(at_fault))

    def _package(self, name: str) -> str:
        return self._working[name].info.package if name in self._working else ""
