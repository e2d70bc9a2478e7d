"""`reshare claim`: one link or one capture that a member hands in."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from gaung.core.clock import now
from gaung.core.errors import UserError
from gaung.core.ledger import captured, claims
from gaung.core.ledger.claims import Handed, Taken
from gaung.core.ledger.links import Refused, read_link
from gaung.core.registry import captures
from gaung.core.services import handing
from gaung.core.services.context import Context
from gaung.core.services.handing import Paper
from gaung.core.store.ledger_tables import claims as table

EARLY = timedelta(minutes=5)
"""So far may a member's clock be ahead of ours."""


def hand_in_link(
    ctx: Context, *, post: int, member: str, url: str, platform: str | None = None, at: datetime | None = None
) -> dict[str, Any]:
    """Put a link down: `{"id","post","member","platform","signal","state","why","new","reshare"}`.

    `why`: what speaks against a proof. Raises `UserError` for a link that is no member's share of the post, for a member who has not
    agreed, for a post that was not published there.
    """
    if platform is not None:
        ctx.manager.platform(platform)
    try:
        link = read_link(ctx.manager.identify_link, ctx.manager.platforms(), url, platform)
    except Refused as flaw:
        raise _said(flaw) from None
    paper = Paper(number=member.strip(), post=post, source="claim", link=link, at=checked_time(at))
    with ctx.store.write() as conn:
        handed = _checked(ctx, conn, paper)
        (taken,) = claims.hand_in(conn, [handed])
    return _shown(paper, handed, taken)


def hand_in_capture(ctx: Context, *, post: int, member: str, platform: str, picture: Path, at: datetime | None = None) -> dict[str, Any]:
    """Put a screenshot down; its bytes are kept for `registry.capture_days`, its hash for good. Answers and raises as `hand_in_link`."""
    ctx.manager.platform(platform)
    until = now() + timedelta(days=ctx.settings.registry.capture_days)
    paper = Paper(
        number=member.strip(), post=post, source="claim", platform=platform, capture=captured.checked(picture), capture_until=until,
        at=checked_time(at),
    )  # fmt: skip
    try:
        with ctx.store.write() as conn:
            handed = _checked(ctx, conn, paper)
            if not _there(conn, handed):
                captured.keep(ctx.settings, picture)
            (taken,) = claims.hand_in(conn, [handed])
    except BaseException:
        _let_go(ctx, paper)
        raise
    return _shown(paper, handed, taken)


def checked_time(at: datetime | None) -> datetime | None:
    """When the member says it was. Raises `UserError` for a time to come."""
    if at is not None and at > now() + EARLY:
        raise UserError("That time is still to come.", "Say when it was shared, or leave the time out.")
    return at


def _checked(ctx: Context, conn: Connection, paper: Paper) -> Handed:
    (found,) = handing.check(ctx, conn, [paper])
    if isinstance(found, Refused):
        raise _said(found)
    return found


def _said(flaw: Refused) -> UserError:
    return UserError(flaw.reason, flaw.remedy)


def _there(conn: Connection, handed: Handed) -> bool:
    same = (table.c.post_id == handed.post_id, table.c.member_id == handed.member_id, table.c.platform == handed.platform)
    return conn.execute(select(table.c.id).where(*same, table.c.evidence == handed.capture)).first() is not None


def _let_go(ctx: Context, paper: Paper) -> None:
    """Nothing was put down, so no bytes stay either, unless they belong to another claim."""
    with ctx.store.read() as conn:
        held = conn.execute(select(table.c.id).where(table.c.capture == paper.capture, table.c.capture_until.is_not(None)).limit(1))
        if held.first() is None and paper.capture is not None:
            captures.forget(ctx.settings, [paper.capture])


def _shown(paper: Paper, handed: Handed, taken: Taken) -> dict[str, Any]:
    return {
        "id": taken.id,
        "post": handed.post_id,
        "member": paper.number,
        "platform": handed.platform,
        "signal": handed.signal,
        "state": taken.state,
        "why": taken.why or None,
        "new": taken.new,
        "reshare": taken.reshare_id,
    }
