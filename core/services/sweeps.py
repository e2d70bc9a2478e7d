"""Looking for reshares by hand: what waits for its time is looked at now, by the workers that run or, if none does, here."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.engine import Connection

from gaung.core.engine.presence import alive
from gaung.core.services.context import Context
from gaung.core.services.posts import require_post
from gaung.core.store import chores, pauses, schedule, switches
from gaung.core.store.ledger_tables import chores as table
from gaung.core.store.ledger_tables import claims, notices
from gaung.core.store.lists import among
from gaung.core.store.tables import accounts, deliveries, publications
from gaung.core.store.tables import events as event_table
from gaung.core.store.types import current, db_now

KINDS = ("sweep", "scan", "verify", "notice")
_EVERY = 0.5
Progress = Callable[[str, int, int], None]
"""What goes on, how many looks are done, of how many."""


@dataclass(frozen=True, slots=True)
class _Brought:
    """What was made due: chores by kind, since when, and where the event log stood."""

    ids: list[int] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    since: datetime | None = None
    last_event: int = 0


class _DryRun(Exception):
    """Ends a transaction that was only tried."""


def sweep(
    ctx: Context,
    *,
    post: int | None = None,
    platform: str | None = None,
    dry_run: bool = False,
    wait: bool = True,
    progress: Progress | None = None,
    status: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Look now for what is looked for: publications still looked after (or of one post, however old), registered accounts, open claims.

    Answers `{"post","platform","dry_run","by","looks":{kind: N},"done","failed","waiting","left","seen","matched","unmatched","problems"}`;
    `by`: workers, here, or nobody yet; `waiting`: a pause, a switch or an account to be reconnected keeps it back; `left`: still to come.
    """
    if platform is not None:
        ctx.manager.platform(platform)
    brought = _Brought()
    try:
        with ctx.store.write() as conn:
            brought = _bring(ctx, conn, post, platform)
            if dry_run:
                raise _DryRun
    except _DryRun:
        return _answer(ctx, post, platform, brought, by="nobody", dry_run=True)
    by = "workers" if _served(ctx) else "here" if wait else "nobody"
    if by == "here":
        status("Nothing runs that would look, so this command does. `gaung run` looks by itself.")
    if wait and brought.ids:
        _follow(ctx, brought, by, progress)
    return _answer(ctx, post, platform, brought, by=by)


def _bring(ctx: Context, conn: Connection, post: int | None, platform: str | None) -> _Brought:
    if post is not None:
        require_post(conn, post)
    wanted = [name for name in ctx.manager.platforms() if platform in (None, name)]
    able = {name: ctx.manager.platform(name).capabilities for name in wanted}
    hours = ctx.settings.endorsement.sweep_hours
    sweeping = [name for name, can in able.items() if can.finds_reshares]
    schedule.plan_sweeps(conn, sweeping, hours, within=schedule.window(hours), post=post)
    schedule.plan_scans(conn, [name for name, can in able.items() if can.scans_members])
    which = and_(ctx.scope.clause(accounts.c.office), table.c.platform.in_(wanted), _subjects(post, schedule.window(hours)))
    rows = conn.execute(select(table.c.id, table.c.kind).join(accounts, accounts.c.id == table.c.account_id).where(which)).all()
    moment, last = current(conn), conn.execute(select(func.max(event_table.c.id))).scalar() or 0
    chores.bring(conn, [row.id for row in rows])
    return _Brought([row.id for row in rows], Counter(row.kind for row in rows), moment, last)


def _subjects(post: int | None, window: float) -> ColumnElement[bool]:
    """Which chores: with a post those of its publications and claims, and scans of platforms where it is still looked after."""
    there = select(publications.c.id).join(deliveries, deliveries.c.id == publications.c.delivery_id)
    there = there.where(publications.c.deleted_at.is_(None))
    recent = publications.c.published_at > db_now(-window)
    waiting = select(claims.c.id).where(claims.c.state == "waiting")
    if post is None:
        pushed = select(notices.c.id).where(notices.c.done_at.is_(None))
        return or_(
            and_(table.c.kind == "sweep", table.c.subject.in_(there.where(recent))),
            table.c.kind == "scan",
            and_(table.c.kind == "verify", table.c.subject.in_(waiting)),
            and_(table.c.kind == "notice", table.c.subject.in_(pushed)),
        )
    of_it = deliveries.c.post_id == post
    where = there.with_only_columns(deliveries.c.platform).where(of_it, recent)
    return or_(
        and_(table.c.kind == "sweep", table.c.subject.in_(there.where(of_it))),
        and_(table.c.kind == "scan", table.c.platform.in_(where)),
        and_(table.c.kind == "verify", table.c.subject.in_(waiting.where(claims.c.post_id == post))),
    )


def _served(ctx: Context) -> bool:
    with ctx.store.read() as conn:
        return bool(alive(conn, "dispatcher") and alive(conn, "worker"))


def _follow(ctx: Context, brought: _Brought, by: str, progress: Progress | None) -> None:
    def left() -> int:
        with ctx.store.read() as conn:
            number = chores.busy(conn, only=brought.ids)
        if progress is not None:
            progress("Looking", len(brought.ids) - number, len(brought.ids))
        return number

    if by == "here":
        from gaung.core.engine.here import look_here

        look_here(ctx.settings, ctx.manager, brought.ids, left)
        return
    while left() and _served(ctx):
        time.sleep(_EVERY)


def _answer(ctx: Context, post: int | None, platform: str | None, brought: _Brought, *, by: str, dry_run: bool = False) -> dict[str, Any]:
    looks = {kind: brought.kinds[kind] for kind in KINDS}
    told: dict[str, Any] = {"post": post, "platform": platform, "dry_run": dry_run, "by": by, "looks": looks}
    if dry_run:
        return told
    with ctx.store.read() as conn:
        allowed = chores.may(pauses.active(conn), switches.load(conn))
        mine = among(conn, table.c.id, brought.ids)
        due = or_(table.c.lease.is_not(None), and_(table.c.due_at.is_not(None), table.c.due_at <= db_now()))
        counts = {
            "done": _count(conn, mine, ~due, table.c.error_kind.is_(None)),
            "failed": _count(conn, mine, ~due, table.c.error_kind.is_not(None)),
            "waiting": _count(conn, mine, due, table.c.lease.is_(None), ~allowed),
            "left": _count(conn, mine, due, or_(table.c.lease.is_not(None), allowed)),
        }
        return told | counts | _seen(conn, brought) | {"problems": problems(conn, mine, ~due)}


def _count(conn: Connection, *conditions: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(table).join(accounts, accounts.c.id == table.c.account_id)
    return conn.execute(query.where(*(func.coalesce(one, False) for one in conditions))).scalar_one()


def _seen(conn: Connection, brought: _Brought) -> dict[str, int]:
    """What was told of looks since; the log is read from where it stood."""
    done = select(event_table.c.data).where(event_table.c.id > brought.last_event, event_table.c.event == "sweep.done")
    found: Counter[str] = Counter()
    for data in conn.execute(done).scalars():
        found.update({key: data.get(key, 0) for key in ("seen", "matched", "unmatched")})
    return {key: found[key] for key in ("seen", "matched", "unmatched")}


def problems(conn: Connection, *conditions: ColumnElement[bool]) -> list[dict[str, Any]]:
    """`[{"platform","office","look","kind","code","message","number","rests"}]`: what keeps looks back, the same thing once an office."""
    said = (table.c.error_kind, table.c.error_code, table.c.error_message)
    rests = table.c.due_at.is_(None) & table.c.lease.is_(None)
    columns = (table.c.platform, accounts.c.office, table.c.kind, *said, rests.label("rests"))
    query = select(*columns, func.count().label("number")).select_from(table).join(accounts, accounts.c.id == table.c.account_id)
    rows = conn.execute(query.where(table.c.error_kind.is_not(None), *conditions).group_by(*columns).order_by(*columns))
    return [
        {
            "platform": row.platform, "office": row.office, "look": row.kind, "kind": row.error_kind, "code": row.error_code,
            "message": row.error_message, "number": row.number, "rests": bool(row.rests),
        }
        for row in rows
    ]  # fmt: skip
