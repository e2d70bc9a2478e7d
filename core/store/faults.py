"""Which plugins are broken on which host: told once, by an event, and forgotten when they work again."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gaung.core.store import events
from gaung.core.store.tables import plugin_faults
from gaung.core.store.types import db_now

_KEYS = ("host", "plugin", "package")


class Broken(Protocol):
    """What is told of a broken plugin (`gaung.core.plugin_loading.PluginInfo` has it)."""

    @property
    def name(self) -> str: ...
    @property
    def package(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def reason(self) -> str: ...


def report(conn: Connection, host: str, broken: Sequence[Broken]) -> int:
    """Keep what is broken on `host` now; `plugin.broken` for each that is new or broken in another way. Answers how many were told."""
    known = {(row.plugin, row.package): row for row in conn.execute(select(plugin_faults).where(plugin_faults.c.host == host))}
    told = 0
    for plugin in broken:
        row = known.pop((plugin.name, plugin.package), None)
        if row is None or (row.version, row.reason) != (plugin.version, plugin.reason):
            told += _keep(conn, host, plugin)
    if known:
        gone = [(plugin_faults.c.plugin == name) & (plugin_faults.c.package == package) for name, package in known]
        conn.execute(delete(plugin_faults).where(plugin_faults.c.host == host, or_(*gone)))
    return told


def _keep(conn: Connection, host: str, plugin: Broken) -> int:
    """One of several processes that start together tells it: the row is written by a statement that changes it or does nothing."""
    said = {"version": plugin.version, "reason": plugin.reason}
    new: dict[str, Any] = {"host": host, "plugin": plugin.name, "package": plugin.package, **said, "at": db_now()}
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    differs = or_(plugin_faults.c.version != plugin.version, plugin_faults.c.reason != plugin.reason)
    upsert = insert(plugin_faults).values(**new).on_conflict_do_update(index_elements=_KEYS, set_={**said, "at": db_now()}, where=differs)
    if conn.execute(upsert.returning(plugin_faults.c.plugin)).first() is None:
        return 0
    events.emit(conn, "plugin.broken", data={"plugin": plugin.name, "package": plugin.package, "host": host, **said})
    return 1


def known(conn: Connection) -> list[dict[str, Any]]:
    """What is broken on which host, as processes there last found it."""
    order = (plugin_faults.c.plugin, plugin_faults.c.host)
    return [dict(row) for row in conn.execute(select(plugin_faults).order_by(*order)).mappings()]
