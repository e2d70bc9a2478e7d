"""Deliveries: listed, and settled by a person where nobody else can tell."""

from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Row, func, insert, select, update
from sqlalchemy.engine import Connection

from gaung.core.config.nearest import meant
from gaung.core.errors import UserError
from gaung.core.services.context import Context
from gaung.core.services.offices import require_office
from gaung.core.store import events
from gaung.core.store.tables import STATES, accounts, attempts, deliveries, publications
from gaung.core.store.types import db_now

_CLEAN = {"error_kind": None, "error_code": None, "error_message": None, "unknown_since": None, "looks": 0, "failures": 0}


def list_deliveries(
    ctx: Context,
    *,
    post: int | None = None,
    state: str | None = None,
    office: str | None = None,
    platform: str | None = None,
    account: int | None = None,
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """Every delivery in sight that fits, by id. Raises UserError for a post, state or office that does not exist."""
    where = [ctx.scope.clause(deliveries.c.office)]
    for column, value in ((deliveries.c.post_id, post), (deliveries.c.state, state), (deliveries.c.account_id, account)):
        if value is not None:
            where.append(column == value)
    for column, value in ((deliveries.c.office, office), (deliveries.c.platform, platform)):
        if value is not None:
            where.append(column == value)
    if state is not None and state not in STATES:
        raise UserError(f"Unknown state {state}.", meant(state, STATES))
    with ctx.store.read() as conn:
        _exist(conn, post, office)
        return [shown(row) for row in conn.execute(_query(where, limit))]


def _exist(conn: Connection, post: int | None, office: str | None) -> None:
    from gaung.core.services.posts import require_post

    if post is not None:
        require_post(conn, post)
    if office is not None:
        require_office(conn, office)


def _query(where: list[ColumnElement[bool]], limit: int | None) -> Any:
    joined = select(deliveries, accounts.c.handle).join(accounts, accounts.c.id == deliveries.c.account_id)
    return joined.where(*where).order_by(deliveries.c.id).limit(limit)


def shown(row: Row[Any]) -> dict[str, Any]:
    """A delivery as `delivery list` shows it."""
    error = {"kind": row.error_kind, "code": row.error_code or "", "message": row.error_message or ""} if row.error_kind else None
    return {
        "id": row.id,
        "post": row.post_id,
        "office": row.office,
        "platform": row.platform,
        "account": row.account_id,
        "handle": row.handle,
        "state": row.state,
        "reason": row.reason,
        "attempts": row.attempts,
        "external_id": row.external_id,
        "url": row.url,
        "error": error,
        "scheduled_at": row.at,
        "published_at": row.published_at,
    }


def settle(ctx: Context, delivery: int, *, url: str | None, external_id: str | None = None) -> dict[str, Any]:
    """Say what became of an `unconfirmed` delivery: published at `url`, or (None) surely not there.

    Not there: a new attempt before the deadline, else `missed`. Answers the delivery as it is then.
    """
    if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc):
        raise UserError(f"{url} is no address of a post.", "Copy it from the browser: https://...")
    with ctx.store.write() as conn:
        row = require_delivery(ctx, conn, delivery, lock=True)
        if row.state != "unconfirmed":
            raise UserError(
                f"Delivery {delivery} is {row.state}; only what is unconfirmed can be settled.", f"See: gaung explain delivery {delivery}"
            )
        if url is None:
            _not_there(conn, row)
        else:
            _published(conn, row, url, external_id or row.external_id)
        return shown(require_delivery(ctx, conn, delivery))


def require_delivery(ctx: Context, conn: Connection, delivery: int, *, lock: bool = False) -> Row[Any]:
    """The row of a delivery in sight, with its account's handle. Raises UserError otherwise."""
    if lock:
        conn.execute(select(deliveries.c.id).where(deliveries.c.id == delivery).with_for_update())
    row = conn.execute(_query([deliveries.c.id == delivery], None)).first()
    if row is None or not ctx.scope.sees(row.office):
        raise UserError(f"There is no delivery {delivery}.", "See: gaung delivery list")
    found: Row[Any] = row
    return found


def ids(row: Row[Any]) -> dict[str, Any]:
    """What a delivery's events carry."""
    numbers = {"delivery": row.id, "post": row.post_id, "account": row.account_id, "attempt": row.number or None}
    return {**numbers, "office": row.office, "platform": row.platform}


def _published(conn: Connection, row: Row[Any], url: str, external_id: str | None) -> None:
    same = deliveries.c.url == url
    if external_id is not None:
        same = same | (deliveries.c.external_id == external_id)
    owner = select(deliveries.c.id).where(deliveries.c.account_id == row.account_id, deliveries.c.id != row.id, same)
    other = conn.execute(owner).scalar()
    if other is not None:
        raise UserError(f"That post belongs to delivery {other} already.", f"See: gaung delivery list --post {row.post_id}")
    when = func.coalesce(deliveries.c.mutation_at, db_now())
    values = {"state": "published", "reason": None, "due_at": None, "url": url, "external_id": external_id, "published_at": when}
    conn.execute(_change(row).values(**values, **_CLEAN))
    at = conn.execute(select(deliveries.c.published_at).where(deliveries.c.id == row.id)).scalar_one()
    new = {"delivery_id": row.id, "account_id": row.account_id, "external_id": external_id, "url": url, "published_at": at}
    publication = conn.execute(insert(publications).values(**new).returning(publications.c.id)).scalar_one()
    _end_attempt(conn, row, "published")
    events.emit(conn, "delivery.reconciled", data={"state": "published", "by": "person"}, **ids(row))
    data = {"state": "published", "url": url, "external_id": external_id, "by": "person"}
    events.emit(conn, "delivery.published", data=data, publication=publication, **ids(row))


def _not_there(conn: Connection, row: Row[Any]) -> None:
    in_time = conn.execute(select(deliveries.c.deadline_at > db_now()).where(deliveries.c.id == row.id)).scalar_one()
    state, reason = ("scheduled", None) if in_time else ("missed", "deadline")
    due = db_now() if in_time else None
    fresh: dict[str, Any] = {"mutation_at": None, "checkpoints": {}}
    conn.execute(_change(row).values(state=state, reason=reason, due_at=due, **fresh, **_CLEAN))
    _end_attempt(conn, row, "not_there")
    events.emit(conn, "delivery.reconciled", data={"state": state, "by": "person"}, **ids(row))
    name = "delivery.retrying" if in_time else "delivery.missed"
    events.emit(conn, name, data={"state": state, "reason": reason or "not_there", "by": "person"}, **ids(row))


def _change(row: Row[Any]) -> Any:
    return update(deliveries).where(deliveries.c.id == row.id).values(lease=None, lease_until=None, updated_at=db_now())


def _end_attempt(conn: Connection, row: Row[Any], outcome: str) -> None:
    same = (attempts.c.delivery_id == row.id, attempts.c.number == row.number)
    conn.execute(update(attempts).where(*same).values(outcome=outcome, ended_at=func.coalesce(attempts.c.ended_at, db_now())))
