"""Pauses: which scopes nobody may call, by hand or because a platform said so, and until when.

A scope is `all`, `platform:P`, `office:C`, `app:P:ID` or `account:ID`. A manual pause lasts until somebody resumes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gaung.core.store import events
from gaung.core.store.tables import accounts, deliveries, pauses
from gaung.core.store.types import bounded, db_now


@dataclass(frozen=True, slots=True)
class Pause:
    """One paused scope."""

    scope: str
    kind: Literal["manual", "auto"]
    reason: str
    until: datetime | None
    since: datetime

    def covers(self, *, platform: str, office: str, app: str, account: int) -> bool:
        """Whether it stops work for this account."""
        return self.scope in ("all", f"platform:{platform}", f"office:{office}", f"app:{platform}:{app}", f"account:{account}")


def active(conn: Connection) -> list[Pause]:
    """All pauses in force by the database's clock."""
    query = select(pauses).where(or_(pauses.c.until.is_(None), pauses.c.until > db_now()))
    return [Pause(row.scope, row.kind, row.reason, row.until, row.since) for row in conn.execute(query)]


def clause(found: Sequence[Pause], of: Any = deliveries.c) -> ColumnElement[bool] | None:
    """A condition that is true for what is paused, None when nothing is; `of` has the columns `platform`, `office` and `account_id`."""
    parts = [_condition(pause.scope, of) for pause in found]
    return or_(*parts) if parts else None


def _condition(scope: str, of: Any) -> ColumnElement[bool]:
    kind, _, rest = scope.partition(":")
    if kind == "all":
        return true()
    if kind == "platform":
        return of.platform == rest  # type: ignore[no-any-return]
    if kind == "office":
        return of.office == rest  # type: ignore[no-any-return]
    if kind == "account":
        return of.account_id == int(rest)  # type: ignore[no-any-return]
    platform, _, app = rest.partition(":")
    same_app = select(accounts.c.id).where(accounts.c.platform == platform, accounts.c.app_scope == app)
    return and_(of.platform == platform, of.account_id.in_(same_app))


def pause(conn: Connection, scope: str, *, kind: Literal["manual", "auto"], reason: str, seconds: float | None = None) -> bool:
    """Pause a scope for `seconds` (None: until resumed). Never shortens what is in force; answers whether something changed.

    One statement, for many workers hit the same limit at the same moment.
    """
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    seconds = None if seconds is None else bounded(seconds)
    values: dict[str, Any] = {"kind": kind, "reason": reason, "actor": conn.info[events.ACTOR]}
    new = insert(pauses).values(scope=scope, since=db_now(), until=None if seconds is None else db_now(seconds), **values)
    longer = and_(pauses.c.until.is_not(None), or_(new.excluded.until.is_(None), new.excluded.until > pauses.c.until))
    change = {key: new.excluded[key] for key in (*values, "until")}
    upsert = new.on_conflict_do_update(index_elements=["scope"], set_=change, where=longer).returning(pauses.c.scope)
    if conn.execute(upsert).first() is None:
        return False
    data = {"scope": scope, "kind": kind, "reason": reason, "seconds": seconds}
    events.emit(conn, "scope.paused", data=data, **_ids(conn, scope))
    return True


def lift(conn: Connection, *scopes: str) -> int:
    """End pauses and release what they held. Answers how many deliveries go on."""
    return _lift(conn, pauses.c.scope.in_(scopes))


def _lift(conn: Connection, which: ColumnElement[bool]) -> int:
    rows = conn.execute(delete(pauses).where(which).returning(pauses.c.scope, pauses.c.reason)).all()
    for row in rows:
        events.emit(conn, "scope.resumed", data={"scope": row.scope, "reason": row.reason}, **_ids(conn, row.scope))
    return release(conn, "paused") if rows else 0


def anything_over(conn: Connection) -> bool:
    """Whether a pause's time is over."""
    return conn.execute(select(pauses.c.scope).where(pauses.c.until <= db_now()).limit(1)).first() is not None


def expire(conn: Connection) -> int:
    """End the pauses whose time is over."""
    return _lift(conn, pauses.c.until <= db_now())


def release(conn: Connection, reason: str, *, account: int | None = None) -> int:
    """Let held deliveries go on, but not those that another pause still covers, or whose account still waits for a person."""
    where = [_free(conn, reason)]
    if account is not None:
        where.append(deliveries.c.account_id == account)
    changed = conn.execute(
        update(deliveries)
        .where(*where)
        .values(state="scheduled", reason=None, due_at=_later(), updated_at=db_now())
        .returning(deliveries.c.id, deliveries.c.post_id, deliveries.c.office, deliveries.c.platform, deliveries.c.account_id)
    ).all()
    rows = [_delivery_ids(row) | {"data": {"reason": reason}} for row in changed]
    events.emit_many(conn, "delivery.released", rows)
    return len(rows)


_REASONS = ("paused", "needs_reauth")


def anything_free(conn: Connection) -> bool:
    """Whether something is held by nothing."""
    return any(conn.execute(select(deliveries.c.id).where(_free(conn, reason)).limit(1)).first() for reason in _REASONS)


def free(conn: Connection) -> int:
    """Let go what is held by nothing: it was put there just after its pause had ended or its account had been reconnected."""
    return sum(release(conn, reason) for reason in _REASONS)


def _free(conn: Connection, reason: str) -> ColumnElement[bool]:
    held = and_(deliveries.c.state == "held", deliveries.c.reason == reason)
    if reason == "needs_reauth":
        return and_(held, exists().where(accounts.c.id == deliveries.c.account_id, accounts.c.status == "active"))
    still = clause(active(conn))
    return held if still is None else and_(held, ~still)


def _later() -> Any:
    """The later of the post's time and now."""
    from sqlalchemy import case

    return case((deliveries.c.at > db_now(), deliveries.c.at), else_=db_now())


def _delivery_ids(row: Any) -> dict[str, Any]:
    return {"delivery": row.id, "post": row.post_id, "office": row.office, "platform": row.platform, "account": row.account_id}


def _ids(conn: Connection, scope: str) -> dict[str, Any]:
    kind, _, rest = scope.partition(":")
    if kind == "app":
        return {"platform": rest.partition(":")[0]}
    if kind == "account":
        whose = conn.execute(select(accounts.c.office, accounts.c.platform).where(accounts.c.id == int(rest))).first()
        return {"account": int(rest)} | ({"office": whose.office, "platform": whose.platform} if whose else {})
    return {kind: rest} if kind in ("platform", "office") else {}


def shown(scope: str) -> str:
    """The scope in words for people."""
    kind, _, rest = scope.partition(":")
    if kind == "all":
        return "everything"
    if kind == "app":
        platform, _, app = rest.partition(":")
        return f"{platform} app {app}" if app else f"all of {platform}"
    return f"{kind} {rest}"
