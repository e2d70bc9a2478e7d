"""Which implementations a call reaches: its own platform, all policies and wrappers, but nothing that the office switched off."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import pluggy

from gaung.core import hook_trace, hookspecs
from gaung.core.errors import NotSet, PluginError, Unsupported, UserError
from gaung.core.hook_calls import check_fields, culprit
from gaung.core.markers import PROJECT
from gaung.core.plugin_loading import Declared, Plugin
from gaung.core.records import Account, Platform

_log = logging.getLogger("gaung.plugins")

SwitchedOff = Callable[[str], Collection[str]]
SettingsOf = Callable[[Platform | Declared, str | None], Mapping[str, Any]]


class Router:
    """Calls hooks on `working` plugins and checks what they answer. Subsets of callers are made once and kept."""

    def __init__(
        self, working: Mapping[str, Plugin], innermost: object, switched_off: SwitchedOff | None, settings_of: SettingsOf | None
    ) -> None:
        self._working = working
        self._platforms = frozenset(name for name, plugin in working.items() if plugin.platform)
        self._switched_off = switched_off
        self._settings_of = settings_of
        self._callers: dict[tuple[str, frozenset[str]], Callable[..., Any]] = {}
        self._named: dict[str, list[str]] = {}
        self._pm = pluggy.PluginManager(PROJECT)
        self._pm.add_hookspecs(hookspecs)
        hook_trace.watch(self._pm)
        for name, plugin in working.items():
            self._pm.register(plugin.object, name)
        self._pm.register(innermost, "gaung.innermost")

    def call(self, hook: str, account: Account, *, even_off: bool = False, **arguments: Any) -> Any:
        """One call, answered by the account's platform. Raises what the plugin raises.

        A platform that is off for the office is called only for an attempt with *mutation started*, which is followed to its end.
        """
        if account.platform not in self._platforms:
            raise PluginError(account.platform, "the plugin of this account's platform is not loaded")
        off = self._off(account.office)
        following = getattr(arguments.get("attempt"), "mutation_started_at", None) is not None
        if account.platform in off and not (even_off or following):
            raise Unsupported(f"the plugin {account.platform} is switched off for office {account.office}", code="plugin_disabled")
        return self._caller(hook, (off | self._platforms) - {account.platform})(account=account, **arguments)

    def at(self, hook: str, platform: str, **arguments: Any) -> Any:
        """One call, answered by a platform's plugin, for what concerns no single account. Raises what the plugin raises."""
        if platform not in self._platforms:
            raise PluginError(platform, "no plugin of this platform is loaded")
        return self._caller(hook, self._platforms - {platform})(**arguments)

    def answers(self, hook: str, **arguments: Any) -> dict[str, Any]:
        """Every platform's own answer that is not None; one that fails counts as none and hides no other's."""
        found: dict[str, Any] = {}
        for name in self._names(hook):
            if name not in self._platforms:
                continue
            try:
                for answer in self._caller(hook, frozenset(self._names(hook)) - {name})(**arguments):
                    found[name] = answer
            except Exception as error:  # noqa: BLE001 a plugin's own code
                _log.error("%s", self._failed(name, hook, error))
        return found

    def having(self, hook: str, account: Account) -> list[str]:
        """Plugins that answer `hook` for this account, by name."""
        off = self._off(account.office) | self._platforms - {account.platform}
        return [name for name in self._names(hook) if name not in off]

    def one(self, hook: str, name: str, account: Account, **arguments: Any) -> list[Any]:
        """Call one plugin's implementation, and all wrappers. Raises `PluginError` for whatever goes wrong in there."""
        without = self._off(account.office) | self._platforms - {account.platform} | set(self._names(hook)) - {name}
        try:
            settings = account.settings if name == account.platform else self._settings(name, account.office)
        except UserError as error:
            raise self._fault(name, str(error)) from error
        try:
            return list(self._caller(hook, without)(account=account, settings=settings, **arguments))
        except Exception as error:
            raise self._failed(name, hook, error) from error

    def each(self, hook: str, office: str | None, **arguments: Any) -> list[PluginError]:
        """Call every plugin that has `hook`, one by one; answers the failures, none of which stops the next."""
        failures = [self.tell(name, hook, office, **arguments) for name in self._names(hook)]
        return [failure for failure in failures if failure is not None]

    def tell(self, name: str, hook: str, office: str | None, **arguments: Any) -> PluginError | None:
        """Call one plugin that has `hook`, unless it is off or not set up for the office. Answers the failure, whose cause is the error."""
        off = self._off(office)
        if name in off:
            return None
        try:
            settings = self._settings(name, office)
        except NotSet:
            return None
        except UserError as error:
            failure = self._fault(name, str(error))
            failure.__cause__ = error
            return failure
        try:
            self._caller(hook, off | set(self._names(hook)) - {name})(settings=settings, **arguments)
        except (Exception, SystemExit) as error:  # noqa: BLE001 a plugin's own code; an exit would end the thread without a word
            failure = self._failed(name, hook, error)
            failure.__cause__ = error
            return failure
        return None

    def _settings(self, name: str, office: str | None) -> Mapping[str, Any]:
        """A plugin's own settings as an office has them; None: as `gaung.toml` says."""
        declared = self._working[name].declared
        if self._settings_of is None:
            return {field.name: field.default for field in declared.setting_fields}
        return self._settings_of(declared, office) if declared.setting_fields else {}

    def checked(self, name: str, hook: str, answer: object, *kinds: type) -> Any:
        """`answer`, if it is one of `kinds` and its fields have their types. Raises `PluginError` naming the package."""
        for kind in kinds:
            if isinstance(answer, kind):
                if flaw := check_fields(answer):
                    raise self._fault(name, f"{hook} answered a {kind.__name__} with {flaw}")
                return answer
        wanted = " or ".join(kind.__name__ for kind in kinds)
        raise self._fault(name, f"{hook} answered {type(answer).__name__}, not {wanted}")

    def _caller(self, hook: str, without: frozenset[str]) -> Callable[..., Any]:
        caller = self._callers.get((hook, without))
        if caller is None:
            plugins = [self._working[name].object for name in sorted(without) if name in self._working]
            caller = self._callers[(hook, without)] = self._pm.subset_hook_caller(hook, remove_plugins=plugins)
        return caller

    def _names(self, hook: str) -> Sequence[str]:
        """Plugins with an implementation of `hook` that is no wrapper, by name."""
        if hook not in self._named:
            impls = getattr(self._pm.hook, hook).get_hookimpls()
            self._named[hook] = sorted(impl.plugin_name for impl in impls if not impl.wrapper and not impl.hookwrapper)
        return self._named[hook]

    def _off(self, office: str | None) -> frozenset[str]:
        """What is off for an office; of what concerns no single office, what is off for all."""
        return frozenset(self._switched_off(office or "*")) if self._switched_off else frozenset()

    def _failed(self, name: str, hook: str, error: BaseException) -> PluginError:
        wrappers = [impl for impl in getattr(self._pm.hook, hook).get_hookimpls() if impl.wrapper or impl.hookwrapper]
        at_fault = culprit(error, wrappers) or name
        return self._fault(at_fault, f"{hook} failed: {type(error).__name__}: {error}")

    def _fault(self, name: str, reason: str) -> PluginError:
        info = self._working[name].info if name in self._working else None
        return PluginError(name, reason, info.package, info.version) if info else PluginError(name, reason)
