"""What offices have switched off and set for themselves, kept for a second: cheap enough to ask before every hook."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import Connection

from gaung.core.config import Settings, plugin_settings
from gaung.core.errors import NotSet, UserError
from gaung.core.records import Platform
from gaung.core.store import office_settings, switches
from gaung.core.store.db import gone
from gaung.core.store.switches import Switches

if TYPE_CHECKING:
    from gaung.core.plugin_loading import Declared
    from gaung.core.secrets import Box
    from gaung.core.store.db import Store

FRESH_SECONDS = 1.0


class Switchboard:
    """One process's view of the switches and of offices' own settings, at most `FRESH_SECONDS` old. Safe for several threads."""

    def __init__(self, settings: Settings, store: "Callable[[], Store]", box: "Callable[[], Box]") -> None:
        self._settings, self._store, self._box = settings, store, box
        self._lock = threading.RLock()
        self._switches = Switches()
        self._own: office_settings.Rows = {}
        self._merged: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._until = 0.0

    def fresh(self, conn: Connection) -> Switches:
        """The switches by this very transaction; no later answer of this board is older."""
        with self._lock:
            self._switches = switches.load(conn)
            return self._switches

    def forget(self) -> None:
        """Read anew at the next question."""
        self._until = 0.0

    @property
    def switches(self) -> Switches:
        """All switches."""
        self._renew()
        return self._switches

    def off(self, office: str) -> frozenset[str]:
        """Plugins that are off for an office."""
        return self.switches.off(office)

    def settings(self, plugin: "Platform | Declared", office: str | None) -> Mapping[str, Any]:
        """The plugin's settings for an office: its own over `plugins.P.*`; for None only those. Raises UserError for one that is wrong."""
        self._renew()
        with self._lock:
            own = self._own.get((plugin.name, office or ""), {})
            key = (plugin.name, office if own and office else "")
            if key not in self._merged:
                self._merged[key] = plugin_settings(self._settings, plugin, {name: self._value(row) for name, row in own.items()})
            return self._merged[key]

    def set_up(self, plugin: "Platform | Declared") -> bool:
        """Whether anybody, all or an office, has given what the plugin requires."""
        self._renew()
        with self._lock:
            offices = [office for name, office in self._own if name == plugin.name]
        return any(self._complete(plugin, office) for office in (None, *offices))

    def _complete(self, plugin: "Platform | Declared", office: str | None) -> bool:
        try:
            self.settings(plugin, office)
        except NotSet:
            return False
        except UserError:  # a mistake is told where the plugin is called
            return True
        return True

    def _value(self, row: Any) -> Any:
        return row.value if row.sealed is None else self._box().open(row.sealed)[row.name]

    def _renew(self) -> None:
        if time.monotonic() < self._until:
            return
        with self._lock:
            try:
                self._read()
            except Exception as error:
                if not (self._until and gone(error)):  # while the database is away, what was known last goes on
                    raise
            self._until = time.monotonic() + FRESH_SECONDS

    def _read(self) -> None:
        with self._store().read() as conn:
            self._switches = switches.load(conn)
            own = office_settings.load(conn)
        if own != self._own:
            self._own, self._merged = own, {key: kept for key, kept in self._merged.items() if not key[1]}
