"""Lays to rest, visibly, deliveries of platforms whose plugin is gone or broken, and takes them up again when it is back."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, select, update
from sqlalchemy.engine import Connection

from gaung.core.store import events
from gaung.core.store.tables import deliveries
from gaung.core.store.types import db_now

NO_PLUGIN = "no_plugin"
_MOST = 5000
_KEYS = (deliveries.c.id, deliveries.c.post_id, deliveries.c.account_id, deliveries.c.office, deliveries.c.platform, deliveries.c.state)


def _due(served: Collection[str]) -> ColumnElement[bool]:
    waiting = deliveries.c.state.in_(("scheduled", "processing", "unconfirmed"))
    return and_(deliveries.c.lease.is_(None), deliveries.c.due_at <= db_now(), waiting, deliveries.c.platform.not_in(served))


def _resting(served: Collection[str]) -> ColumnElement[bool]:
    states = deliveries.c.state.in_(("held", "processing", "unconfirmed"))
    return and_(states, deliveries.c.reason == NO_PLUGIN, deliveries.c.platform.in_(served))


def anything(conn: Connection, served: Collection[str]) -> bool:
    """Whether `rest` or `wake` would find something."""
    return any(conn.execute(select(deliveries.c.id).where(which(served)).limit(1)).first() for which in (_due, _resting))


def rest(conn: Connection, served: Collection[str]) -> int:
    """Hold what is due on a platform that is not among `served`; checks and looks wait, too. Deadlines go on."""
    rows = _locked(conn, _due(served))
    _set(conn, rows, state=case((deliveries.c.state == "scheduled", "held"), else_=deliveries.c.state), reason=NO_PLUGIN, due_at=None)
    names = {"scheduled": "delivery.held", "processing": "delivery.processing", "unconfirmed": "delivery.unconfirmed"}
    _tell(conn, rows, names, {"reason": NO_PLUGIN})
    return len(rows)


def wake(conn: Connection, served: Collection[str]) -> int:
    """Go on with what rested, for its platform is `served` again."""
    rows = _locked(conn, _resting(served))
    due = case((and_(deliveries.c.state == "held", deliveries.c.at > db_now()), deliveries.c.at), else_=db_now())
    _set(conn, rows, state=case((deliveries.c.state == "held", "scheduled"), else_=deliveries.c.state), reason=None, due_at=due)
    _tell(conn, rows, dict.fromkeys(("held", "processing", "unconfirmed"), "delivery.released"), {"reason": NO_PLUGIN})
    return len(rows)


def _locked(conn: Connection, condition: ColumnElement[bool]) -> list[Row[Any]]:
    query = select(*_KEYS).where(condition).order_by(deliveries.c.id).limit(_MOST)
    return list(conn.execute(query.with_for_update(skip_locked=True, of=deliveries)))


def _set(conn: Connection, rows: list[Row[Any]], **values: Any) -> None:
    if rows:
        conn.execute(update(deliveries).where(deliveries.c.id.in_([row.id for row in rows])).values(updated_at=db_now(), **values))


def _tell(conn: Connection, rows: list[Row[Any]], names: dict[str, str], data: dict[str, Any]) -> None:
    for state, name in names.items():
        events.emit_many(conn, name, [_ids(row) | {"data": data} for row in rows if row.state == state])


def _ids(row: Row[Any]) -> dict[str, Any]:
    return {"delivery": row.id, "post": row.post_id, "account": row.account_id, "office": row.office, "platform": row.platform}
