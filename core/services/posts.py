"""Posts: listed, shown, followed, cancelled, moved, tried again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, case, exists, func, or_, select, update
from sqlalchemy.engine import Connection

from gaung.core.clock import now
from gaung.core.errors import UserError
from gaung.core.ledger.cells import recount
from gaung.core.services.context import Context
from gaung.core.services.deliveries import ids
from gaung.core.store import events
from gaung.core.store.tables import accounts, attempts, deliveries, posts
from gaung.core.store.types import day_of, db_now

_NOT_STARTED = ("scheduled", "queued", "held")
_ANEW: dict[str, Any] = {
    "reason": None, "lease": None, "lease_until": None, "mutation_at": None, "unknown_since": None, "looks": 0, "failures": 0,
    "checkpoints": {}, "external_id": None, "url": None, "error_kind": None, "error_code": None, "error_message": None,
}  # fmt: skip


def require_post(conn: Connection, post: int) -> Row[Any]:
    """The row of a post. Raises UserError when there is none."""
    row = conn.execute(select(posts).where(posts.c.id == post)).first()
    if row is None:
        raise UserError(f"There is no post {post}.", "See: gaung post list")
    return row


def _visible(ctx: Context, conn: Connection, post: int) -> Row[Any]:
    row = require_post(conn, post)
    here = (deliveries.c.post_id == post, ctx.scope.clause(deliveries.c.office))
    if ctx.scope.office is not None and conn.execute(select(deliveries.c.id).where(*here).limit(1)).first() is None:
        raise UserError(f"There is no post {post}.", "See: gaung post list")
    return row


def list_posts(ctx: Context, *, limit: int | None = None) -> list[dict[str, Any]]:
    """`[{"id","title","purpose","origin","at","deadline","deliveries","states":{...},"by"}]`, latest first."""
    counted = select(deliveries.c.post_id, deliveries.c.state, func.count()).where(ctx.scope.clause(deliveries.c.office))
    query = select(posts).order_by(posts.c.at.desc(), posts.c.id.desc())
    if ctx.scope.office is not None:
        query = query.where(exists().where(deliveries.c.post_id == posts.c.id, ctx.scope.clause(deliveries.c.office)))
    with ctx.store.read() as conn:
        rows = conn.execute(query.limit(limit)).all()
        wanted = counted if limit is None else counted.where(deliveries.c.post_id.in_([row.id for row in rows]))
        states: dict[int, dict[str, int]] = {}
        for post, state, number in conn.execute(wanted.group_by(deliveries.c.post_id, deliveries.c.state)):
            states.setdefault(post, {})[state] = number
    return [_shown(row, states.get(row.id, {})) for row in rows]


def _shown(row: Row[Any], states: dict[str, int]) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "purpose": row.purpose,
        "origin": row.origin,
        "at": row.at,
        "deadline": row.deadline_at,
        "deliveries": sum(states.values()),
        "states": dict(sorted(states.items())),
        "by": row.created_by,
        "cancelled_at": row.cancelled_at,
    }


def show_post(ctx: Context, post: int) -> dict[str, Any]:
    """As in the list, and `document`: the post as it was written."""
    with ctx.store.read() as conn:
        row = _visible(ctx, conn, post)
        here = (deliveries.c.post_id == post, ctx.scope.clause(deliveries.c.office))
        counted = select(deliveries.c.state, func.count()).where(*here).group_by(deliveries.c.state)
        states: dict[str, int] = dict(conn.execute(counted).all())
    return {**_shown(row, states), "document": row.document}


def progress(ctx: Context, post: int) -> dict[str, Any]:
    """`{"id","title","at","states":{platform: {state: N}},"moving":N,"engine_runs"}`; `moving` 0: everything rests."""
    here = (deliveries.c.post_id == post, ctx.scope.clause(deliveries.c.office))
    stuck = exists().where(accounts.c.id == deliveries.c.account_id, accounts.c.status != "active")
    moving = or_(
        deliveries.c.state.in_(("queued", "publishing", "processing")),
        and_(deliveries.c.state == "scheduled", ~stuck),
        and_(deliveries.c.state == "held", deliveries.c.reason == "paused"),
        and_(deliveries.c.state == "unconfirmed", deliveries.c.due_at.is_not(None), ~stuck),
    )
    query = select(deliveries.c.platform, deliveries.c.state, func.count(), func.sum(case((moving, 1), else_=0))).where(*here)
    with ctx.store.read() as conn:
        row = _visible(ctx, conn, post)
        found = conn.execute(query.group_by(deliveries.c.platform, deliveries.c.state)).all()
        runs = engine_runs(conn)
    states: dict[str, dict[str, int]] = {}
    for platform, state, number, _ in found:
        states.setdefault(platform, {})[state] = number
    moves = sum(int(line[3] or 0) for line in found)
    return {"id": post, "title": row.title, "at": row.at, "states": states, "moving": moves, "engine_runs": runs}


def engine_runs(conn: Connection) -> bool:
    """Whether a dispatcher or a worker was seen lately, on any machine."""
    from gaung.core.engine.presence import alive

    return bool(alive(conn))


def cancel(ctx: Context, post: int) -> dict[str, Any]:
    """Cancel what nobody can have seen, at once; what may be out already is told as it is, and is never tried anew.

    Answers `{"id","cancelled":N,"left":[{"delivery","state"}]}`; `left` are those whose call that publishes has begun.
    """
    with ctx.store.write() as conn:
        _visible(ctx, conn, post)
        rows = _open(ctx, conn, post)
        stop = [row for row in rows if row.state in _NOT_STARTED or (row.state in ("publishing", "processing") and row.mutation_at is None)]
        stopped = {row.id for row in stop}
        begun = [row for row in rows if row.id not in stopped]
        values = {"state": "cancelled", "reason": "cancelled", "due_at": None, "lease": None, "lease_until": None}
        _update(conn, stop, **values)
        _update(conn, begun, deadline_at=case((deliveries.c.deadline_at < db_now(), deliveries.c.deadline_at), else_=db_now()))
        _end_attempts(conn, post)
        if stop:
            conn.execute(update(posts).where(posts.c.id == post).values(cancelled_at=func.coalesce(posts.c.cancelled_at, db_now())))
            events.emit(conn, "post.cancelled", post=post, office=ctx.scope.office, data={"cancelled": len(stop)})
            events.emit_many(conn, "delivery.cancelled", [ids(row) | {"data": {"was": row.state}} for row in stop])
    return {"id": post, "cancelled": len(stop), "left": [{"delivery": row.id, "state": row.state} for row in begun]}


def _end_attempts(conn: Connection, post: int) -> None:
    stopped = select(deliveries.c.id).where(deliveries.c.post_id == post, deliveries.c.state == "cancelled")
    left_open = (attempts.c.delivery_id.in_(stopped), attempts.c.ended_at.is_(None))
    conn.execute(update(attempts).where(*left_open).values(ended_at=db_now(), outcome="cancelled"))


def _open(ctx: Context, conn: Connection, post: int) -> Sequence[Row[Any]]:
    states = (*_NOT_STARTED, "publishing", "processing", "unconfirmed")
    where = (deliveries.c.post_id == post, ctx.scope.clause(deliveries.c.office), deliveries.c.state.in_(states))
    return conn.execute(select(deliveries).where(*where).order_by(deliveries.c.id).with_for_update()).all()


def _update(conn: Connection, rows: Sequence[Row[Any]], **values: Any) -> None:
    for start in range(0, len(rows), 1000):
        chunk = [row.id for row in rows[start : start + 1000]]
        conn.execute(update(deliveries).where(deliveries.c.id.in_(chunk)).values(updated_at=db_now(), **values))


def reschedule(ctx: Context, post: int, *, at: datetime, deadline: datetime | None) -> dict[str, Any]:
    """Move what has not begun. Without a deadline the distance between time and deadline stays.

    Answers `{"id","at","deadline","moved":N}`. Raises UserError when nothing can be moved.
    """
    ctx.scope.require_all("Moving a post")
    with ctx.store.write() as conn:
        row = _visible(ctx, conn, post)
        until = deadline or at + (row.deadline_at - row.at)
        _check_times(at, until)
        rows = [one for one in _open(ctx, conn, post) if one.state in _NOT_STARTED]
        if not rows:
            raise UserError(f"Nothing of post {post} can be moved: all its deliveries have begun or ended.", f"See: gaung post show {post}")
        waiting = [one for one in rows if one.state != "held"]
        _update(conn, rows, at=at, deadline_at=until)
        _update(conn, waiting, state="scheduled", reason=None, failures=0, due_at=at, lease=None, lease_until=None)
        called_back = [ids(one) | {"data": {"reason": "rescheduled"}} for one in waiting if one.state == "queued"]
        events.emit_many(conn, "delivery.released", called_back)
        conn.execute(update(posts).where(posts.c.id == post).values(at=at, day=day_of(at), deadline_at=until))
        if day_of(at) != row.day:
            recount(conn, [post])  # what is out already may have been echoed, by members who are not in term on the new day
        events.emit(
            conn, "post.rescheduled", post=post, data={"at": at.isoformat(), "deadline": until.isoformat(), "deliveries": len(rows)}
        )
    return {"id": post, "at": at, "deadline": until, "moved": len(rows)}


def _check_times(at: datetime, deadline: datetime) -> None:
    if at < now() - timedelta(minutes=1):
        raise UserError(f"The time {at.isoformat()} has passed.", "Give a later one, or `now`.")
    if deadline <= at:
        raise UserError(f"The deadline {deadline.isoformat()} is not after the time {at.isoformat()}.", "Give a later --deadline.")


def retry(ctx: Context, post: int, *, deadline: datetime | None) -> dict[str, Any]:
    """Try the failed deliveries anew, and with a new deadline the missed ones, too. Never what is published or unconfirmed.

    Answers `{"id","retried":N,"deadline"}`. Raises UserError when there is nothing to try, or the deadline has passed.
    """
    with ctx.store.write() as conn:
        row = _visible(ctx, conn, post)
        until = deadline or row.deadline_at
        if until <= now():
            raise UserError(f"The deadline of post {post} has passed ({until.isoformat()}).", "Give a new one: --deadline 2026-11-25T21:30")
        states = ("failed", "missed") if deadline else ("failed",)
        where = (deliveries.c.post_id == post, ctx.scope.clause(deliveries.c.office), deliveries.c.state.in_(states))
        usable = exists().where(accounts.c.id == deliveries.c.account_id, accounts.c.status != "removed")
        query = select(deliveries).where(*where, usable, deliveries.c.content_id.is_not(None)).with_for_update(of=deliveries)
        rows = conn.execute(query).all()
        if not rows:
            raise UserError(f"Nothing of post {post} is {' or '.join(states)}.", f"See: gaung post show {post}")
        due = case((deliveries.c.at > db_now(), deliveries.c.at), else_=db_now())
        _update(conn, rows, state="scheduled", due_at=due, deadline_at=until, **_ANEW)
        told = [ids(one) | {"data": {"reason": "by_hand", "was": one.state, "deadline": until.isoformat()}} for one in rows]
        events.emit_many(conn, "delivery.retrying", told)
    return {"id": post, "retried": len(rows), "deadline": until}
