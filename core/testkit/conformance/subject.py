"""The plugin under test: loaded as core loads it, called hook by hook, and imported afresh where a new process is meant."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pluggy

from gaung.core import hookspecs
from gaung.core.errors import PluginError
from gaung.core.markers import PROJECT
from gaung.core.plugin_loading import Source, load_all, sources
from gaung.core.records import Platform


class Subject:
    """One platform plugin. Answers of its hooks are not checked here: a rule of its own does that."""

    def __init__(self, plugin: object, record: Platform) -> None:
        self.plugin = plugin
        self.record = record
        self._hooks = _hooks(plugin)

    @classmethod
    def of(cls, given: object) -> "Subject":
        """By entry-point name, module or object. Raises `PluginError` with why it cannot be loaded, or has nothing to run against."""
        source = _source(given)
        (loaded,) = load_all([source], blocked=(), third_party=True)
        if loaded.info.status != "enabled":
            raise PluginError(source.name, loaded.info.reason, source.package)
        if loaded.platform is None:
            raise PluginError(source.name, "has no hook gaung_platform: it is no platform")
        if not loaded.platform.sandbox:
            raise PluginError(source.name, "its record names no sandbox, so there is nothing to run it against")
        return cls(loaded.object, loaded.platform)

    @property
    def name(self) -> str:
        """Name of the platform."""
        return self.record.name

    def has(self, hook: str) -> bool:
        """Whether the plugin has that hook."""
        return bool(getattr(self._hooks, hook).get_hookimpls())

    def call(self, hook: str, **arguments: Any) -> Any:
        """One hook call; None where the plugin has no such hook. Raises what the plugin raises."""
        caller = getattr(self._hooks, hook)
        if "settings" in caller.spec.argnames:
            arguments.setdefault("settings", arguments["account"].settings if "account" in arguments else {})
        answers = caller(**arguments)
        return (answers[0] if answers else None) if isinstance(answers, list) and not caller.spec.opts.get("firstresult") else answers

    @contextmanager
    def another_process(self) -> Iterator["Subject"]:
        """The same plugin without what it remembers: a module imported anew, an object made anew where that takes no arguments.

        Its sandbox is not imported anew: it stands for the platform, which lives on.
        """
        if not isinstance(self.plugin, ModuleType):
            yield Subject(_made_anew(self.plugin), self.record)
            return
        name, sandbox = self.plugin.__name__, self.record.sandbox.partition(":")[0]
        package = f"{name}." if hasattr(self.plugin, "__path__") else "\0"
        mine = {key: module for key, module in sys.modules.items() if key == name or key.startswith(package)}
        mine = {key: module for key, module in mine.items() if not key.startswith(sandbox)}
        for key in mine:
            del sys.modules[key]
        try:
            yield Subject(importlib.import_module(name), self.record)
        finally:
            for key in [key for key in sys.modules if key == name or key.startswith(package)]:
                if not key.startswith(sandbox):
                    del sys.modules[key]
            sys.modules.update(mine)
            _bind(mine)


def _source(given: object) -> Source:
    if isinstance(given, str):
        found = [source for source in sources() if source.name == given]
        if not found:
            known = ", ".join(source.name for source in sources())
            raise PluginError(given, f"no installed package has an entry point of that name; known: {known}")
        return found[0]
    answer = getattr(given, "gaung_platform", None)
    record = answer() if callable(answer) else None
    return Source(name=getattr(record, "name", "") or "plugin", package="under test", version="", load=lambda: given)


def _hooks(plugin: object) -> Any:
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(plugin)
    return manager.hook


def _made_anew(plugin: object) -> object:
    try:
        return type(plugin)()
    except TypeError:
        return plugin


def _bind(modules: dict[str, ModuleType]) -> None:
    """Importing anew has also put the copies on their packages as attributes."""
    for key, module in modules.items():
        parent, _, last = key.rpartition(".")
        if parent in sys.modules:
            setattr(sys.modules[parent], last, module)
