"""Asks the platforms who the tokens are: `account check`."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Row, select, update

from gaung.core.errors import AuthExpired, AuthRevoked, PlatformError, PluginError, Transient, UserError
from gaung.core.records import Account, AccountInfo
from gaung.core.redaction import redact
from gaung.core.services.accounts import require_account
from gaung.core.services.context import Context
from gaung.core.store import credentials, pauses
from gaung.core.store.tables import accounts
from gaung.core.store.types import db_now

_AT_ONCE = 8

Answer = TypeVar("Answer")


def check(ctx: Context, ids: Sequence[int] | None) -> Iterator[dict[str, Any]]:
    """`{"id","ok","who","scopes","expires_at","limits","problem"}` of each account (None: all in sight), as the answers come in.

    What the platform says of limits is kept; a revoked token, or one of another account, flags the account; one that works again
    releases what was held.
    """
    rows = _rows(ctx, ids)
    for row in rows:
        if row.platform in ctx.manager.platforms():
            ctx.platform_settings(row.platform, row.office)  # a mistake in the settings is told before anything is asked
    _ = ctx.box, ctx.manager
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from pool.map(lambda row: _check(ctx, row), rows)


def _rows(ctx: Context, ids: Sequence[int] | None) -> list[Row[Any]]:
    with ctx.store.read() as conn:
        if ids is None:
            where = (accounts.c.status != "removed", ctx.scope.clause(accounts.c.office))
            return list(conn.execute(select(accounts).where(*where).order_by(accounts.c.office, accounts.c.platform)))
        found = [require_account(ctx, conn, account) for account in ids]
    for row in found:
        if row.status == "removed":
            raise UserError(f"Account {row.id} is removed.", "Add it again: gaung account add")
    return found


def _check(ctx: Context, row: Row[Any]) -> dict[str, Any]:
    try:
        info, row = with_fresh_token(ctx, row, ctx.manager.check_account)
    except (PlatformError, PluginError, UserError) as error:
        return _refused(ctx, row, error)
    if info.external_id != row.external_id:
        words = (
            f"the token is of {info.handle or info.who} ({info.external_id}), not of {row.external_id}: add the account with its own token"
        )
        with ctx.store.write() as conn:  # or its posts would go out under another office's name
            credentials.flag(conn, row.id, row.credentials_version, code="other_account", message=redact(words))
        return _answer(row, info=info, problem=words)
    _keep(ctx, row, info)
    return _answer(row, info=info, problem=None)


def with_fresh_token(ctx: Context, row: Row[Any], ask: Callable[[Account], Answer]) -> tuple[Answer, Row[Any]]:
    """What `ask` answers for the account of `row`; where its token expired, once more with a refreshed one. The row is the one in force."""
    account = ctx.account(row)
    try:
        return ask(account), row
    except AuthExpired as error:
        if not ctx.manager.platform(row.platform).capabilities.refreshes_credentials:
            raise AuthRevoked(error.message, code=error.code) from error
        row = _refresh(ctx, row, account)
        return ask(ctx.account(row)), row


def _refresh(ctx: Context, row: Row[Any], account: Account) -> Row[Any]:
    """One refresh at a time, as workers do it; when a worker is at it, its answer is waited for by asking again later."""
    with ctx.store.write() as conn:
        mine = credentials.claim_refresh(conn, row.id, row.credentials_version, 90.0)
    if not mine:
        raise Transient("this token is being refreshed; try again in a minute", code="refresh_busy")
    try:
        new = ctx.manager.refresh_credentials(account)
    except BaseException:
        with ctx.store.write() as conn:
            credentials.release_refresh(conn, row.id, row.credentials_version)
        raise
    with ctx.store.write() as conn:
        credentials.store_refreshed(conn, row.id, row.credentials_version, ctx.box.seal(new))
        return require_account(ctx, conn, row.id)


def _refused(ctx: Context, row: Row[Any], error: Exception) -> dict[str, Any]:
    words = redact(str(error))
    if isinstance(error, AuthRevoked):
        with ctx.store.write() as conn:
            credentials.flag(conn, row.id, row.credentials_version, code=error.code, message=redact(error.message))
        words += " Connect it again: gaung account add with a fresh token."
    return _answer(row, info=None, problem=words)


def _keep(ctx: Context, row: Row[Any], info: AccountInfo) -> None:
    told = {"who": info.who, "scopes": list(info.scopes), "expires_at": _text(info.expires_at)}
    values = {"limits": dict(info.limits), "info": told, "handle": info.handle or row.handle, "updated_at": db_now()}
    same = (accounts.c.id == row.id, accounts.c.credentials_version == row.credentials_version)
    with ctx.store.write() as conn:
        kept = conn.execute(update(accounts).where(*same).values(**values)).rowcount == 1
        if kept and row.status == "needs_reauth":
            conn.execute(update(accounts).where(*same).values(status="active"))
            pauses.release(conn, "needs_reauth", account=row.id)


def _text(when: datetime | None) -> str | None:
    return when.isoformat() if when else None


def _answer(row: Row[Any], *, info: AccountInfo | None, problem: str | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "ok": problem is None,
        "who": info.who if info else None,
        "scopes": list(info.scopes) if info else [],
        "expires_at": info.expires_at if info else None,
        "limits": dict(info.limits) if info else {},
        "problem": problem,
        "office": row.office,
        "platform": row.platform,
        "handle": row.handle,
    }
