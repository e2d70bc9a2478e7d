"""A worker's statements. Each goes by `id AND lease = mine`, many rows at a time; a row that did not match is another worker's now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, and_, case, func, insert, literal, select, tuple_, update
from sqlalchemy.engine import Connection

from gaung.core.store import events, pauses, switches
from gaung.core.store.switches import Switches
from gaung.core.store.tables import accounts, attempts, deliveries
from gaung.core.store.types import db_now
from gaung.core.window import LATEST

Held = tuple[int, str]
"""Delivery id and lease."""

_STARTED = "!"  # the running lease is the claimed one plus this, so that a message delivered twice starts once


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A delivery that this worker holds, as it was when the work began."""

    id: int
    lease: str
    state: Literal["publishing", "processing", "unconfirmed"]
    post: int
    office: str
    platform: str
    account: Row[Any]
    content_id: int
    number: int
    attempts: int
    failures: int
    deadline_at: datetime
    mutation_at: datetime | None
    unknown_since: datetime | None
    looks: int
    checkpoints: Mapping[str, Any]
    error: tuple[str, str, str] | None
    now: datetime
    paused: bool
    off: bool

    @property
    def ids(self) -> dict[str, Any]:
        """What its events carry."""
        return {
            "delivery": self.id, "post": self.post, "office": self.office, "platform": self.platform,
            "account": self.account.id, "attempt": self.number or None,
        }  # fmt: skip


def start(conn: Connection, claims: Sequence[Held], *, lease: float, worker: str, off: Switches | None = None) -> dict[int, Job]:
    """Begin claimed work. What is missing from the answer was taken back, started before, or settled meanwhile.

    `off`: the switches, where this transaction has read them already.
    """
    mine = tuple_(deliveries.c.id, deliveries.c.lease).in_(list(claims))
    fresh = deliveries.c.state == "queued"
    rows = conn.execute(
        update(deliveries)
        .where(mine)
        .values(
            lease=deliveries.c.lease + literal(_STARTED),
            lease_until=db_now(lease),
            state=case((fresh, "publishing"), else_=deliveries.c.state),
            number=deliveries.c.number + case((fresh, 1), else_=0),
            attempts=deliveries.c.attempts + case((fresh, 1), else_=0),
            updated_at=db_now(),
        )
        .returning(deliveries, db_now().label("now"))
    ).all()
    begun = [row for row in rows if row.state == "publishing"]
    _open_attempts(conn, begun, worker)
    owners = _accounts(conn, {row.account_id for row in rows})
    paused = pauses.active(conn) if rows else []
    off = switches.load(conn) if off is None else off
    return {row.id: _job(row, owners[row.account_id], paused, off) for row in rows}


def _open_attempts(conn: Connection, rows: Sequence[Row[Any]], worker: str) -> None:
    if not rows:
        return
    new = [{"delivery_id": row.id, "number": row.number, "checkpoints": dict(row.checkpoints)} for row in rows]
    conn.execute(insert(attempts).values(worker=worker, started_at=db_now()), new)
    events.emit_many(
        conn,
        "delivery.publishing",
        [
            {
                "delivery": row.id, "post": row.post_id, "office": row.office, "platform": row.platform,
                "account": row.account_id, "attempt": row.number,
            }
            for row in rows
        ],
    )  # fmt: skip


def _accounts(conn: Connection, ids: set[int]) -> dict[int, Row[Any]]:
    return {row.id: row for row in conn.execute(select(accounts).where(accounts.c.id.in_(ids)))} if ids else {}


def _job(row: Row[Any], account: Row[Any], paused: Sequence[pauses.Pause], off: Switches) -> Job:
    where = {"platform": row.platform, "office": row.office, "app": account.app_scope, "account": account.id}
    return Job(
        id=row.id,
        lease=row.lease,
        state=row.state,
        post=row.post_id,
        office=row.office,
        platform=row.platform,
        account=account,
        content_id=row.content_id,
        number=row.number,
        attempts=row.attempts,
        failures=row.failures,
        deadline_at=row.deadline_at,
        mutation_at=row.mutation_at,
        unknown_since=row.unknown_since,
        looks=row.looks,
        checkpoints=dict(row.checkpoints),
        error=(row.error_kind, row.error_code, row.error_message) if row.error_kind else None,
        now=row.now,
        paused=any(pause.covers(**where) for pause in paused),
        off=off.is_off(row.platform, row.office),
    )


Mark = Literal["ok", "lost", "late", "paused", "disabled"]


def mark(conn: Connection, jobs: Sequence[Job], *, off: Switches | None = None) -> dict[int, tuple[Mark, datetime | None]]:
    """Commit *mutation started*, unless the lease is gone, the deadline passed, the scope was paused or the platform switched off.

    A second call of the same attempt keeps the first time. `off` as in `start`.
    """
    off = switches.load(conn) if off is None else off
    disabled = {job.id for job in jobs if off.is_off(job.platform, job.office)}
    paused = pauses.active(conn)
    stopped = {job.id for job in jobs if any(pause.covers(**_where(job)) for pause in paused)}
    wanted = [(job.id, job.lease) for job in jobs if job.id not in stopped]
    may = and_(deliveries.c.deadline_at > db_now(), deliveries.c.id.not_in(disabled)) if disabled else deliveries.c.deadline_at > db_now()
    marked = conn.execute(
        update(deliveries)
        .where(tuple_(deliveries.c.id, deliveries.c.lease).in_(wanted))
        .where(may | deliveries.c.mutation_at.is_not(None))
        .values(mutation_at=func.coalesce(deliveries.c.mutation_at, db_now()))
        .returning(deliveries.c.id, deliveries.c.mutation_at)
    ).all()
    verdicts: dict[int, tuple[Mark, datetime | None]] = {row.id: ("ok", row.mutation_at) for row in marked}
    rest = [job for job in jobs if job.id not in verdicts]
    kept = _still_mine(conn, [(job.id, job.lease) for job in rest]) if rest else set()
    for job in rest:
        held: Mark = "paused" if job.id in stopped else "disabled" if job.id in disabled else "late"
        verdicts[job.id] = (held if job.id in kept else "lost", None)
    return verdicts


def _where(job: Job) -> dict[str, Any]:
    return {"platform": job.platform, "office": job.office, "app": job.account.app_scope, "account": job.account.id}


def _still_mine(conn: Connection, held: Sequence[Held]) -> set[int]:
    mine = tuple_(deliveries.c.id, deliveries.c.lease).in_(list(held))
    return set(conn.execute(select(deliveries.c.id).where(mine).with_for_update()).scalars())


def save_checkpoints(conn: Connection, jobs: Sequence[tuple[Job, Mapping[str, Any]]]) -> set[int]:
    """Commit the whole set of checkpoints of each job; answers the ids that are still ours."""
    kept: set[int] = set()
    for job, values in jobs:
        mine = (deliveries.c.id == job.id, deliveries.c.lease == job.lease)
        if conn.execute(update(deliveries).where(*mine).values(checkpoints=dict(values))).rowcount == 1:
            kept.add(job.id)
    return kept


def renew(conn: Connection, held: Sequence[Held], lease: float) -> set[int]:
    """Prolong leases by `lease` seconds from now; answers the ids that are still ours."""
    mine = tuple_(deliveries.c.id, deliveries.c.lease).in_(list(held))
    changed = update(deliveries).where(mine).values(lease_until=db_now(lease)).returning(deliveries.c.id)
    return set(conn.execute(changed).scalars())


def owned_ids(conn: Connection, job: Job) -> frozenset[str]:
    """External ids on the job's account that other deliveries own, or have saved as a checkpoint."""
    others = (deliveries.c.account_id == job.account.id, deliveries.c.id != job.id)
    query = select(deliveries.c.external_id, deliveries.c.checkpoints).where(*others, deliveries.c.number > 0)
    owned: set[str] = set()
    for external_id, saved in conn.execute(query):
        owned.update(value for value in (external_id, *saved.values()) if isinstance(value, str))
    return frozenset(owned)


def rivals(conn: Connection, job: Job) -> list[int]:
    """Contents of other deliveries on the account whose call may have made what appears in this job's window, and whose id is not known."""
    latest = (job.unknown_since or job.now) + LATEST
    query = select(deliveries.c.content_id).where(
        deliveries.c.account_id == job.account.id,
        deliveries.c.id != job.id,
        deliveries.c.state.in_(("publishing", "processing", "unconfirmed")),
        deliveries.c.external_id.is_(None),
        deliveries.c.mutation_at <= latest,
        func.coalesce(deliveries.c.unknown_since, db_now()) >= (job.mutation_at or job.now) - LATEST,
    )
    return [content for content in conn.execute(query).scalars() if content is not None]
