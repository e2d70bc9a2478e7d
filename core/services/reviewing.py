"""`reshare review`: a person looks at what was handed in and could not be proved, and accepts or refuses it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, select
from sqlalchemy.engine import Connection

from gaung.core.errors import UserError
from gaung.core.ledger import reviews
from gaung.core.ledger.claims import ACCEPTED, PENDING, REFUSED, WAITING
from gaung.core.registry import captures
from gaung.core.services.context import Context
from gaung.core.services.members import in_sight
from gaung.core.services.offices import require_office
from gaung.core.services.posts import require_post
from gaung.core.store.ledger_tables import claims
from gaung.core.store.locks import ROLLUP, lock
from gaung.core.store.registry_tables import areas, assignments, members
from gaung.core.store.tables import posts


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Which claims are meant; None: all."""

    post: int | None = None
    office: str | None = None
    platform: str | None = None


def waiting(ctx: Context, queue: Queue) -> list[int]:
    """Claims that wait for a reviewer, longest waiting first. Those that a call may still prove come after all others."""
    with ctx.store.read() as conn:
        return _waiting(ctx, conn, queue)


def listed(ctx: Context, queue: Queue) -> list[dict[str, Any]]:
    """All of them as `show` answers one."""
    with ctx.store.read() as conn:
        return [_shown(ctx, conn, claim) for claim in _waiting(ctx, conn, queue)]


def show(ctx: Context, claim: int) -> dict[str, Any]:
    """A claim for the reviewer's eyes:

    `{"id","member","body","area","post","title","platform","signal","link","capture","also_handed_in_by","at","state","why","reviewed_by"}`.
    `capture` is the path of the picture, null once its bytes are gone. `also_handed_in_by`: numbers of others in sight who handed the
    same in, and `others` of how many out of sight.
    """
    with ctx.store.read() as conn:
        return _shown(ctx, conn, claim)


def _waiting(ctx: Context, conn: Connection, queue: Queue) -> list[int]:
    where = _where(ctx, conn, queue)
    query = select(claims.c.id).join(members, members.c.id == claims.c.member_id).where(*where)
    return list(conn.execute(query.order_by((claims.c.state == WAITING) & claims.c.url.is_not(None), claims.c.id)).scalars())


def _shown(ctx: Context, conn: Connection, claim: int) -> dict[str, Any]:
    row = _require(ctx, conn, claim)
    title = conn.execute(select(posts.c.title).where(posts.c.id == row.post_id)).scalar_one()
    body, area = _place(ctx, conn, row.member_id)
    seen, others = _also(ctx, conn, row)
    path = captures.folder(ctx.settings) / row.capture if row.capture and row.capture_until else None
    return {
        "id": row.id,
        "member": row.number,
        "body": body,
        "area": area,
        "post": row.post_id,
        "title": title,
        "platform": row.platform,
        "signal": "link" if row.capture is None else "capture",
        "link": row.url,
        "capture": None if path is None else str(path),
        "also_handed_in_by": seen,
        "others": others,
        "at": row.claimed_at,
        "state": row.state,
        "why": row.why or None,
        "reviewed_by": row.reviewed_by,
        "reviewed_at": row.reviewed_at,
    }


def accept(ctx: Context, claim: int) -> dict[str, Any]:
    """It is true: the reshare is `reviewed`. Answers the claim as `show`. Raises `UserError` for one that does not wait."""
    with ctx.store.write() as conn:
        row = _pending(ctx, conn, claim)
        reviews.accept(conn, row, row.number)
    return show(ctx, claim)


def refuse(ctx: Context, claim: int, *, why: str) -> dict[str, Any]:
    """It is not true: the reshare counts no longer, unless other claims speak for it. As `accept`; `why` names nobody."""
    words = " ".join(why.split())
    if not words:
        raise UserError("A refusal needs a reason.", "Say why: --why 'another post'. Name nobody in it.")
    with ctx.store.write() as conn:
        row = _pending(ctx, conn, claim)
        reviews.refuse(conn, row, row.number, words)
    return show(ctx, claim)


def undo(ctx: Context, claim: int) -> dict[str, Any]:
    """Take the decision about a claim back: all is as it was before. As `accept`."""
    with ctx.store.write() as conn:
        lock(conn, ROLLUP)
        row = _require(ctx, conn, claim)
        if row.state not in (ACCEPTED, REFUSED) or row.before is None:
            raise UserError(f"Claim {claim} has no decision that could be undone.", _hint(row))
        reviews.undo(conn, row, row.number)
    return show(ctx, claim)


def _pending(ctx: Context, conn: Connection, claim: int) -> Row[Any]:
    lock(conn, ROLLUP)
    row = _require(ctx, conn, claim)
    if row.state not in PENDING:
        raise UserError(f"Claim {claim} does not wait for a reviewer: it is {row.state}.", _hint(row))
    return row


def _hint(row: Row[Any]) -> str:
    if row.state in (ACCEPTED, REFUSED) and row.before is not None:
        return f"To take the decision back: gaung reshare review --undo {row.id}"
    if row.state in PENDING:
        return f"It waits for one: gaung reshare review --accept {row.id}, or --refuse {row.id} --why ..."
    return f"To withdraw the evidence: gaung reshare withdraw {row.reshare_id} --why ..."


def _require(ctx: Context, conn: Connection, claim: int) -> Row[Any]:
    query = select(claims, members.c.number).join(members, members.c.id == claims.c.member_id)
    row = conn.execute(query.where(claims.c.id == claim, in_sight(ctx))).first()
    if row is None:
        raise UserError(f"There is no claim {claim} of members in sight.", "See: gaung reshare review")
    return row


def _where(ctx: Context, conn: Connection, queue: Queue) -> list[ColumnElement[bool]]:
    where = [claims.c.state.in_(PENDING), in_sight(ctx)]
    if queue.post is not None:
        require_post(conn, queue.post)
        where.append(claims.c.post_id == queue.post)
    if queue.office is not None:
        require_office(conn, queue.office)
        where.append(exists().where(assignments.c.member_id == claims.c.member_id, assignments.c.office == queue.office))
    if queue.platform is not None:
        where.append(claims.c.platform == ctx.manager.platform(queue.platform).name)
    return where


def _place(ctx: Context, conn: Connection, member: int) -> tuple[str | None, str | None]:
    """Body and area of the latest assignment in sight."""
    query = (
        select(assignments.c.body, areas.c.name)
        .join(areas, areas.c.code == assignments.c.area)
        .where(assignments.c.member_id == member, ctx.scope.clause(assignments.c.office))
        .order_by(assignments.c.term_start.desc(), assignments.c.id.desc())
    )
    row = conn.execute(query.limit(1)).first()
    return (None, None) if row is None else (row.body, row.name)


def _also(ctx: Context, conn: Connection, row: Row[Any]) -> tuple[list[str], int]:
    """Other members who handed in the same link or picture, for whichever post: one screenshot cannot be two people's."""
    same = [row.evidence, *(ctx.box.digests(f"link:{row.url}") if row.url is not None else ())]
    others = select(claims.c.member_id).where(claims.c.evidence.in_(same), claims.c.member_id != row.member_id)
    of = select(members.c.number).where(members.c.id.in_(others))
    seen = list(conn.execute(of.where(in_sight(ctx)).order_by(members.c.number)).scalars())
    everybody = conn.execute(select(func.count()).select_from(members).where(members.c.id.in_(others))).scalar_one()
    return seen, everybody - len(seen)
