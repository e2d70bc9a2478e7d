"""Third-party plugins: whether they are wanted, and a look at what is installed that costs next to nothing.

`importlib.metadata` takes 20 ms to import, as long as click: too long for `gaung --help`. The entry-point file format is the one of
the PyPA "Entry points specification"; what is not in a folder (an egg, a zip) is left to `importlib.metadata`.
"""

import os
import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

NO_PLUGINS = "GAUNG_NO_PLUGINS"
COMMANDS = "gaung.commands"

_LINE = re.compile(r"(?P<name>[^=#;\[]+?)\s*=\s*(?P<value>[\w.]+(\s*:\s*[\w.]+)?)")


def allowed_third_party() -> bool:
    """False when `GAUNG_NO_PLUGINS` is set (or `--no-plugins` was given): only Gaung's own plugins are loaded."""
    return os.environ.get(NO_PLUGINS, "") in ("", "0")


class EntryPoint(NamedTuple):
    """An entry point, not loaded: `value` is `module` or `module:attribute`."""

    name: str
    value: str
    package: str
    version: str

    def load(self) -> object:
        """Import it."""
        from functools import reduce
        from importlib import import_module

        module, _, attributes = (part.strip() for part in self.value.partition(":"))
        return reduce(getattr, attributes.split(".") if attributes else (), import_module(module))


def entry_points(group: str) -> list[EntryPoint]:
    """The entry points of a group in the installed distributions, by name and package. Of two versions of a package the first counts."""
    found = [point for folder in _distributions() for point in _points(folder, group)]
    return sorted(found, key=lambda point: (point.name, point.package))


def _distributions() -> Iterator[str]:
    seen = set()
    for place in dict.fromkeys(sys.path):
        try:
            with os.scandir(place or ".") as entries:
                names = [entry.name for entry in entries if entry.name.endswith((".dist-info", ".egg-info"))]
        except OSError:
            continue
        for name in sorted(names):
            package = re.sub(r"[-_.]+", "-", name.rpartition(".")[0].partition("-")[0]).lower()
            if package not in seen:
                seen.add(package)
                yield f"{place or '.'}{os.sep}{name}"


def _points(folder: str, group: str) -> Iterator[EntryPoint]:
    text = _read(folder, "entry_points.txt")
    if f"[{group}]" not in text:
        return
    package, version = _named(folder)
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section = line.strip("[] ")
        elif section == group and (match := _LINE.match(line)):
            yield EntryPoint(match["name"], match["value"], package, version)


def _named(folder: str) -> tuple[str, str]:
    """Name and version as the distribution's own metadata have them, for a folder's name is normalized."""
    text = _read(folder, "METADATA") or _read(folder, "PKG-INFO")
    head = dict(line.split(": ", 1) for line in text.partition("\n\n")[0].splitlines() if ": " in line)
    name, _, version = folder.rpartition(os.sep)[2].rpartition(".")[0].partition("-")
    return head.get("Name", name).strip(), head.get("Version", version).strip()


def _read(folder: str, name: str) -> str:
    try:
        with open(f"{folder}{os.sep}{name}", encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - pathlib takes too long to import
            return file.read()
    except OSError:
        return ""
