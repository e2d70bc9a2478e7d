"""Writes down how a piece of work ended: the delivery's new state, its attempt, its publication and its events, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Float, bindparam, case, insert, select, update
from sqlalchemy.engine import Connection

from gaung.core.store import events
from gaung.core.store.tables import accounts, attempts, deliveries, publications
from gaung.core.store.types import UtcTime, bounded, db_now
from gaung.core.store.work import Job

Words = tuple[str, str, str]
"""Error kind, the platform's own code, the platform's own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of a delivery. `event` None: nothing that anybody needs to hear (another poll).

    `due_in` seconds until the dispatcher acts again, None: never by itself. `keep_lease`: this worker goes on at once.
    """

    job: Job
    state: str
    event: str | None
    checkpoints: Mapping[str, Any]
    number: int
    attempts: int
    failures: int = 0
    looks: int = 0
    due_in: float | None = None
    reason: str | None = None
    error: Words | None = None
    mutation_at: datetime | None = None
    unknown_since: datetime | None = None
    unknown_now: bool = False
    external_id: str | None = None
    url: str | None = None
    published: bool = False
    reconciled: bool = False
    ends_attempt: str | None = None
    keep_lease: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)


def apply(conn: Connection, outcomes: Sequence[Outcome]) -> set[int]:
    """Write outcomes of deliveries that are still ours; answers their ids.

    A late receipt is taken too, as long as no newer attempt began: it is proof, whatever was concluded from its absence.
    """
    rows = _lock(conn, [outcome.job.id for outcome in outcomes])
    taken = [outcome for outcome in outcomes if _may(outcome, rows.get(outcome.job.id)) and not _owned(conn, outcome)]
    if taken:
        conn.execute(_UPDATE, [_values(outcome) for outcome in taken])
        _end_attempts(conn, [outcome for outcome in taken if outcome.ends_attempt])
        _tell(conn, taken, _publications(conn, [outcome for outcome in taken if outcome.published]))
    return {outcome.job.id for outcome in taken}


def _lock(conn: Connection, ids: Sequence[int]) -> dict[int, Any]:
    columns = (deliveries.c.id, deliveries.c.lease, deliveries.c.state, deliveries.c.number)
    query = select(*columns).where(deliveries.c.id.in_(ids)).order_by(deliveries.c.id).with_for_update()
    return {row.id: row for row in conn.execute(query)}


def _may(outcome: Outcome, row: Any) -> bool:
    if row is None:
        return False
    if row.lease == outcome.job.lease:
        return True
    return outcome.published and row.state in _OVERRULED and row.number == outcome.job.number


_OVERRULED = ("unconfirmed", "scheduled", "queued", "held", "processing", "missed", "cancelled")


def _owned(conn: Connection, outcome: Outcome) -> bool:
    """Whether a look found what another delivery has taken for its own since the look began. Then it must look again."""
    if not (outcome.published and outcome.reconciled and outcome.external_id):
        return False
    account = outcome.job.account.id
    conn.execute(select(accounts.c.id).where(accounts.c.id == account).with_for_update())  # one adoption at a time
    same = (deliveries.c.account_id == account, deliveries.c.external_id == outcome.external_id, deliveries.c.id != outcome.job.id)
    return conn.execute(select(deliveries.c.id).where(*same).limit(1)).first() is not None


_UPDATE = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("b_id"))
    .values(
        state=bindparam("b_state"),
        reason=bindparam("b_reason"),
        due_at=db_now(bindparam("b_due_in", type_=Float)),
        lease=case((bindparam("b_keep", type_=Boolean), deliveries.c.lease), else_=None),
        lease_until=case((bindparam("b_keep", type_=Boolean), deliveries.c.lease_until), else_=None),
        number=bindparam("b_number"),
        attempts=bindparam("b_attempts"),
        failures=bindparam("b_failures"),
        looks=bindparam("b_looks"),
        mutation_at=bindparam("b_mutation_at", type_=UtcTime),
        unknown_since=case((bindparam("b_unknown_now", type_=Boolean), db_now()), else_=bindparam("b_unknown_since", type_=UtcTime)),
        checkpoints=bindparam("b_checkpoints", type_=deliveries.c.checkpoints.type),
        external_id=bindparam("b_external_id"),
        url=bindparam("b_url"),
        published_at=case((bindparam("b_published", type_=Boolean), db_now()), else_=None),
        error_kind=bindparam("b_error_kind"),
        error_code=bindparam("b_error_code"),
        error_message=bindparam("b_error_message"),
        updated_at=db_now(),
    )
)


def _values(outcome: Outcome) -> dict[str, Any]:
    kind, code, message = outcome.error or (None, None, None)
    return {
        "b_id": outcome.job.id,
        "b_state": outcome.state,
        "b_reason": outcome.reason,
        "b_due_in": None if outcome.due_in is None else bounded(outcome.due_in),
        "b_keep": outcome.keep_lease,
        "b_number": outcome.number,
        "b_attempts": outcome.attempts,
        "b_failures": outcome.failures,
        "b_looks": outcome.looks,
        "b_mutation_at": outcome.mutation_at,
        "b_unknown_now": outcome.unknown_now,
        "b_unknown_since": outcome.unknown_since,
        "b_checkpoints": _kept(outcome.checkpoints) if outcome.state in _ENDS else dict(outcome.checkpoints),
        "b_external_id": outcome.external_id,
        "b_url": outcome.url,
        "b_published": outcome.published,
        "b_error_kind": kind,
        "b_error_code": code,
        "b_error_message": message,
    }


_ENDS = ("published", "failed", "missed", "skipped")


def _kept(value: Any) -> Any:
    """Checkpoints of work that has ended, without addresses: an upload address opens the account to whoever has it."""
    if isinstance(value, Mapping):
        return {key: _kept(inner) for key, inner in value.items() if not (isinstance(inner, str) and "://" in inner)}
    return value


_END = (
    update(attempts)
    .where(attempts.c.delivery_id == bindparam("b_id"), attempts.c.number == bindparam("b_number"))
    .values(
        ended_at=db_now(),
        outcome=bindparam("b_outcome"),
        mutation_at=bindparam("b_mutation_at", type_=UtcTime),
        error_kind=bindparam("b_error_kind"),
        error_code=bindparam("b_error_code"),
        error_message=bindparam("b_error_message"),
        checkpoints=bindparam("b_checkpoints", type_=attempts.c.checkpoints.type),
    )
)


def _end_attempts(conn: Connection, ended: Sequence[Outcome]) -> None:
    if not ended:
        return
    keys = ("b_id", "b_error_kind", "b_error_code", "b_error_message", "b_checkpoints")
    rows = []
    for outcome in ended:
        values = _values(outcome)
        mutation_at = outcome.mutation_at or outcome.job.mutation_at
        own = {"b_number": outcome.job.number, "b_outcome": outcome.ends_attempt, "b_mutation_at": mutation_at}
        rows.append({key: values[key] for key in keys} | own)
    conn.execute(_END, rows)


def _publications(conn: Connection, published: Sequence[Outcome]) -> dict[int, int]:
    if not published:
        return {}
    new = [
        {"delivery_id": one.job.id, "account_id": one.job.account.id, "external_id": one.external_id, "url": one.url} for one in published
    ]
    made = insert(publications).values(published_at=db_now()).returning(publications.c.id, publications.c.delivery_id)
    return {row.delivery_id: row.id for row in conn.execute(made, new)}


def _tell(conn: Connection, taken: Sequence[Outcome], made: Mapping[int, int]) -> None:
    by_name: dict[str, list[dict[str, Any]]] = {}
    for outcome in taken:
        row = outcome.job.ids | {"data": _data(outcome), "publication": made.get(outcome.job.id)}
        if outcome.reconciled:
            by_name.setdefault("delivery.reconciled", []).append(row)
        if outcome.event:
            by_name.setdefault(outcome.event, []).append(row)
    for name, rows in by_name.items():
        events.emit_many(conn, name, rows)


def _data(outcome: Outcome) -> dict[str, Any]:
    data: dict[str, Any] = {"state": outcome.state, **outcome.data}
    if outcome.reason:
        data["reason"] = outcome.reason
    if outcome.due_in is not None:
        data["next_in"] = round(outcome.due_in, 1)
    if outcome.error:
        data["error"] = dict(zip(("kind", "code", "message"), outcome.error, strict=True))
    if outcome.published:
        data |= {"external_id": outcome.external_id, "url": outcome.url}
    return data
