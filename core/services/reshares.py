"""Reshares as an office sees them: listed, counted where nobody is registered, and withdrawn by a person."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, select
from sqlalchemy.engine import Connection

from gaung.core.config.nearest import meant
from gaung.core.errors import UserError
from gaung.core.ledger import raising, reviews
from gaung.core.services.context import Context
from gaung.core.services.members import in_sight, require_member
from gaung.core.services.offices import require_office
from gaung.core.services.posts import require_post
from gaung.core.store.ledger_tables import GRADES, reshares, sightings
from gaung.core.store.locks import ROLLUP, lock
from gaung.core.store.registry_tables import assignments, members
from gaung.core.store.tables import deliveries, publications


def list_reshares(
    ctx: Context, *, post: int, member: str | None = None, platform: str | None = None, grade: str | None = None, office: str | None = None
) -> list[dict[str, Any]]:
    """Reshares of a post by members in sight, withdrawn ones too, oldest first:

    `[{"id","post","member","platform","signal","grade","link","first_seen","source","verifier","withdrawn","withdrawn_why"}]`.
    `withdrawn` is null while it counts. Raises `UserError` for what does not exist.
    """
    if grade is not None and grade not in GRADES:
        raise UserError(f"Unknown grade {grade}.", meant(grade, GRADES))
    with ctx.store.read() as conn:
        require_post(conn, post)
        where: list[ColumnElement[bool]] = [reshares.c.post_id == post, in_sight(ctx)]
        if member is not None:
            where.append(reshares.c.member_id == require_member(ctx, conn, member).id)
        if platform is not None:
            where.append(reshares.c.platform == ctx.manager.platform(platform).name)
        if grade is not None:
            where.append(reshares.c.grade == raising.code(grade))
        if office is not None:
            require_office(conn, office)
            where.append(exists().where(assignments.c.member_id == reshares.c.member_id, assignments.c.office == office))
        return [shown(row) for row in conn.execute(_query().where(*where).order_by(reshares.c.id))]


def unmatched(ctx: Context, *, post: int, platform: str | None = None) -> list[dict[str, Any]]:
    """How many sightings of a post are of somebody not registered: `[{"post","platform","signal","sightings"}]`. Nobody is named."""
    query = (
        select(sightings.c.platform, sightings.c.signal, func.count().label("sightings"))
        .join(publications, publications.c.id == sightings.c.publication_id)
        .join(deliveries, deliveries.c.id == publications.c.delivery_id)
        .where(sightings.c.post_id == post, sightings.c.declared_id.is_(None), ctx.scope.clause(deliveries.c.office))
    )
    with ctx.store.read() as conn:
        require_post(conn, post)
        if platform is not None:
            query = query.where(sightings.c.platform == ctx.manager.platform(platform).name)
        grouped = query.group_by(sightings.c.platform, sightings.c.signal).order_by(sightings.c.platform, sightings.c.signal)
        return [{"post": post, **row} for row in conn.execute(grouped).mappings()]


def withdraw(ctx: Context, reshare: int, *, why: str) -> dict[str, Any]:
    """Count a reshare no longer; it stays as withdrawn, and so do the claims it rests on. Answers it as it is listed.

    What a platform shows again of the same deed does not bring it back; what happens later does. Event `reshare.withdrawn`.
    """
    words = " ".join(why.split())
    if not words:
        raise UserError("A withdrawal needs a reason.", "Say why: --why 'not the member's own account'. Name nobody in it.")
    with ctx.store.write() as conn:
        lock(conn, ROLLUP)
        row = require_reshare(ctx, conn, reshare)
        if row.withdrawn_at is not None:
            raise UserError(f"Reshare {reshare} is withdrawn already.", "See: gaung reshare list --post " + str(row.post_id))
        raising.withdraw(conn, [reshare], why=words)
        reviews.withdrawn(conn, reshare, words)
        return shown(require_reshare(ctx, conn, reshare))


def require_reshare(ctx: Context, conn: Connection, reshare: int) -> Row[Any]:
    """The row of a reshare by a member in sight, with the member's number. Raises `UserError` when there is none."""
    row = conn.execute(_query().where(reshares.c.id == reshare, in_sight(ctx))).first()
    if row is None:
        raise UserError(f"There is no reshare {reshare} of members in sight.", "See: gaung reshare list --post ID")
    return row


def shown(row: Row[Any]) -> dict[str, Any]:
    """A reshare as it is listed."""
    return {
        "id": row.id,
        "post": row.post_id,
        "member": row.number,
        "platform": row.platform,
        "signal": row.signal,
        "grade": raising.name(row.grade),
        "link": row.link,
        "first_seen": row.first_seen_at,
        "source": row.source,
        "verifier": row.verifier,
        "withdrawn": row.withdrawn_at,
        "withdrawn_why": row.withdrawn_why,
    }


def _query() -> Select[Any]:
    return select(reshares, members.c.number).join(members, members.c.id == reshares.c.member_id)
