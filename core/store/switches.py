"""Which plugins each office has switched off. An office without a row of its own goes by the row for all; without any, by `enabled`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlalchemy.engine import Connection

from gaung.core.store import events
from gaung.core.store.tables import deliveries, plugin_switches
from gaung.core.store.types import db_now

ALL = "*"
DISABLED = "plugin_disabled"


@dataclass(frozen=True, slots=True)
class Switch:
    """Who switched a plugin on or off for an office (or `ALL`), and when."""

    plugin: str
    office: str
    enabled: bool
    actor: str
    at: datetime


class Switches:
    """All switches as they were at one moment."""

    def __init__(self, rows: Iterable[Switch] = ()) -> None:
        self.rows: Mapping[tuple[str, str], Switch] = {(row.plugin, row.office): row for row in rows}
        self._everywhere = frozenset(plugin for (plugin, office), row in self.rows.items() if office == ALL and not row.enabled)
        own: defaultdict[str, dict[str, bool]] = defaultdict(dict)
        for (plugin, office), row in self.rows.items():
            own[office][plugin] = row.enabled
        self._own = {office: _off(self._everywhere, said) for office, said in own.items() if office != ALL}

    def of(self, plugin: str, office: str) -> Switch | None:
        """The row that decides; None: nobody ever switched it."""
        return self.rows.get((plugin, office)) or self.rows.get((plugin, ALL))

    def off(self, office: str) -> frozenset[str]:
        """Plugins that are off for an office."""
        return self._own.get(office, self._everywhere)

    def is_off(self, plugin: str, office: str) -> bool:
        """Whether a plugin is off for an office."""
        return plugin in self.off(office)

    def clause(self, of: Any = deliveries.c) -> ColumnElement[bool] | None:
        """A condition that is true where the platform is off for the office, None where nothing is; `of` has both columns."""
        parts = [self._condition(plugin, of) for plugin in sorted({plugin for (plugin, _), row in self.rows.items() if not row.enabled})]
        return or_(*parts) if parts else None

    def _condition(self, plugin: str, of: Any) -> ColumnElement[bool]:
        here = of.platform == plugin
        everywhere = plugin in self._everywhere
        own = [row for row in self.rows.values() if row.plugin == plugin and row.office != ALL]
        others = sorted(row.office for row in own if row.enabled is everywhere)
        if everywhere:
            return and_(here, of.office.not_in(others)) if others else here
        return and_(here, of.office.in_(others))


def _off(everywhere: frozenset[str], said: Mapping[str, bool]) -> frozenset[str]:
    kept = {plugin for plugin in everywhere if not said.get(plugin, False)}
    return frozenset(kept | {plugin for plugin, enabled in said.items() if not enabled})


def load(conn: Connection, *, hold: bool = False) -> Switches:
    """All switches now; with `hold` nobody changes them until this transaction ends."""
    query = select(plugin_switches)
    rows = conn.execute(query.with_for_update(read=True) if hold else query).all()
    return Switches(Switch(row.plugin, row.office, row.enabled, row.actor, row.at) for row in rows)


def switch(conn: Connection, plugin: str, office: str, *, enabled: bool) -> bool:
    """Switch a plugin for an office, or for `ALL`, which ends what offices had said before. Answers whether something changed."""
    before = load(conn)
    decides = before.of(plugin, office)
    others = office == ALL and any(row.enabled is not enabled for (name, _), row in before.rows.items() if name == plugin)
    if not others and (decides.enabled if decides else True) is enabled:
        return False
    if office == ALL:
        conn.execute(delete(plugin_switches).where(plugin_switches.c.plugin == plugin, plugin_switches.c.office != ALL))
    values = {"enabled": enabled, "actor": conn.info[events.ACTOR], "at": db_now()}
    same = (plugin_switches.c.plugin == plugin, plugin_switches.c.office == office)
    if conn.execute(update(plugin_switches).where(*same).values(**values)).rowcount == 0:
        conn.execute(insert(plugin_switches).values(plugin=plugin, office=office, **values))
    return True
