"""How the whole installation does at this moment: for `gaung top` and for programs. Only reads; every look costs a few index scans."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.engine import Connection

from gaung.core.engine import presence
from gaung.core.services import pauses as pause_service
from gaung.core.services.context import Context
from gaung.core.store import counts
from gaung.core.store.tables import accounts, deliveries, events, publications
from gaung.core.store.types import db_now

_TROUBLE = ("delivery.failed", "delivery.retrying", "delivery.unconfirmed", "delivery.missed", "account.needs_reauth", "plugin.broken")
_LOOK_BACK = 20_000
"""How many of the latest events are searched for trouble."""
_MOST_LATENESS = 20_000
_HOUR = 3600.0


def overview(ctx: Context, *, troubles: int = 5) -> dict[str, Any]:
    """`{"at","states":{platform:{state:N}},"published":{...},"lateness":{...},"due":{...},"pauses","processes","troubles"}`.

    `published`: `minute`, `five_minutes`, `hour`, how many came out in that time. `lateness`: seconds from the planned time to the
    publication, of the last hour, null without any: `p50 p99 worst of`. `due`: `waiting`, and the `oldest`'s age in seconds, null for none.
    """
    with ctx.store.read() as conn:
        now = conn.execute(select(db_now())).scalar_one()
        seen = ctx.scope.clause(deliveries.c.office)
        return {
            "at": now,
            "states": counts.states(conn, now, seen),
            "published": {
                name: _published(conn, seconds, seen) for name, seconds in (("minute", 60), ("five_minutes", 300), ("hour", _HOUR))
            },
            "lateness": _lateness(conn, seen),
            "due": _due(counts.waiting(conn, now, seen)),
            "pauses": pause_service.active(ctx),
            "processes": [_process(row) for row in presence.alive(conn)],
            "troubles": _troubles(conn, ctx, troubles),
        }


def _lately(seconds: float, seen: Any) -> Any:
    return and_(publications.c.published_at > db_now(-seconds), deliveries.c.id == publications.c.delivery_id, seen)


def _published(conn: Connection, seconds: float, seen: Any) -> int:
    return conn.execute(select(func.count()).where(_lately(seconds, seen))).scalar_one()


def _lateness(conn: Connection, seen: Any) -> dict[str, Any]:
    query = select(publications.c.published_at, deliveries.c.at).where(_lately(_HOUR, seen))
    rows = conn.execute(query.order_by(publications.c.published_at.desc()).limit(_MOST_LATENESS)).all()
    late = sorted(max(0.0, (out - planned).total_seconds()) for out, planned in rows)
    return {"p50": _at(late, 0.50), "p99": _at(late, 0.99), "worst": _at(late, 1.0), "of": len(late)}


def _at(values: Sequence[float], share: float) -> float | None:
    return round(values[min(len(values) - 1, int(share * len(values)))], 3) if values else None


def _due(found: dict[str, tuple[int, float]]) -> dict[str, Any]:
    oldest = max((seconds for _, seconds in found.values()), default=None)
    return {"waiting": sum(number for number, _ in found.values()), "oldest": None if oldest is None else round(oldest, 1)}


def _process(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in ("role", "host", "pid", "threads", "platforms", "started_at", "seen_at")}


def _troubles(conn: Connection, ctx: Context, most: int) -> list[dict[str, Any]]:
    newest = conn.execute(select(func.max(events.c.id))).scalar() or 0
    query = (
        select(events, accounts.c.handle)
        .outerjoin(accounts, accounts.c.id == events.c.account)
        .where(events.c.id > newest - _LOOK_BACK, events.c.event.in_(_TROUBLE))
        .where(or_(events.c.office.is_(None), ctx.scope.clause(events.c.office)))
        .order_by(events.c.id.desc())
        .limit(most)
    )
    return [_trouble(row) for row in conn.execute(query)]


def _trouble(row: Any) -> dict[str, Any]:
    error = row.data.get("error") or {}
    code, words = error.get("code") or row.data.get("code") or "", error.get("message") or row.data.get("message") or ""
    what = ": ".join(part for part in (code, words) if part) or row.data.get("reason") or ""
    shown = {key: getattr(row, key) for key in ("event", "office", "platform", "post", "delivery", "account", "handle")}
    return {"at": row.at.astimezone(UTC), **shown, "words": what}
