"""What platforms pushed: put down once each, before the platform is answered, and kept a week so that it is known again."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gaung.core.store import chores
from gaung.core.store.ledger_tables import chores as chore_table
from gaung.core.store.ledger_tables import notices
from gaung.core.store.tables import deliveries
from gaung.core.store.types import db_now

KEPT_SECONDS = 7 * 86400.0
_CHUNK = 1000


def keep(conn: Connection, platform: str, *, key: str, account: int, kind: str, payload: str | None) -> int | None:
    """Put a notice down, `key` and `payload` already unreadable; None when it was there. A payload is followed by a chore, due now."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    values = {"platform": platform, "key": key, "account_id": account, "kind": kind, "payload": payload}
    done = db_now() if payload is None else None
    new = dialect.insert(notices).values(**values, received_at=db_now(), done_at=done).on_conflict_do_nothing()
    id_ = conn.execute(new.returning(notices.c.id)).scalar()
    if id_ is not None and payload is not None:
        chores.plan(conn, "notice", [{"platform": platform, "subject": id_, "account_id": account}])
    return id_


def known(conn: Connection, platform: str, keys: Sequence[str]) -> bool:
    """Whether a notice is there under any of these keys (a rotated key hashes differently)."""
    query = select(notices.c.id).where(notices.c.platform == platform, notices.c.key.in_(keys))
    return conn.execute(query.limit(1)).first() is not None


def nudge(conn: Connection, account: int, refers: str, *, looks: int, after: float) -> int:
    """Look now at what an account has under way and `refers` names; nothing else changes. Answers how many deliveries.

    The last of `looks` is left to its time, `after` seconds since the outcome became unknown: a look that comes early must not be the one
    from whose silence it is concluded that nothing is there.
    """
    if not refers:
        return 0
    early = (deliveries.c.looks < looks - 1) | (deliveries.c.unknown_since <= db_now(-after))
    moving = or_(
        (deliveries.c.state == "processing") & deliveries.c.due_at.is_not(None),
        (deliveries.c.state == "unconfirmed") & early,
    )
    mine = (deliveries.c.account_id == account, deliveries.c.lease.is_(None), moving)
    columns = (deliveries.c.id, deliveries.c.external_id, deliveries.c.checkpoints)
    found = [row.id for row in conn.execute(select(*columns).where(*mine)) if _holds((row.external_id, row.checkpoints), refers)]
    if not found:
        return 0
    later = or_(deliveries.c.due_at.is_(None), deliveries.c.due_at > db_now())
    change = update(deliveries).where(deliveries.c.id.in_(found), *mine, later)
    return conn.execute(change.values(due_at=db_now())).rowcount


def _holds(value: Any, text: str) -> bool:
    if isinstance(value, Mapping):
        return any(_holds(inner, text) for inner in value.values())
    if isinstance(value, list | tuple):
        return any(_holds(inner, text) for inner in value)
    return isinstance(value, str | int) and str(value) == text


def forget(conn: Connection) -> int:
    """Remove notices older than a week, followed or not, with their chores."""
    old = conn.execute(select(notices.c.id).where(notices.c.received_at < db_now(-KEPT_SECONDS)).limit(50_000)).scalars().all()
    for start in range(0, len(old), _CHUNK):
        some = old[start : start + _CHUNK]
        free = chore_table.c.lease.is_(None)
        conn.execute(delete(chore_table).where(chore_table.c.kind == "notice", chore_table.c.subject.in_(some), free))
        conn.execute(delete(notices).where(notices.c.id.in_(some)))
    return len(old)


def waiting(conn: Connection) -> int:
    """How many were pushed and not followed yet."""
    return conn.execute(select(func.count()).select_from(notices).where(notices.c.done_at.is_(None))).scalar_one()
