"""Settings of a plugin that an office made for itself; secrets are sealed."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from gaung.core.store import events
from gaung.core.store.tables import plugin_settings
from gaung.core.store.types import db_now

Rows = dict[tuple[str, str], dict[str, Any]]
"""(plugin, office) -> setting's name -> its row."""


def load(conn: Connection, *, plugin: str | None = None, office: str | None = None) -> Rows:
    """What offices have set."""
    query = select(plugin_settings)
    if plugin is not None:
        query = query.where(plugin_settings.c.plugin == plugin)
    if office is not None:
        query = query.where(plugin_settings.c.office == office)
    found: Rows = {}
    for row in conn.execute(query):
        found.setdefault((row.plugin, row.office), {})[row.name] = row
    return found


def put(conn: Connection, plugin: str, office: str, name: str, *, value: Any = None, sealed: str | None = None) -> None:
    """Set one: `value` as JSON, or a `sealed` secret."""
    said = {"value": value, "sealed": sealed, "actor": conn.info[events.ACTOR], "at": db_now()}
    same = (plugin_settings.c.plugin == plugin, plugin_settings.c.office == office, plugin_settings.c.name == name)
    if conn.execute(update(plugin_settings).where(*same).values(**said)).rowcount == 0:
        conn.execute(insert(plugin_settings).values(plugin=plugin, office=office, name=name, **said))


def reseal(conn: Connection, anew: Callable[[str], str]) -> int:
    """Seal every secret `anew`; answers how many there are."""
    rows = conn.execute(select(plugin_settings).where(plugin_settings.c.sealed.is_not(None)).with_for_update()).all()
    for row in rows:
        same = (plugin_settings.c.plugin == row.plugin, plugin_settings.c.office == row.office, plugin_settings.c.name == row.name)
        conn.execute(update(plugin_settings).where(*same).values(sealed=anew(row.sealed)))
    return len(rows)


def drop(conn: Connection, plugin: str, office: str, names: Collection[str]) -> int:
    """Take settings away; answers how many were there."""
    same = (plugin_settings.c.plugin == plugin, plugin_settings.c.office == office, plugin_settings.c.name.in_(names))
    return conn.execute(delete(plugin_settings).where(*same)).rowcount
