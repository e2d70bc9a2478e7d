"""How looking for reshares stands: what is due, what waits, what rests and why, and how much of the day's requests is left."""

from typing import Any

from sqlalchemy import Integer, and_, cast, func, select
from sqlalchemy.engine import Connection

from gaung.core.services.context import Context
from gaung.core.services.sweeps import problems
from gaung.core.store import budgets, chores, pauses, switches
from gaung.core.store.ledger_tables import chores as table
from gaung.core.store.tables import accounts
from gaung.core.store.types import current, db_now

_COLUMNS = ("due", "running", "blocked", "later", "done", "resting")


def status(ctx: Context, *, platform: str | None = None) -> dict[str, Any]:
    """`{"looks":[{"platform","look","due","running","blocked","later","done","resting","next_at"}],"budgets":[...],"problems":[...]}`.

    `blocked`: due, but a pause, a switch or an account to be reconnected keeps it back; `resting`: never again by itself.
    Each budget: `{"platform","app","spent","limit","left","until"}`; `limit` None: no bound.
    """
    if platform is not None:
        ctx.manager.platform(platform)
    mine = [ctx.scope.clause(accounts.c.office), *([] if platform is None else [table.c.platform == platform])]
    with ctx.store.read() as conn:
        return {"looks": _looks(conn, mine), "budgets": _budgets(ctx, conn, platform), "problems": problems(conn, *mine)}


def _looks(conn: Connection, mine: list[Any]) -> list[dict[str, Any]]:
    allowed = chores.may(pauses.active(conn), switches.load(conn))
    free, now = table.c.lease.is_(None), table.c.due_at <= db_now()
    over = and_(free, table.c.due_at.is_(None))
    states = {
        "due": and_(free, now, allowed),
        "running": ~free,
        "blocked": and_(free, now, ~allowed),
        "later": and_(free, table.c.due_at > db_now()),
        "done": and_(over, table.c.error_kind.is_(None)),
        "resting": and_(over, table.c.error_kind.is_not(None)),
    }
    counts = [func.sum(cast(func.coalesce(states[name], False), Integer)).label(name) for name in _COLUMNS]
    query = select(table.c.platform, table.c.kind, *counts, func.min(table.c.due_at).label("next_at"))
    query = query.join(accounts, accounts.c.id == table.c.account_id).where(*mine).group_by(table.c.platform, table.c.kind)
    return [
        {"platform": row.platform, "look": row.kind, **{name: getattr(row, name) for name in _COLUMNS}, "next_at": row.next_at}
        for row in conn.execute(query.order_by(table.c.platform, table.c.kind))
    ]


def _budgets(ctx: Context, conn: Connection, platform: str | None) -> list[dict[str, Any]]:
    now = current(conn)
    spent = budgets.spent(conn, budgets.day_of(now))
    apps = (accounts.c.platform, accounts.c.app_scope)
    seen = (accounts.c.status != "removed", ctx.scope.clause(accounts.c.office))
    query = select(*apps, func.min(accounts.c.office).label("office")).where(*seen).group_by(*apps).order_by(*apps)
    found = []
    for row in conn.execute(query):
        if row.platform not in ctx.manager.platforms() or platform not in (None, row.platform):
            continue
        limit = ctx.platform_settings(row.platform, row.office).get("sweep_requests")
        used = spent.get(f"app:{row.platform}:{row.app_scope}", 0)
        left = None if limit is None else max(0, int(limit) - used)
        found.append(
            {"platform": row.platform, "app": row.app_scope, "spent": used, "limit": limit, "left": left, "until": budgets.next_day(now)}
        )
    return found
