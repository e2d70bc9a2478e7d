"""An office's own settings of a plugin: shown, set, taken back; checked against what the plugin declares."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from gaung.core.clock import shown_time
from gaung.core.config import plugin_settings
from gaung.core.config.plugins import checked, require_declared
from gaung.core.errors import UserError
from gaung.core.plugin_loading import Declared
from gaung.core.records import Credentials, Platform
from gaung.core.redaction import HIDDEN, remember
from gaung.core.services import credentials as creds
from gaung.core.services.context import Context
from gaung.core.services.offices import require_office
from gaung.core.services.plugins import list_plugins, require_plugin
from gaung.core.store import events, office_settings
from gaung.core.store.tables import accounts
from gaung.core.store.types import db_now


def show(ctx: Context, plugin: str, *, office: str | None = None) -> dict[str, Any]:
    """As in the list, and `settings`: `[{"name","value","from":"default|settings|office|unset","note","kind","help"}]`.

    A secret's value is `***`.
    """
    require_plugin(ctx, plugin)
    rows = [row for row in list_plugins(ctx, office=office) if row["name"] == plugin]
    if not rows:
        raise UserError(f"The plugin {plugin} is not installed.", "See: gaung plugin list")
    shown: dict[str, Any] = {**rows[0], "office": office or ctx.scope.office}
    declared = ctx.manager.declared().get(plugin)
    return {**shown, "settings": _settings(ctx, declared, shown["office"]) if declared else []}


def _settings(ctx: Context, plugin: Platform | Declared, office: str | None) -> list[dict[str, Any]]:
    own: Mapping[str, Any] = {}
    if office is not None:
        with ctx.store.read() as conn:
            own = office_settings.load(conn, plugin=plugin.name, office=office).get((plugin.name, office), {})
    opened = {name: row.value if row.sealed is None else ctx.box.open(row.sealed)[name] for name, row in own.items()}
    values = plugin_settings(ctx.settings, plugin, opened, even_unset=True)
    lines = []
    for field in plugin.setting_fields:
        row, value = own.get(field.name), values[field.name]
        given = "settings" if field.name in ctx.settings.plugins.get(plugin.name, {}) else "default"
        source = "office" if row is not None else "unset" if value is None else given
        note = f"by {row.actor} at {shown_time(row.at, ctx.settings.zone)}" if row is not None else ""
        hidden = HIDDEN if field.kind == "secret" and value is not None else value
        lines.append({"name": field.name, "value": hidden, "from": source, "note": note, "kind": field.kind, "help": field.help})
    declared = {field.name for field in plugin.setting_fields}
    gone = {"value": HIDDEN, "from": "office", "note": "no longer declared; take it back with `unset`", "kind": "", "help": ""}
    return lines + [{"name": name, **gone} for name in own if name not in declared]


def put(ctx: Context, plugin: str, values: Mapping[str, str], *, office: str) -> dict[str, Any]:
    """Set an office's own settings. Answers as `show`. Raises UserError naming the first that is wrong; then nothing is changed."""
    declared = _declared(ctx, plugin, office)
    clean = {name: checked(ctx.settings, declared, name, value) for name, value in values.items()}
    with ctx.store.write() as conn:
        for name, value in clean.items():
            if require_declared(declared, name).kind == "secret":
                remember([value])
                office_settings.put(conn, plugin, office, name, sealed=ctx.box.seal({name: value}))
            else:
                office_settings.put(conn, plugin, office, name, value=value)
        _told(ctx, conn, declared, office, list(clean))
    ctx.switchboard.forget()
    return show(ctx, plugin, office=office)


def take_back(ctx: Context, plugin: str, names: Sequence[str], *, office: str) -> dict[str, Any]:
    """Take an office's own settings back, so that those of gaung.toml hold again. Answers as `show`."""
    declared = _declared(ctx, plugin, office)
    with ctx.store.write() as conn:
        own = office_settings.load(conn, plugin=plugin, office=office).get((plugin, office), {})
        for name in names:
            if name not in own:
                require_declared(declared, name)
                raise UserError(f"Office {office} has set no {name} of {plugin}.", f"See: gaung plugin show {plugin} --office {office}")
        office_settings.drop(conn, plugin, office, names)
        _told(ctx, conn, declared, office, list(names))
    ctx.switchboard.forget()
    return show(ctx, plugin, office=office)


def _declared(ctx: Context, plugin: str, office: str) -> Platform | Declared:
    require_plugin(ctx, plugin)
    with ctx.store.read() as conn:
        require_office(conn, office)
    ctx.scope.require(office)
    found = ctx.manager.declared().get(plugin) or ctx.manager.platform(plugin)
    if isinstance(found, Declared) and not found.setting_fields:
        raise UserError(f"{plugin} declares no settings.", f"See: gaung plugin show {plugin}")
    return found


def _told(ctx: Context, conn: Connection, plugin: Platform | Declared, office: str, names: Sequence[str]) -> None:
    """Write the event; where the app's id is a setting, the office's accounts are rate limited with their own app from now on."""
    platform = plugin if isinstance(plugin, Platform) else None
    data = {"plugin": plugin.name, "keys": ", ".join(names)}
    events.emit(conn, "plugin.configured", office=office, platform=platform.name if platform else None, data=data)
    if platform is None:
        return
    kind, _, key = platform.app_key.partition(".")
    if kind != "settings" or key not in names:
        return
    rows = office_settings.load(conn, plugin=platform.name, office=office).get((platform.name, office), {})
    own = {name: row.value for name, row in rows.items() if row.sealed is None}
    scope = creds.app_scope(platform, plugin_settings(ctx.settings, platform, own), Credentials({}))
    here = (accounts.c.platform == platform.name, accounts.c.office == office)
    if conn.execute(select(accounts.c.id).where(*here).limit(1)).first():
        conn.execute(update(accounts).where(*here).values(app_scope=scope, updated_at=db_now()))
