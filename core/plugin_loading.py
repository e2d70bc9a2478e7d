"""Loads plugins one by one, so that a broken one is listed with its reason and the others work."""

import contextlib
import difflib
import logging
import re
import sys
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Literal, get_args

import pluggy

from gaung.core import hook_trace, hookspecs
from gaung.core.errors import PluginError
from gaung.core.markers import PROJECT
from gaung.core.records import Capabilities, Field, FormatRule, Limit, Platform
from gaung.core.thirdparty import NO_PLUGINS

OWN_PACKAGE = "gaung"
GROUP = "gaung"
SLOW = 1.0
"""Seconds of import from which on a plugin is named as slow."""
IMPORT_LIMIT = 30.0
"""Seconds after which a third party's import is given up and the plugin taken to be broken."""

_LONGEST = 500
_NAME = re.compile(r"[a-z][a-z0-9_-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a plugin comes from; `load` imports it."""

    name: str
    package: str
    version: str
    load: Callable[[], object]

    @property
    def third_party(self) -> bool:
        """Whether it ships with another package than Gaung."""
        return self.package != OWN_PACKAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginInfo:
    """One line of `plugin list`. `title` is the platform's, empty for a policy. `seconds`: how long its import took.

    `trace` is the traceback of what broke it, for those who ask by `--verbose`.
    """

    name: str
    package: str
    version: str
    status: Literal["enabled", "disabled", "broken"]
    hooks: tuple[str, ...] = ()
    reason: str = ""
    title: str = ""
    seconds: float = 0.0
    trace: str = field(default="", repr=False, compare=False)

    @property
    def slow(self) -> bool:
        """Whether everybody who needs plugins waits for this one."""
        return self.seconds >= SLOW


@dataclass(frozen=True, slots=True)
class Declared:
    """What a plugin that is no platform declares: its keys below `plugins.NAME`."""

    name: str
    setting_fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One entry point after loading: `object` and what it declares, of a platform its record, when it works."""

    info: PluginInfo
    object: object = field(default=None, repr=False)
    declared: Platform | Declared = Declared("")

    @property
    def platform(self) -> Platform | None:
        """The record of a platform; None of a policy."""
        return self.declared if isinstance(self.declared, Platform) else None


def sources() -> list[Source]:
    """Every entry point of the group `gaung`: Gaung's own first, then by name."""
    from importlib.metadata import entry_points

    found = []
    for point in entry_points(group=GROUP):
        package = point.dist.name if point.dist else "unknown"
        version = point.dist.version if point.dist else ""
        found.append(Source(name=point.name, package=package, version=version, load=point.load))
    return sorted(found, key=lambda source: (source.third_party, source.name, source.package))


def load_all(found: Collection[Source], *, blocked: Collection[str], third_party: bool) -> list[Plugin]:
    """Load each source, in order. Never raises for what a plugin did."""
    plugins: list[Plugin] = []
    taken: dict[str, str] = {}
    for source in found:
        if source.name in blocked:
            plugin = _left_out(source, "disabled", "switched off by the settings")
        elif source.third_party and not third_party:
            plugin = _left_out(source, "disabled", f"{NO_PLUGINS} is set")
        elif source.name in taken:
            plugin = _left_out(source, "broken", f"the name is taken by the package {taken[source.name]}")
        else:
            plugin = _load(source)
        if plugin.info.status == "enabled":
            taken[source.name] = source.package
        plugins.append(plugin)
    return plugins


def _left_out(source: Source, status: Literal["disabled", "broken"], reason: str, *, seconds: float = 0.0, trace: str = "") -> Plugin:
    info = PluginInfo(
        name=source.name,
        package=source.package,
        version=source.version,
        status=status,
        reason=_one_line(reason),
        seconds=seconds,
        trace=trace,
    )
    return Plugin(info=info)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]


def _load(source: Source) -> Plugin:
    """Load one plugin. A stranger's is given a thread and a time limit, for an import may hang, and may print what it likes."""
    if not source.third_party:
        return _loaded(source)
    found: list[Plugin] = []
    started = time.monotonic()
    thread = threading.Thread(target=lambda: found.append(_loaded(source)), name=f"import-{source.name}", daemon=True)
    with contextlib.redirect_stdout(sys.stderr):
        thread.start()
        thread.join(IMPORT_LIMIT)
    seconds = time.monotonic() - started
    plugin = found[0] if found else _left_out(source, "broken", f"its import took longer than {IMPORT_LIMIT:g} s", seconds=seconds)
    if plugin.info.slow:
        logging.getLogger("gaung.plugins").warning(
            "plugin %s (package %s %s) takes %.1f s to import", source.name, source.package, source.version, seconds
        )
    return plugin


def _loaded(source: Source) -> Plugin:
    started = time.monotonic()
    try:
        loaded = source.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 whatever a stranger's import runs into
        return _broken(source, f"cannot be imported: {type(error).__name__}: {error}", started)
    seconds = time.monotonic() - started
    try:
        hooks, declared = _examine(loaded, source.name)
    except (PluginError, pluggy.PluginValidationError) as error:
        return _broken(source, error.reason if isinstance(error, PluginError) else str(error), started)
    except (Exception, SystemExit) as error:  # noqa: BLE001 attributes of a stranger's object may do anything
        return _broken(source, f"cannot be registered: {type(error).__name__}: {error}", started)
    title = declared.title if isinstance(declared, Platform) else ""
    said = {"name": source.name, "package": source.package, "version": source.version}
    return Plugin(info=PluginInfo(**said, status="enabled", hooks=hooks, title=title, seconds=seconds), object=loaded, declared=declared)


def _broken(source: Source, reason: str, started: float) -> Plugin:
    import traceback

    return _left_out(source, "broken", reason, seconds=time.monotonic() - started, trace=traceback.format_exc())


def _examine(loaded: object, name: str) -> tuple[tuple[str, ...], Platform | Declared]:
    """Register the plugin on a manager of its own: the real one only ever sees plugins that work."""
    trial = pluggy.PluginManager(PROJECT)
    trial.add_hookspecs(hookspecs)
    hook_trace.watch(trial)
    known = set(vars(trial.hook))
    trial.register(loaded, name)
    hooks = sorted(caller.name for caller in trial.get_hookcallers(loaded) or [])
    for hook in hooks:
        if hook not in known and any(not impl.optionalhook for impl in getattr(trial.hook, hook).get_hookimpls()):
            near = difflib.get_close_matches(hook, known, 1)
            raise PluginError(name, f"unknown hook {hook}" + (f"; did you mean {near[0]}?" if near else ""))
    if not hooks:
        raise PluginError(name, "has no hook; is @hookimpl missing?")
    platform, fields = "gaung_platform" in hooks, "gaung_setting_fields" in hooks
    if platform and fields:
        raise PluginError(name, "a platform declares its settings in its Platform record, not by gaung_setting_fields")
    declared = _platform(trial, name) if platform else Declared(name, _fields(trial, name) if fields else ())
    return tuple(hook for hook in hooks if hook in known), declared


def _platform(trial: pluggy.PluginManager, name: str) -> Platform:
    try:
        answers = trial.hook.gaung_platform()
    except Exception as error:
        raise PluginError(name, f"gaung_platform failed: {type(error).__name__}: {error}") from error
    record = answers[0] if answers else None
    if not isinstance(record, Platform):
        raise PluginError(name, f"gaung_platform answered {type(record).__name__}, not a Platform")
    if record.name != name:
        raise PluginError(name, f"its Platform record is named {record.name!r}, its entry point {name!r}; they must be the same")
    if not _NAME.fullmatch(name):
        raise PluginError(name, f"{name!r} is no name for a platform; use small letters, digits, - and _")
    for attribute, kind in _PARTS.items():
        values = getattr(record, attribute)
        if not isinstance(values, tuple) or not all(isinstance(value, kind) for value in values):
            raise PluginError(name, f"its Platform record has {attribute} that are no tuple of {kind.__name__}")
    if not isinstance(record.capabilities, Capabilities):
        raise PluginError(name, "its Platform record has capabilities that are no Capabilities")
    return record


def _fields(trial: pluggy.PluginManager, name: str) -> tuple[Field, ...]:
    try:
        answers = trial.hook.gaung_setting_fields()
    except Exception as error:
        raise PluginError(name, f"gaung_setting_fields failed: {type(error).__name__}: {error}") from error
    found = answers[0] if answers else ()
    if not isinstance(found, tuple | list) or not all(isinstance(one, Field) for one in found):
        raise PluginError(name, "gaung_setting_fields answered something else than several Field")
    names = [one.name for one in found]
    for one in found:
        if not _KEY.fullmatch(one.name) or names.count(one.name) > 1 or one.kind not in _KINDS:
            raise PluginError(name, f"gaung_setting_fields answered a field {one.name!r} of kind {one.kind!r}: twice, or not a key or kind")
    if found and not _NAME.fullmatch(name):
        raise PluginError(name, f"{name!r} is no name for a plugin with settings; use small letters, digits, - and _")
    return tuple(found)


_KEY = re.compile(r"[a-z][a-z0-9_]*")
_KINDS = get_args(Field.__annotations__["kind"])
_PARTS = {
    "formats": FormatRule,
    "limits": Limit,
    "credential_fields": Field,
    "setting_fields": Field,
    "post_fields": Field,
}
