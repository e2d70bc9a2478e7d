"""Skips deliveries whose platform is switched off for their office. What has *mutation started* is left to be followed to its end."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select, update
from sqlalchemy.engine import Connection

from gaung.core.store import events
from gaung.core.store.switches import DISABLED, Switches, load
from gaung.core.store.tables import attempts, deliveries
from gaung.core.store.types import db_now

OPEN = ("scheduled", "queued", "held", "publishing", "processing")
_CHUNK = 1000


def words(platform: str, office: str) -> str:
    """What such a delivery says."""
    return f"{platform} is switched off for office {office}"


def skip(conn: Connection, condition: ColumnElement[bool]) -> int:
    """Skip every open delivery that fits, leased or not: its worker finds the lease gone before its next call."""
    open_ = and_(condition, deliveries.c.state.in_(OPEN), deliveries.c.mutation_at.is_(None))
    ids = conn.execute(select(deliveries.c.id).where(open_).order_by(deliveries.c.id)).scalars().all()
    return sum(_skip(conn, and_(open_, deliveries.c.id.in_(ids[start : start + _CHUNK]))) for start in range(0, len(ids), _CHUNK))


def _due(off: ColumnElement[bool]) -> ColumnElement[bool]:
    waiting = deliveries.c.state.in_(("scheduled", "processing"))
    return and_(off, deliveries.c.lease.is_(None), deliveries.c.due_at <= db_now(), waiting, deliveries.c.mutation_at.is_(None))


def anything_due(conn: Connection, switches: Switches) -> bool:
    """Whether `skip_due` would find something."""
    off = switches.clause()
    return off is not None and conn.execute(select(deliveries.c.id).where(_due(off)).limit(1)).first() is not None


def skip_due(conn: Connection) -> int:
    """Skip what came to be due after its platform was switched off: released, tried again, or scheduled at the same moment.

    The switches stay as they are meanwhile, or a post scheduled just after they were switched on might be skipped, too.
    """
    off = load(conn, hold=True).clause()
    return 0 if off is None else skip(conn, _due(off))


def _skip(conn: Connection, condition: ColumnElement[bool]) -> int:
    rows = conn.execute(select(deliveries).where(condition).order_by(deliveries.c.id).with_for_update()).all()
    if not rows:
        return 0
    for platform, office in sorted({(row.platform, row.office) for row in rows}):
        _write(conn, [row.id for row in rows if (row.platform, row.office) == (platform, office)], words(platform, office))
    _end_attempts(conn, rows)
    events.emit_many(conn, "delivery.skipped", [_told(row) for row in rows])
    return len(rows)


def _write(conn: Connection, ids: Sequence[int], message: str) -> None:
    values: dict[str, Any] = {"state": "skipped", "reason": DISABLED, "due_at": None, "lease": None, "lease_until": None}
    values |= {"error_kind": "Unsupported", "error_code": DISABLED, "error_message": message}
    conn.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(updated_at=db_now(), **values))


def _end_attempts(conn: Connection, rows: Sequence[Row[Any]]) -> None:
    begun = [row.id for row in rows if row.state in ("publishing", "processing")]
    if begun:
        open_ = (attempts.c.delivery_id.in_(begun), attempts.c.ended_at.is_(None))
        conn.execute(update(attempts).where(*open_).values(ended_at=db_now(), outcome="skipped"))


def _told(row: Row[Any]) -> dict[str, Any]:
    ids = {"delivery": row.id, "post": row.post_id, "account": row.account_id, "office": row.office, "platform": row.platform}
    data = {"state": "skipped", "reason": DISABLED, "was": row.state, "message": words(row.platform, row.office)}
    return {**ids, "attempt": row.number or None, "data": data}
