"""Drives: members are called to echo a post by a deadline, spread over windows and captions; how far it got, and who lags."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.engine import Connection

from gaung.core.clock import now
from gaung.core.config.nearest import meant
from gaung.core.errors import UserError
from gaung.core.ledger import calling, covering
from gaung.core.ledger.calling import Call
from gaung.core.ledger.covering import Where
from gaung.core.services.areas import require_area
from gaung.core.services.context import Context
from gaung.core.services.coverage_rows import AREAS, names
from gaung.core.services.posts import require_post
from gaung.core.store import events
from gaung.core.store.ledger_tables import GRADES, drives
from gaung.core.store.registry_tables import BODIES, LEVELS
from gaung.core.store.tables import deliveries, posts, publications
from gaung.core.store.types import db_now

BY = (*AREAS, "body")
LASTS = timedelta(hours=24)
SHORTEST = timedelta(minutes=1)
LONGEST_CAPTION = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a new drive is to be. Empty `bodies` and `areas`: all in sight. `target` in percent of the members called."""

    post: int
    title: str = ""
    bodies: Sequence[str] = ()
    areas: Sequence[str] = ()
    opens: datetime | None = None
    deadline: datetime | None = None
    windows: int = 4
    captions: Sequence[str] = field(default=(), repr=False)
    target: int = 60


def open_drive(ctx: Context, plan: Plan) -> dict[str, Any]:
    """Call members to echo a post. Answers the drive as listed, with `members`, the number called, and `warnings`.

    Raises `UserError` for a post that nobody can echo (none of its publications is there), and for whatever does not fit.
    """
    opens = plan.opens or now()
    deadline = plan.deadline or opens + LASTS
    bodies = _bodies(plan.bodies)
    captions = list(dict.fromkeys(caption.strip() for caption in plan.captions if caption.strip()))
    _check(plan, opens, deadline, captions)
    with ctx.store.write() as conn:
        post = require_post(conn, plan.post)
        _require_publication(conn, post)
        roots = _roots(ctx, conn, plan.areas)
        row = {
            "post_id": post.id, "title": plan.title.strip() or post.title, "bodies": list(bodies), "areas": list(roots),
            "captions": captions or [_own_words(post)], "windows": plan.windows, "target": plan.target, "opens_at": opens,
            "deadline_at": deadline, "created_by": conn.info[events.ACTOR],
        }  # fmt: skip
        number = conn.execute(insert(drives).values(**row, created_at=db_now()).returning(drives.c.id)).scalar_one()
        events.emit(conn, "drive.opened", post=post.id, office=ctx.scope.office, data={"drive": number})
        members = calling.answered(conn, Call(post.day, roots, bodies), post.id, None)["*"][0]
        told = _shown(_require(conn, number))
    return {**told, "members": members, "warnings": _warnings(captions, members, deadline - opens, plan.windows)}


def list_drives(ctx: Context, *, all_: bool = True) -> list[dict[str, Any]]:
    """`[{"id","post","title","state","bodies","areas","captions","windows","target","opens","deadline","by","closed_at"}]`, latest first.

    `state`: `waiting` before it opens, `open`, `over` after its deadline, `closed`.
    """
    with ctx.store.read() as conn:
        rows = [row for row in conn.execute(_query().order_by(drives.c.id.desc())) if _in_sight(ctx, conn, row)]
    found = [_shown(row) for row in rows]
    return found if all_ else [drive for drive in found if drive["state"] in ("waiting", "open")]


def status(ctx: Context, number: int, *, by: str = "district", grade: str = "matched") -> dict[str, Any]:
    """The drive, and `{"by","grade","rows","total","lagging"}`: coverage of the members called, each once a row and once in the total.

    A row: `key name members observed reviewed matched clicked claimed covered coverage missing`; `missing`: how many more it takes to reach
    the target. `lagging`: keys of rows below the target, the furthest behind first. Members are those in term on the post's day.
    """
    for name, value, known in (("--by", by, BY), ("--grade", grade, GRADES)):
        if value not in known:
            raise UserError(f"Unknown {name} {value}.", meant(value, known))
    with ctx.store.read() as conn:
        drive, call = called(ctx, conn, number)
        found = calling.answered(conn, call, drive.post_id, by)
        shown = dict.fromkeys(call.bodies or BODIES) if by == "body" else _area_names(conn, call, by)
        empty = (0, covering.NONE)
        rows = [_row(key, name or key, *found.get(key, empty), grade, drive.target) for key, name in shown.items()]
        total = _row("total", "All", *calling.answered(conn, call, drive.post_id, None)["*"], grade, drive.target)
    behind = sorted((row for row in rows if row["missing"]), key=lambda row: (row["coverage"], -row["members"], row["key"]))
    return {**_shown(drive), "as_of": now(), "by": by, "grade": grade, "rows": rows, "total": total, "lagging": [r["key"] for r in behind]}


def close(ctx: Context, number: int) -> dict[str, Any]:
    """End a drive; what was echoed stays counted. Answers it as listed. Event `drive.closed`."""
    with ctx.store.write() as conn:
        drive, _ = called(ctx, conn, number)
        for area in drive.areas:
            ctx.scope.require(area)
        still_open = (drives.c.id == number, drives.c.closed_at.is_(None))  # of two at once only one ends it
        if not conn.execute(update(drives).where(*still_open).values(closed_at=db_now())).rowcount:
            raise UserError(f"Drive {number} is closed already.", "See: gaung drive list")
        events.emit(conn, "drive.closed", post=drive.post_id, office=ctx.scope.office, data={"drive": number})
        return _shown(_require(conn, number))


def called(ctx: Context, conn: Connection, number: int) -> tuple[Row[Any], Call]:
    """A drive, and whom of those in sight it calls. Raises `UserError` where there is none in sight."""
    drive = _require(conn, number)
    roots = _in_sight(ctx, conn, drive)
    if not roots:
        raise UserError(f"There is no drive {number} in sight.", "See: gaung drive list")
    return drive, Call(drive.day, roots, tuple(drive.bodies))


def _query() -> Any:
    return select(drives, posts.c.day, posts.c.title.label("post_title")).join(posts, posts.c.id == drives.c.post_id)


def _require(conn: Connection, number: int) -> Row[Any]:
    row: Row[Any] | None = conn.execute(_query().where(drives.c.id == number)).first()
    if row is None:
        raise UserError(f"There is no drive {number}.", "See: gaung drive list")
    return row


def _in_sight(ctx: Context, conn: Connection, drive: Row[Any]) -> tuple[str, ...]:
    """The part of the drive's areas that `GAUNG_OFFICE` leaves in sight."""
    here = ctx.scope.office
    if here is None:
        return tuple(drive.areas)
    if any(covering.lies_in(conn, here, area) for area in drive.areas):
        return (here,)
    return tuple(area for area in drive.areas if covering.lies_in(conn, area, here))


def _bodies(given: Sequence[str]) -> tuple[str, ...]:
    for body in given:
        if body.upper() not in BODIES:
            raise UserError(f"Unknown body {body}.", meant(body.upper(), BODIES))
    return tuple(body for body in BODIES if body in {one.upper() for one in given})


def _check(plan: Plan, opens: datetime, deadline: datetime, captions: Sequence[str]) -> None:
    if deadline <= now():
        raise UserError("The deadline has passed.", "Give a later --deadline.")
    if deadline <= opens:
        raise UserError("The deadline is not after the opening.", "Give a later --deadline, or an earlier --opens.")
    if plan.windows < 1 or (deadline - opens) / plan.windows < SHORTEST:
        raise UserError(f"{plan.windows} windows do not fit.", "Take at least 1, each of a minute or more.")
    if not 1 <= plan.target <= 100:
        raise UserError(f"A target of {plan.target} percent cannot be.", "Give 1 to 100.")
    for number, caption in enumerate(captions, 1):
        if len(caption) > LONGEST_CAPTION:
            raise UserError(f"Caption {number} has {len(caption)} letters.", f"Shorten it to {LONGEST_CAPTION}.")


def _require_publication(conn: Connection, post: Row[Any]) -> None:
    joined = select(publications.c.deleted_at).join(deliveries, deliveries.c.id == publications.c.delivery_id)
    found = list(conn.execute(joined.where(deliveries.c.post_id == post.id)).scalars())
    if any(deleted is None for deleted in found):
        return
    if found:
        raise UserError(f"All publications of post {post.id} were deleted: there is nothing to echo.", "Choose another post.")
    if post.cancelled_at is not None:
        raise UserError(f"Post {post.id} was cancelled before it was out: there is nothing to echo.", "Choose another post.")
    raise UserError(f"Post {post.id} is not published yet: there is nothing to echo.", f"See: gaung post show {post.id}")


def _roots(ctx: Context, conn: Connection, given: Sequence[str]) -> tuple[str, ...]:
    """The areas as codes, none inside another."""
    if not given:
        everything = covering.roots(conn) if ctx.scope.office is None else (require_area(conn, ctx.scope.office).code,)
        if not everything:
            raise UserError("There are no areas yet, so nobody can be called.", "Run: gaung area import FILE.csv")
        return everything
    codes = list(dict.fromkeys(require_area(conn, text).code for text in given))
    for code in codes:
        ctx.scope.require(code)
    return tuple(code for code in codes if not any(other != code and covering.lies_in(conn, code, other) for other in codes))


def _own_words(post: Row[Any]) -> str:
    document: dict[str, Any] = post.document or {}
    return str(document.get("text") or post.title)[:LONGEST_CAPTION]


def _warnings(captions: Sequence[str], members: int, lasts: timedelta, windows: int) -> list[str]:
    found = []
    if len(captions) < 2:
        found.append("Only one caption: the same words from many accounts is what platforms take for spam. Add more with --caption.")
    if windows == 1:
        found.append("Only one window: everybody is called at the same time. Platforms slow such waves down; take more --windows.")
    if not members:
        found.append("Nobody called was in term on the post's day.")
    if lasts < timedelta(hours=1):
        found.append("The drive lasts less than an hour.")
    return found


def _area_names(conn: Connection, call: Call, level: str) -> dict[str, str]:
    rows = covering.below(conn, Where(call.roots, level))
    if not rows:
        raise UserError(f"The drive's areas hold no {level}.", f"Use another --by: {', '.join(reversed(LEVELS))}.")
    return names(conn, rows)


def _row(key: str, name: str, members: int, grades: covering.Grades, grade: str, target: int) -> dict[str, Any]:
    covered = sum(grades[GRADES.index(grade) :])
    best = dict(zip(GRADES, grades, strict=True))
    counts: dict[str, Any] = {
        "key": key,
        "name": name,
        "members": members,
        **{one: best[one] for one in reversed(GRADES)},
        "covered": covered,
    }
    wanted = math.ceil(members * target / 100)
    return {**counts, "coverage": round(covered / members, 4) if members else None, "missing": max(0, wanted - covered)}


def _shown(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "post": row.post_id,
        "title": row.title,
        "state": _state(row),
        "bodies": list(row.bodies),
        "areas": list(row.areas),
        "captions": len(row.captions),
        "windows": row.windows,
        "target": row.target,
        "opens": row.opens_at,
        "deadline": row.deadline_at,
        "by": row.created_by,
        "closed_at": row.closed_at,
    }


def _state(row: Row[Any]) -> str:
    if row.closed_at is not None:
        return "closed"
    if now() < row.opens_at:
        return "waiting"
    return "open" if now() < row.deadline_at else "over"
