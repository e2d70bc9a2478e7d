"""Accounts: added, replaced, listed, removed. What a person reconnects goes on at once."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.engine import Connection

from gaung.core.errors import UserError
from gaung.core.services import credentials as creds
from gaung.core.services.context import Context
from gaung.core.services.offices import require_office
from gaung.core.store import events, office_settings, pauses
from gaung.core.store.tables import accounts, deliveries
from gaung.core.store.types import db_now

_OPEN = ("scheduled", "held", "queued", "publishing", "processing", "unconfirmed")


def add(
    ctx: Context, *, office: str, platform: str, external_id: str, handle: str, values: Mapping[str, Any], where: str
) -> dict[str, Any]:
    """Add an account, or replace the credentials of the one with this id and let go on what was held for it.

    `values` are the credentials as handed in, `where` names their source in errors. Answers `{"id","replaced","released"}`.
    """
    row = checked(ctx, office=office, platform=platform, external_id=external_id, handle=handle, values=values, where=where)
    with ctx.store.write() as conn:
        return put(ctx, conn, row)


def checked(
    ctx: Context, *, office: str, platform: str, external_id: str, handle: str, values: Mapping[str, Any], where: str
) -> dict[str, Any]:
    """The row to be, its credentials still plain. Raises UserError naming what is wrong."""
    record = ctx.manager.platform(platform)
    clean = creds.check(record, values, where)
    external_id, handle = external_id.strip(), handle.strip().removeprefix("@")
    if not external_id or any(character.isspace() for character in external_id):
        raise UserError(f"{external_id!r} is no {record.title} id.", "Copy the id from the platform, without spaces.")
    if not handle:
        raise UserError("The handle is empty.", "Give the name under which people know the account.")
    ctx.scope.require(office)
    scope = creds.app_scope(record, ctx.platform_settings(platform, office), clean)
    return {"office": office, "platform": platform, "external_id": external_id, "handle": handle, "credentials": clean, "app_scope": scope}


def put(ctx: Context, conn: Connection, row: Mapping[str, Any]) -> dict[str, Any]:
    """Write a checked account in the running transaction."""
    require_office(conn, row["office"])
    same = (accounts.c.platform == row["platform"], accounts.c.external_id == row["external_id"])
    found = conn.execute(select(accounts).where(*same).with_for_update()).first()
    if found is not None and found.status != "removed" and found.office != row["office"]:
        hint = f"Remove it there first: gaung account remove {found.id}"
        raise UserError(f"This {row['platform']} account ({row['external_id']}) belongs to office {found.office}.", hint)
    values = {**row, "credentials": ctx.box.seal(row["credentials"]), "status": "active", "updated_at": db_now()}
    account = _insert(conn, values) if found is None else _replace(conn, found, values)
    ids = {"account": account, "office": row["office"], "platform": row["platform"]}
    events.emit(conn, "account.added", data={"handle": row["handle"], "replaced": found is not None}, **ids)
    released = pauses.release(conn, "needs_reauth", account=account) if found is not None else 0
    return {"id": account, "replaced": found is not None, "released": released}


def _insert(conn: Connection, values: Mapping[str, Any]) -> int:
    made = conn.execute(insert(accounts).values(**values, limits={}, info={}, created_at=db_now()).returning(accounts.c.id))
    return int(made.scalar_one())


def _replace(conn: Connection, found: Row[Any], values: Mapping[str, Any]) -> int:
    fresh = {"credentials_version": found.credentials_version + 1, "refreshing_until": None}
    conn.execute(update(accounts).where(accounts.c.id == found.id).values(**values, **fresh))
    return int(found.id)


def list_accounts(
    ctx: Context, *, office: str | None = None, platform: str | None = None, status: str | None = None
) -> list[dict[str, Any]]:
    """`[{"id","office","platform","external_id","handle","status","limits"}]`, removed ones only when asked for."""
    where = [ctx.scope.clause(accounts.c.office), accounts.c.status == status if status else accounts.c.status != "removed"]
    if office is not None:
        where.append(accounts.c.office == office)
    if platform is not None:
        where.append(accounts.c.platform == platform)
    keys = ("id", "office", "platform", "external_id", "handle", "status", "limits")
    query = select(*[accounts.c[key] for key in keys]).where(*where).order_by(accounts.c.office, accounts.c.platform, accounts.c.id)
    with ctx.store.read() as conn:
        if office is not None:
            require_office(conn, office)
        return [dict(row) for row in conn.execute(query).mappings()]


def require_account(ctx: Context, conn: Connection, account: int) -> Row[Any]:
    """The row of an account in sight. Raises UserError otherwise."""
    row = conn.execute(select(accounts).where(accounts.c.id == account)).first()
    if row is None or not ctx.scope.sees(row.office):
        raise UserError(f"There is no account {account}.", "See: gaung account list")
    return row


def remove(ctx: Context, account: int) -> dict[str, Any]:
    """Forget an account's credentials and cancel what was planned for it; what it published stays on record.

    Raises UserError while one of its deliveries is at work or of unknown outcome. Answers `{"id","cancelled"}`.
    """
    with ctx.store.write() as conn:
        row = require_account(ctx, conn, account)
        if row.status == "removed":
            raise UserError(f"Account {account} is removed already.")
        busy = _locked_open(conn, account)
        _refuse_busy(account, busy)
        cancelled = [one.id for one in busy]
        values = {"state": "cancelled", "reason": "account_removed", "due_at": None, "updated_at": db_now()}
        conn.execute(update(deliveries).where(deliveries.c.id.in_(cancelled)).values(**values))
        ids = {"account": account, "office": row.office, "platform": row.platform}
        gone = [{"delivery": one.id, "post": one.post_id, **ids, "data": {"reason": "account_removed"}} for one in busy]
        events.emit_many(conn, "delivery.cancelled", gone)
        empty = {"status": "removed", "credentials": "", "credentials_version": row.credentials_version + 1, "updated_at": db_now()}
        conn.execute(update(accounts).where(accounts.c.id == account).values(**empty))
        events.emit(conn, "account.removed", data={"handle": row.handle}, **ids)
    return {"id": account, "cancelled": len(cancelled)}


def _locked_open(conn: Connection, account: int) -> list[Row[Any]]:
    query = select(deliveries).where(deliveries.c.account_id == account, deliveries.c.state.in_(_OPEN)).with_for_update()
    return list(conn.execute(query))


def _refuse_busy(account: int, rows: list[Row[Any]]) -> None:
    for row in rows:
        if row.state not in ("scheduled", "held") or row.lease is not None:
            raise UserError(
                f"Account {account} cannot be removed now: delivery {row.id} is {row.state}.", f"See: gaung explain delivery {row.id}"
            )


def reseal(ctx: Context) -> dict[str, Any]:
    """Encrypt every account's credentials, and every secret that an office has set, with the newest key. Answers `{"resealed":N}`."""
    ctx.scope.require_all("Sealing credentials anew")
    with ctx.store.write() as conn:
        held = select(accounts.c.id, accounts.c.credentials).where(accounts.c.credentials != "").with_for_update()
        rows = conn.execute(held).all()
        for row in rows:
            conn.execute(update(accounts).where(accounts.c.id == row.id).values(credentials=ctx.box.rotate(row.credentials)))
        secrets = office_settings.reseal(conn, ctx.box.rotate)
    return {"resealed": len(rows) + secrets}
