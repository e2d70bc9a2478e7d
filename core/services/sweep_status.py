"""How looking for reshares stands: what is due, what waits, what rests and why, and how much of the day's requests is left."""

from typing import Any

from sqlalchemy import Integer, and_, cast, func, select
from sqlalchemy.engine import Connection

from gaung.core.metrics.quotas import of_requests
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
    until = budgets.next_day(current(conn))
    platforms = {name: known for name, known in ctx.manager.platforms().items() if platform in (None, name)}
    found = of_requests(conn, platforms, ctx.platform_settings, ctx.scope.clause(accounts.c.office), "sweep_requests")
    return [
        {"platform": one.platform, "app": one.app, "spent": one.spent, "limit": one.limit, "left": one.left, "until": until}
        for one in found
    ]
