"""The platforms that are installed, found as core finds them, each on its own: one that does not import breaks only itself."""

import functools
from importlib.metadata import entry_points

from gaung.core.records import Platform


@functools.cache
def installed() -> tuple[dict[str, Platform], dict[str, str]]:
    """Platform records by name, and why each other plugin could not be had."""
    records: dict[str, Platform] = {}
    broken: dict[str, str] = {}
    for entry in entry_points(group="gaung"):
        try:
            plugin = entry.load()
            if hasattr(plugin, "gaung_platform"):
                records[entry.name] = plugin.gaung_platform()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one plugin must not stop the tests of another
            broken[entry.name] = f"{type(error).__name__}: {error}"
    return records, broken
