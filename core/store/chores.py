"""Read-only jobs: claimed under a lease like deliveries, tried again at will, for they change nothing on a platform.

`sweep` looks who shared a publication, `scan` looks at registered accounts by one office account's token, `verify` looks up a link that was
handed in, `notice` follows what a platform pushed, `measure` asks for the numbers of an account and its publications. `due_at` null: never
again by itself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, literal, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gaung.core.store import pauses, switches
from gaung.core.store.ledger_tables import chores
from gaung.core.store.lists import among
from gaung.core.store.outcomes import Words
from gaung.core.store.switches import Switches
from gaung.core.store.tables import accounts
from gaung.core.store.types import UtcTime, bounded, db_now

Kind = Literal["sweep", "scan", "verify", "notice", "measure"]
Held = tuple[int, str]
"""Chore id and lease."""

_STARTED = "!"  # the running lease is the claimed one plus this, so that a message delivered twice starts once
_KILLED_WAIT = 60.0
_LONGEST_WAIT = 3600.0
_WHERE = SimpleNamespace(platform=chores.c.platform, office=accounts.c.office, account_id=chores.c.account_id)


@dataclass(frozen=True, slots=True)
class Claim:
    """A chore that is ours to enqueue: the message carries id and lease."""

    id: int
    lease: str
    platform: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A chore that this worker holds, as it was when the work began. `blocked`: its scope is paused, its account or plugin off."""

    id: int
    lease: str
    kind: Kind
    platform: str
    subject: int
    step: int
    state: Mapping[str, Any]
    since: datetime | None
    tries: int
    account: Row[Any]
    now: datetime
    blocked: bool

    @property
    def ids(self) -> dict[str, Any]:
        """What its events carry."""
        return {"platform": self.platform, "office": self.account.office, "account": self.account.id}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What becomes of a chore. Due `due_in` seconds from now, or at `due_at`; neither: never again by itself.

    `since` None: it did not run to its end.
    """

    due_in: float | None = None
    due_at: datetime | None = None
    step: int | None = None
    state: Mapping[str, Any] | None = None
    since: datetime | None = None
    tries: int = 0
    error: Words | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def plan(conn: Connection, kind: Kind, rows: Sequence[Mapping[str, Any]]) -> int:
    """Put chores down that are not there yet, due now or at `due_at`; answers how many. Each row: platform, subject, account_id."""
    if not rows:
        return 0
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    new = dialect.insert(chores).values(due_at=func.coalesce(bindparam("at", type_=UtcTime), db_now()), updated_at=db_now())
    base: dict[str, Any] = {"kind": kind, "step": 0, "state": {}, "tries": 0}
    keys = ("platform", "subject", "account_id")
    values = [{**base, **{key: row[key] for key in keys}, "at": row.get("due_at")} for row in rows]
    made = new.on_conflict_do_nothing(index_elements=["kind", "subject"]).returning(chores.c.id)
    return len(conn.execute(made, values).all())


def may(paused: Sequence[pauses.Pause], off: Switches) -> ColumnElement[bool]:
    """A condition on chores joined with their accounts: nothing forbids to call."""
    forbidden = (pauses.clause(paused, _WHERE), off.clause(_WHERE))
    return and_(accounts.c.status == "active", *(~one for one in forbidden if one is not None))


def _due() -> ColumnElement[bool]:
    return and_(chores.c.lease.is_(None), chores.c.due_at <= db_now())


def _claimable(conn: Connection, platform: str, allowed: ColumnElement[bool], only: Collection[int] | None) -> Any:
    query = select(chores.c.id).join(accounts, accounts.c.id == chores.c.account_id).where(chores.c.platform == platform, _due(), allowed)
    return query if only is None else query.where(among(conn, chores.c.id, only))


def anything_due(conn: Connection, platform: str, allowed: ColumnElement[bool]) -> bool:
    """Whether a claim would find something; keeps an idle dispatcher from taking SQLite's write lock."""
    return conn.execute(_claimable(conn, platform, allowed, None).limit(1)).first() is not None


def claim(
    conn: Connection, platform: str, limit: int, lease: float, allowed: ColumnElement[bool], only: Collection[int] | None = None
) -> list[Claim]:
    """Claim up to `limit` due chores of one platform for `lease` seconds; what was pushed or handed in goes before what is looked for."""
    waits = chores.c.kind.in_(("sweep", "scan", "measure"))
    query = _claimable(conn, platform, allowed, only).order_by(waits, chores.c.due_at, chores.c.id).limit(limit)
    ids = conn.execute(query.with_for_update(skip_locked=True, of=chores)).scalars().all()
    if not ids:
        return []
    token = uuid4().hex
    conn.execute(update(chores).where(chores.c.id.in_(ids)).values(lease=token, lease_until=db_now(lease)))
    return [Claim(id_, token, platform) for id_ in ids]


def leased(conn: Connection) -> dict[str, int]:
    """How many chores per platform are queued or being worked on."""
    query = select(chores.c.platform, func.count()).where(chores.c.lease.is_not(None)).group_by(chores.c.platform)
    return {row[0]: row[1] for row in conn.execute(query)}


def start(conn: Connection, held: Held, *, lease: float) -> Job | None:
    """Begin a claimed chore; None when it was taken back or started before."""
    id_, token = held
    row = conn.execute(
        update(chores)
        .where(chores.c.id == id_, chores.c.lease == token)
        .values(lease=chores.c.lease + literal(_STARTED), lease_until=db_now(lease))
        .returning(chores, db_now().label("now"))
    ).first()
    if row is None:
        return None
    account = conn.execute(select(accounts).where(accounts.c.id == row.account_id)).one()
    where = {"platform": row.platform, "office": account.office, "app": account.app_scope, "account": account.id}
    stopped = any(pause.covers(**where) for pause in pauses.active(conn)) or account.status != "active"
    return Job(
        id=row.id, lease=row.lease, kind=row.kind, platform=row.platform, subject=row.subject, step=row.step, state=dict(row.state),
        since=row.since, tries=row.tries, account=account, now=row.now,
        blocked=stopped or switches.load(conn).is_off(row.platform, account.office),
    )  # fmt: skip


def renew(conn: Connection, held: Sequence[Held], lease: float) -> set[int]:
    """Prolong leases by `lease` seconds from now; answers the ids that are still ours."""
    mine = tuple_(chores.c.id, chores.c.lease).in_(list(held))
    return set(conn.execute(update(chores).where(mine).values(lease_until=db_now(lease)).returning(chores.c.id)).scalars())


def finish(conn: Connection, job: Job, ending: Ending) -> bool:
    """Write down how it ended and let go of it; False: another worker's by now, and nothing of this work may be kept."""
    kind, code, message = ending.error or (None, None, None)
    due: Any = literal(ending.due_at, UtcTime) if ending.due_at is not None else None
    if ending.due_in is not None:
        due = db_now(bounded(ending.due_in))
    values = {
        "due_at": due, "lease": None, "lease_until": None, "tries": ending.tries, "updated_at": db_now(),
        "error_kind": kind, "error_code": code, "error_message": message,
        "step": job.step if ending.step is None else ending.step, "state": dict(job.state if ending.state is None else ending.state),
        "since": job.since if ending.since is None else ending.since,
    }  # fmt: skip
    return conn.execute(update(chores).where(chores.c.id == job.id, chores.c.lease == job.lease).values(**values)).rowcount == 1


def expired(conn: Connection) -> bool:
    """Whether `sweep` would find a lease that ran out."""
    return conn.execute(_lost(chores.c.id).limit(1)).first() is not None


def _lost(*columns: Any) -> Any:
    return select(*columns).where(chores.c.lease.is_not(None), chores.c.lease_until <= db_now())


def sweep(conn: Connection) -> int:
    """Take back chores whose lease ran out: due again, after a while if a worker was lost with it and not for the first time."""
    query = _lost(chores.c.id, chores.c.lease, chores.c.tries).order_by(chores.c.id).limit(5000)
    rows = conn.execute(query.with_for_update(skip_locked=True)).all()
    for row in rows:
        begun = row.lease.endswith(_STARTED)
        wait = min(_LONGEST_WAIT, _KILLED_WAIT * 2 ** (row.tries - 1)) if begun and row.tries else 0.0
        values = {"lease": None, "lease_until": None, "due_at": db_now(wait), "tries": row.tries + begun}
        conn.execute(update(chores).where(chores.c.id == row.id).values(**values))
    return len(rows)


def bring(conn: Connection, ids: Sequence[int]) -> int:
    """Make chores due now that nobody works on, whatever they waited for; answers how many."""
    free = and_(among(conn, chores.c.id, ids), chores.c.lease.is_(None))
    return conn.execute(update(chores).where(free).values(due_at=db_now(), tries=0)).rowcount


def busy(conn: Connection, served: Collection[str] | None = None, only: Collection[int] | None = None) -> int:
    """How many chores move by themselves at this moment: leased, or due and allowed. `served`: of these platforms; `only`: of these."""
    allowed = may(pauses.active(conn), switches.load(conn))
    moving = or_(chores.c.lease.is_not(None), and_(chores.c.due_at <= db_now(), allowed))
    query = select(func.count()).select_from(chores).join(accounts, accounts.c.id == chores.c.account_id).where(moving)
    query = query if served is None else query.where(chores.c.platform.in_(served))
    return conn.execute(query if only is None else query.where(among(conn, chores.c.id, only))).scalar_one()
