"""Plugins as `plugin list` shows them, and switching them on and off for offices."""

from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from gaung.core import grades
from gaung.core.clock import shown_time
from gaung.core.config import plugin_settings
from gaung.core.config.nearest import meant
from gaung.core.errors import NotSet, UserError
from gaung.core.plugin_loading import OWN_PACKAGE, PluginInfo, sources
from gaung.core.services.context import Context
from gaung.core.services.offices import require_office
from gaung.core.store import events, skips, switches
from gaung.core.store.switches import ALL, Switch, Switches
from gaung.core.store.tables import accounts, deliveries
from gaung.core.thirdparty import allowed_third_party

_KEYS = ("name", "package", "version", "status", "reason", "title")
_DEADLOCK = "40P01"
_TRIES = 3


def list_plugins(ctx: Context, *, office: str | None = None, verbose: bool = False) -> list[dict[str, Any]]:
    """Every plugin found: `[{"name","package","version","status":"enabled|disabled|broken","hooks","reason","title","import_seconds",
    "grade"}]`.

    With `office` (or `GAUNG_OFFICE`) as it has them: who switched what, and when. `verbose` adds `traceback` of the broken ones. `grade` is
    what `plugin verify` last said (`gold`, `silver`, `bronze`, `none`), null where it was not run.
    """
    office, found = _switches(ctx, office)
    rows, kept = [], grades.last(ctx.settings.home)
    for info in ctx.manager.plugins():
        row = {key: getattr(info, key) for key in _KEYS} | {"hooks": list(info.hooks), "import_seconds": round(info.seconds, 3)}
        row["grade"] = grades.shown(kept, info.name, info.package, info.version)
        if info.status == "enabled":
            row |= _applies(ctx, info, found, office)
            row["reason"] = "; ".join(part for part in (row["reason"], _at_rest(ctx, info)) if part)
        rows.append(row | ({"traceback": info.trace} if verbose else {}))
    return rows


def _switches(ctx: Context, office: str | None) -> tuple[str | None, Switches]:
    """The office that is meant, and all switches. Without an office the plugins are listed where there is no database, too."""
    try:
        if office is not None:
            with ctx.store.read() as conn:
                require_office(conn, office)
            ctx.scope.require(office)
        return office or ctx.scope.office, ctx.switchboard.switches
    except UserError:
        if office is not None:
            raise
        return None, Switches()


def _applies(ctx: Context, info: PluginInfo, found: Switches, office: str | None) -> dict[str, Any]:
    if office is None:
        row = found.rows.get((info.name, ALL))
        others = sorted(code for (name, code), one in found.rows.items() if name == info.name and code != ALL and one.enabled is _off(row))
        words = [_who(ctx, row)] if row and not row.enabled else []
        if others:
            words.append(f"{'enabled' if _off(row) else 'disabled'} for {', '.join(others)}")
        return {"status": "disabled" if _off(row) else "enabled", "reason": "; ".join(words)}
    row = found.of(info.name, office)
    return {"status": "disabled" if _off(row) else "enabled", "reason": _who(ctx, row) if row else "enabled by default"}


def _at_rest(ctx: Context, info: PluginInfo) -> str:
    """Why an observer hears nothing although it is enabled: a setting that it requires is given by nobody."""
    declared = ctx.manager.declared().get(info.name)
    if "gaung_event" not in info.hooks or declared is None:
        return ""
    try:
        plugin_settings(ctx.settings, declared)
    except NotSet as error:
        try:
            return "" if ctx.switchboard.set_up(declared) else f"at rest: {error.message.rstrip('.')}"
        except UserError:  # no database: the list is shown all the same
            return f"at rest: {error.message.rstrip('.')}"
    except UserError as error:
        return str(error)
    return ""


def _off(row: Switch | None) -> bool:
    return row is not None and not row.enabled


def _who(ctx: Context, row: Switch) -> str:
    where = "all offices" if row.office == ALL else row.office
    return f"{'enabled' if row.enabled else 'disabled'} for {where} by {row.actor} at {shown_time(row.at, ctx.settings.zone)}"


def switch(ctx: Context, plugin: str, *, office: str | None, enabled: bool) -> dict[str, Any]:
    """Switch a plugin on or off for an office (None: for all), at once and everywhere; open deliveries of its platform are skipped.

    Answers `{"plugin","office","status","changed","skipped":N,"followed":N}`: `followed` deliveries had begun and go to their end.
    """
    require_plugin(ctx, plugin)
    _may(ctx, plugin, office)
    for tries in range(_TRIES):
        try:
            answer = _switch(ctx, plugin, office, enabled)
            break
        except OperationalError as error:  # workers lock the same deliveries in another order
            if getattr(error.orig, "sqlstate", "") != _DEADLOCK or tries == _TRIES - 1:
                raise
    ctx.switchboard.forget()
    return answer


def _switch(ctx: Context, plugin: str, office: str | None, enabled: bool) -> dict[str, Any]:
    where = ALL if office is None else office
    with ctx.store.write() as conn:
        changed = switches.switch(conn, plugin, where, enabled=enabled)
        here = [deliveries.c.platform == plugin, *([] if office is None else [deliveries.c.office == office])]
        skipped = followed = 0
        if not enabled:
            off = switches.load(conn).clause()
            assert off is not None
            skipped = skips.skip(conn, off & here[0] & here[-1])
            going = select(deliveries.c.id).where(*here, deliveries.c.state.in_(("publishing", "processing", "unconfirmed")))
            followed = len(conn.execute(going).all())
        if changed:
            name = "plugin.enabled" if enabled else "plugin.disabled"
            events.emit(conn, name, office=office, platform=_platform(conn, plugin), data={"plugin": plugin, "skipped": skipped})
    status = "enabled" if enabled else "disabled"
    return {"plugin": plugin, "office": office, "status": status, "changed": changed, "skipped": skipped, "followed": followed}


def _platform(conn: Connection, plugin: str) -> str | None:
    """The plugin's name if it is a platform, found out without importing anybody's but Gaung's own: what accounts are on is one, too."""
    mine = (source for source in sources() if source.name == plugin and source.package == OWN_PACKAGE)
    own = any(hasattr(source.load(), "gaung_platform") for source in mine)
    return plugin if own or conn.execute(select(exists().where(accounts.c.platform == plugin))).scalar() else None


def require_plugin(ctx: Context, plugin: str) -> None:
    """Raise UserError for a name that no plugin has, and no account's platform either. Imports none."""
    known = ctx.plugin_names()
    if plugin in known:
        return
    with ctx.store.read() as conn:
        if conn.execute(select(exists().where(accounts.c.platform == plugin))).scalar():
            return
    raise UserError(f"Unknown plugin {plugin}.", meant(plugin, known))


def _may(ctx: Context, plugin: str, office: str | None) -> None:
    if office is None:
        ctx.scope.require_all(f"Switching {plugin} for all offices")
        return
    with ctx.store.read() as conn:
        require_office(conn, office)
    ctx.scope.require(office)


def left_out(ctx: Context) -> str:
    """A line for people where third-party plugins were left out; empty otherwise."""
    if allowed_third_party():
        return ""
    names = sorted(info.name for info in ctx.manager.plugins() if info.status == "disabled")
    return f"Third-party plugins are left out (GAUNG_NO_PLUGINS): {', '.join(names)}." if names else ""
