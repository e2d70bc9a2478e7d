"""The dispatcher's statements: claim what is due, hold what may not go, take back what a dead worker left, and miss deadlines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import Select, and_, case, exists, func, or_, select, update
from sqlalchemy.engine import Connection

from gaung.core.store import events, pauses
from gaung.core.store.tables import accounts, attempts, deliveries
from gaung.core.store.types import db_now
from gaung.core.store.unserved import NO_PLUGIN

_LONGEST_WAIT = 900.0
_WORKABLE = ("scheduled", "processing", "unconfirmed")
_IDS = (deliveries.c.id, deliveries.c.post_id, deliveries.c.office, deliveries.c.platform, deliveries.c.account_id)
_ERROR = (deliveries.c.error_kind, deliveries.c.error_code, deliveries.c.error_message)
_FATE = (deliveries.c.number, deliveries.c.state, deliveries.c.reason, *_ERROR)


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is ours to enqueue: the message carries id and lease."""

    id: int
    lease: str
    platform: str


def _due(paused: Sequence[pauses.Pause]) -> list[Any]:
    covered = pauses.clause(paused)
    usable = exists().where(accounts.c.id == deliveries.c.account_id, accounts.c.status == "active")
    where = [deliveries.c.lease.is_(None), deliveries.c.due_at <= db_now(), deliveries.c.state.in_(_WORKABLE), usable]
    return where if covered is None else [*where, ~covered]


def anything_due(conn: Connection, platform: str, paused: Sequence[pauses.Pause]) -> bool:
    """Whether a claim would find something; keeps an idle dispatcher from taking SQLite's write lock."""
    return conn.execute(select(deliveries.c.id).where(deliveries.c.platform == platform, *_due(paused)).limit(1)).first() is not None


def claim(conn: Connection, platform: str, limit: int, lease: float, paused: Sequence[pauses.Pause]) -> list[Claim]:
    """Claim up to `limit` due deliveries of one platform for `lease` seconds, urgent ones first."""
    query = (
        select(*_IDS, deliveries.c.state)
        .where(deliveries.c.platform == platform, *_due(paused))
        .order_by(deliveries.c.priority, deliveries.c.due_at, deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=deliveries)
    )
    rows = conn.execute(query).all()
    if not rows:
        return []
    token = uuid4().hex
    conn.execute(
        update(deliveries)
        .where(deliveries.c.id.in_([row.id for row in rows]))
        .values(
            lease=token,
            lease_until=db_now(lease),
            state=case((deliveries.c.state == "scheduled", "queued"), else_=deliveries.c.state),
            updated_at=db_now(),
        )
    )
    events.emit_many(conn, "delivery.queued", [_ids(row) for row in rows if row.state == "scheduled"])
    return [Claim(row.id, token, row.platform) for row in rows]


def leased(conn: Connection) -> dict[str, int]:
    """How many deliveries per platform are queued or being worked on."""
    query = select(deliveries.c.platform, func.count()).where(deliveries.c.lease.is_not(None)).group_by(deliveries.c.platform)
    return {row[0]: row[1] for row in conn.execute(query)}


def _holdable(paused: Sequence[pauses.Pause]) -> list[tuple[str, Any]]:
    due = and_(deliveries.c.state == "scheduled", deliveries.c.lease.is_(None), deliveries.c.due_at <= db_now())
    waiting = exists().where(accounts.c.id == deliveries.c.account_id, accounts.c.status == "needs_reauth")
    reasons = [("needs_reauth", and_(due, waiting))]
    covered = pauses.clause(paused)
    return reasons if covered is None else [*reasons, ("paused", and_(due, covered))]


def anything_to_hold(conn: Connection, paused: Sequence[pauses.Pause]) -> bool:
    """Whether `hold` would find something."""
    conditions = or_(*(condition for _, condition in _holdable(paused)))
    return conn.execute(select(deliveries.c.id).where(conditions).limit(1)).first() is not None


def hold(conn: Connection, paused: Sequence[pauses.Pause]) -> int:
    """Hold what is due but may not go: its scope is paused, or its account waits for a person."""
    return sum(_held(conn, reason, condition) for reason, condition in _holdable(paused))


def _held(conn: Connection, reason: str, condition: Any) -> int:
    rows = _locked(conn, select(*_IDS).where(condition))
    _set(conn, rows, state="held", reason=reason, due_at=None)
    events.emit_many(conn, "delivery.held", [_ids(row) | {"data": {"reason": reason}} for row in rows])
    return len(rows)


def _late() -> Any:
    untouched = and_(deliveries.c.state == "processing", deliveries.c.mutation_at.is_(None))
    open_ = or_(deliveries.c.state.in_(("scheduled", "held")), untouched)
    return and_(open_, deliveries.c.lease.is_(None), deliveries.c.deadline_at <= db_now())


def anything_late(conn: Connection) -> bool:
    """Whether `miss` would find something."""
    return conn.execute(select(deliveries.c.id).where(_late()).limit(1)).first() is not None


def miss(conn: Connection) -> int:
    """End what could not go out by its deadline. What has *mutation started* is left to be followed to its end."""
    rows = _locked(conn, select(*_IDS, *_FATE).where(_late()))
    _set(conn, rows, state="missed", reason="deadline", due_at=None)
    _close_attempts(conn, [row for row in rows if row.number], "missed")
    data = [_ids(row) | {"data": {"reason": "deadline", "was": row.state, "held_for": row.reason} | _kept_back(row)} for row in rows]
    events.emit_many(conn, "delivery.missed", data)
    return len(rows)


def _kept_back(row: Any) -> dict[str, Any]:
    """The last error, if any: without it nobody learns why a delivery is missed."""
    if not row.error_kind:
        return {}
    return {"error": {"kind": row.error_kind, "code": row.error_code, "message": row.error_message}}


def expired(conn: Connection) -> bool:
    """Whether a sweep would find a lease that ran out."""
    return conn.execute(_expired(deliveries.c.id).limit(1)).first() is not None


def _expired(*columns: Any) -> Select[Any]:
    return select(*columns).where(deliveries.c.lease.is_not(None), deliveries.c.lease_until <= db_now())


def sweep(conn: Connection, first_look: float) -> int:
    """Take back deliveries whose lease ran out, by what is known of each:

    queued, or publishing without a mutation: again; publishing with one: unconfirmed, first look in `first_look` seconds;
    a read-only check or look: again.
    """
    rows = _locked(conn, _expired(*_IDS, deliveries.c.state, deliveries.c.number, deliveries.c.mutation_at, deliveries.c.failures))
    unknown = [row for row in rows if row.state == "publishing" and row.mutation_at is not None]
    untold = [row for row in rows if row.state == "queued"]
    lost = [row for row in rows if row.state == "publishing" and row.mutation_at is None]
    reading = [row for row in rows if row.state in ("processing", "unconfirmed")]
    freed: dict[str, Any] = {"lease": None, "lease_until": None}
    _set(conn, untold, state="scheduled", due_at=db_now(), **freed)
    for failures in {row.failures for row in lost}:  # what kills its worker each time must not do so without a pause
        wait = min(_LONGEST_WAIT, first_look * 2 ** (failures - 1)) if failures else 0.0
        same = [row for row in lost if row.failures == failures]
        _set(conn, same, state="scheduled", due_at=db_now(wait), failures=failures + 1, **freed)
    _set(conn, reading, due_at=db_now(), **freed)
    error = {"error_kind": "Ambiguous", "error_code": "worker_lost", "error_message": "the worker was lost after the call had started"}
    _set(conn, unknown, state="unconfirmed", due_at=db_now(first_look), unknown_since=db_now(), looks=0, failures=0, **freed, **error)
    _close_attempts(conn, lost, "lost")
    _close_attempts(conn, unknown, "unconfirmed")
    told = [_ids(row) | {"attempt": row.number or None, "data": {"reason": "lease_expired", "was": row.state}} for row in (*untold, *lost)]
    events.emit_many(conn, "delivery.retrying", told)
    found = [_ids(row) | {"attempt": row.number, "data": {"reason": "worker_lost"}} for row in unknown]
    events.emit_many(conn, "delivery.unconfirmed", found)
    return len(rows)


def _locked(conn: Connection, query: Select[Any]) -> Sequence[Any]:
    return conn.execute(query.order_by(deliveries.c.id).limit(5000).with_for_update(skip_locked=True, of=deliveries)).all()


def _set(conn: Connection, rows: Sequence[Any], **values: Any) -> None:
    if rows:
        ids = [row.id for row in rows]
        conn.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(updated_at=db_now(), **values))


def _close_attempts(conn: Connection, rows: Sequence[Any], outcome: str) -> None:
    for row in rows:
        same = (attempts.c.delivery_id == row.id, attempts.c.number == row.number, attempts.c.ended_at.is_(None))
        conn.execute(update(attempts).where(*same).values(ended_at=db_now(), outcome=outcome))


def _ids(row: Any) -> dict[str, Any]:
    return {"delivery": row.id, "post": row.post_id, "office": row.office, "platform": row.platform, "account": row.account_id}


def busy(conn: Connection) -> int:
    """How many deliveries still move by themselves (`run --until-idle` ends at 0).

    Resting are: what is due later and was never tried, what waits for a person, and an unknown outcome after its last look.
    """
    manual = pauses.clause([pause for pause in pauses.active(conn) if pause.until is None])
    stuck = exists().where(accounts.c.id == deliveries.c.account_id, accounts.c.status != "active")
    begun = and_(deliveries.c.state == "processing", deliveries.c.mutation_at.is_not(None))
    followed = and_(or_(deliveries.c.state == "unconfirmed", begun), deliveries.c.due_at.is_not(None), ~stuck)
    if manual is not None:
        followed = and_(followed, ~manual)
    served = func.coalesce(deliveries.c.reason, "") != NO_PLUGIN
    retrying = or_(deliveries.c.failures > 0, deliveries.c.reason == "rate_limited")
    moving = or_(
        deliveries.c.state.in_(("queued", "publishing")),
        and_(deliveries.c.state == "processing", deliveries.c.mutation_at.is_(None), served),  # ends at its deadline at the latest
        and_(deliveries.c.state == "scheduled", or_(deliveries.c.due_at <= db_now(), retrying)),
        and_(deliveries.c.state == "held", or_(deliveries.c.reason == "paused", and_(deliveries.c.reason == "needs_reauth", ~stuck))),
        followed,
    )
    return conn.execute(select(func.count()).select_from(deliveries).where(moving)).scalar_one()
