"""Plugins as `plugin list` shows them."""

from typing import Any

from gaung.core.services.context import Context
from gaung.core.services.offices import require_office


def list_plugins(ctx: Context, *, office: str | None = None) -> list[dict[str, Any]]:
    """`[{"name","package","version","status","hooks","reason"}]` of every plugin found."""
    if office is not None:
        with ctx.store.read() as conn:
            require_office(conn, office)
        ctx.scope.require(office)
    keys = ("name", "package", "version", "status", "hooks", "reason")
    return [{key: getattr(info, key) for key in keys} | {"hooks": list(info.hooks)} for info in ctx.manager.plugins()]
