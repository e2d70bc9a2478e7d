"""The numbers of accounts and publications: asked for at once, and the newest ones shown."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.engine import Connection

from gaung.core.clock import now
from gaung.core.engine.handlers.measure import ASKED, REFUSED
from gaung.core.engine.presence import alive
from gaung.core.services.context import Context
from gaung.core.services.posts import require_post
from gaung.core.store import chores, events, measures, schedule
from gaung.core.store.ledger_tables import chores as chore_table
from gaung.core.store.lists import among
from gaung.core.store.measure_tables import measures as table
from gaung.core.store.tables import accounts as account_table
from gaung.core.store.types import current

_EVERY = 0.5
_MOST = 10_000
"""Refusals that are shown; many more than there are accounts."""


def measure_now(ctx: Context, *, accounts: bool, publications: bool, tell: Callable[[str], None]) -> dict[str, Any]:
    """Ask for numbers now, by the workers that run or, if none does, here; within the same budgets and pauses as always.

    Answers `{"by","accounts","measures","unavailable","waiting","problems":[{"office","platform","handle","code","message"}]}`: accounts
    asked about, numbers told, numbers that the platforms do not give, accounts that a pause, a switch or a missing token keeps back, and
    what platforms refused.
    """
    questions = [name for name, wanted in (("account", accounts), ("publications", publications)) if wanted]
    with ctx.store.write() as conn:
        since, begun = current(conn), events.end(conn)
        ids = _bring(ctx, conn, questions, since.isoformat())
    with ctx.store.read() as conn:
        by = "workers" if alive(conn, "dispatcher") and alive(conn, "worker") else "here"
    if by == "here":
        tell("Nothing runs that would ask, so this command does. `gaung run` asks by itself.")
    _follow(ctx, ids, by)
    return {"by": by, **_told(ctx, ids, since, begun)}


def _bring(ctx: Context, conn: Connection, questions: list[str], since: str) -> list[int]:
    measuring = [name for name, platform in ctx.manager.platforms().items() if platform.metrics]
    schedule.plan_measures(conn, measuring)
    mine = (chore_table.c.kind == "measure", chore_table.c.platform.in_(measuring), ctx.scope.clause(account_table.c.office))
    query = select(chore_table.c.id, chore_table.c.state).join(account_table, account_table.c.id == chore_table.c.account_id).where(*mine)
    rows = conn.execute(query).all()
    for row in rows:
        state = {**row.state, ASKED: {**row.state.get(ASKED, {}), **dict.fromkeys(questions, since)}, REFUSED: {}}
        conn.execute(update(chore_table).where(chore_table.c.id == row.id, chore_table.c.lease.is_(None)).values(state=state))
    chores.bring(conn, [row.id for row in rows])
    return [row.id for row in rows]


def _follow(ctx: Context, ids: list[int], by: str) -> None:
    def left() -> int:
        with ctx.store.read() as conn:
            return chores.busy(conn, only=ids)

    if by == "here":
        from gaung.core.engine.here import look_here

        look_here(ctx.settings, ctx.manager, ids, left)
        return
    while left():
        time.sleep(_EVERY)


def _told(ctx: Context, ids: list[int], since: datetime, begun: events.Position) -> dict[str, Any]:
    with ctx.store.read() as conn:
        taken = (table.c.taken_at >= since, ctx.scope.clause(table.c.office), table.c.source == measures.API)
        known, every = conn.execute(select(func.count(table.c.value), func.count()).where(*taken)).one()
        whose = chore_table.join(account_table, account_table.c.id == chore_table.c.account_id)
        query = select(chore_table, account_table.c.office, account_table.c.handle).select_from(whose)
        rows = conn.execute(query.where(among(conn, chore_table.c.id, ids)).order_by(account_table.c.office, chore_table.c.platform)).all()
        refusals = [event for _, event in events.read_from(conn, begun, _MOST, event="sweep.failed") if event.data["source"] == "measure"]
    refused = {(event.account, event.data["error"]["code"], event.data["error"]["message"]) for event in refusals}
    failed = {(row.account_id, row.error_code, row.error_message) for row in rows if row.error_kind}
    return {
        "accounts": len(ids),
        "measures": known,
        "unavailable": every - known,
        "waiting": sum(1 for row in rows if row.due_at is not None and row.due_at <= now()),
        "problems": [
            {"office": row.office, "platform": row.platform, "handle": row.handle, "code": code, "message": words}
            for row in rows
            for account, code, words in sorted(refused | failed)
            if account == row.account_id
        ],
    }


def newest(ctx: Context, *, office: str | None = None, platform: str | None = None, post: int | None = None) -> list[dict[str, Any]]:
    """`[{"office","platform","handle","publication","name","value","as_of","exact","definition","source","why"}]`.

    `value` null: not available, and `why` says so. Raises UserError when there is no such post.
    """
    wanted = [ctx.scope.clause(table.c.office), table.c.publication == 0 if post is None else table.c.post_id == post]
    wanted += [column == value for column, value in ((table.c.office, office), (table.c.platform, platform)) if value is not None]
    with ctx.store.read() as conn:
        if post is not None:
            require_post(conn, post)
        found = measures.at(conn, now(), and_(*wanted))
    latest = measures.by_publication(found)
    rows = [
        {
            "office": subject[0],
            "platform": subject[1],
            "handle": subject[2],
            "publication": subject[3] or None,
            "name": name,
            "value": figure.value,
            "as_of": figure.as_of,
            "exact": figure.exact,
            "definition": figure.definition,
            "source": figure.source,
            "why": figure.why,
        }
        for subject, figures in found.items()
        for name, figure in figures.items()
        if not subject[3] or latest[subject[3]][name] is figure  # under another handle of its account it has an older one
    ]
    return sorted(rows, key=lambda row: (row["office"], row["platform"], row["handle"], row["publication"] or 0, row["name"]))
