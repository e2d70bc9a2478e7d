"""Keeps alerts: each is told once when it is raised, and once when it is over."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from gaung.core.alerts.alert import Alert
from gaung.core.alerts.rules import RULES
from gaung.core.config.model import AlertSettings
from gaung.core.store import events
from gaung.core.store.locks import ALERTS, lock
from gaung.core.store.measure_tables import alerts as table
from gaung.core.store.types import db_now


def look(conn: Connection, settings: AlertSettings) -> list[Alert]:
    """What is the case at this moment, by every rule. Takes no lock."""
    now = conn.execute(select(db_now())).scalar_one()
    return [alert for rule in RULES.values() for alert in rule(conn, settings, now)]


def changed(conn: Connection, found: Sequence[Alert]) -> bool:
    """Whether `write` would change something; keeps an idle dispatcher from taking SQLite's write lock."""
    known = {(row.kind, row.key) for row in _open(conn)}
    there = {(alert.kind, alert.key) for alert in found}
    return bool(known - there) or any(not alert.keeps and (alert.kind, alert.key) not in known for alert in found)


def write(conn: Connection, found: Sequence[Alert]) -> tuple[int, int]:
    """Raise what is new, resolve what is over; answers how many of each. Of several dispatchers one tells it."""
    lock(conn, ALERTS)
    rows = {(row.kind, row.key): row for row in _open(conn)}
    new = [alert for alert in found if not alert.keeps and (alert.kind, alert.key) not in rows]
    for alert in new:
        _raise(conn, alert)
    over = [row for key, row in rows.items() if key not in {(alert.kind, alert.key) for alert in found}]
    for row in over:
        conn.execute(update(table).where(table.c.id == row.id).values(resolved_at=db_now()))
        _tell(conn, "alert.resolved", row.kind, row)
    return len(new), len(over)


def listed(conn: Connection, *, everything: bool = False, kinds: Collection[str] = ()) -> list[Any]:
    """Open alerts, or all of them, the latest first."""
    query = select(table).order_by(table.c.raised_at.desc(), table.c.id.desc())
    if not everything:
        query = query.where(table.c.resolved_at.is_(None))
    return list(conn.execute(query.where(table.c.kind.in_(sorted(kinds))) if kinds else query))


def _open(conn: Connection) -> list[Any]:
    return list(conn.execute(select(table).where(table.c.resolved_at.is_(None)).order_by(table.c.id)))


def _raise(conn: Connection, alert: Alert) -> None:
    values: dict[str, Any] = {
        "kind": alert.kind,
        "key": alert.key,
        "office": alert.office,
        "platform": alert.platform,
        "data": dict(alert.data),
    }
    values |= {"account_id": alert.account, "post_id": alert.post}
    row = conn.execute(insert(table).values(**values, raised_at=db_now()).returning(table)).one()
    _tell(conn, "alert.raised", alert.kind, row)


def _tell(conn: Connection, name: str, kind: str, row: Any) -> None:
    ids = {"office": row.office, "platform": row.platform, "account": row.account_id, "post": row.post_id}
    events.emit(conn, name, data={"alert": kind, **row.data}, **ids)
