"""`account import`: many accounts from one CSV file, good rows taken, bad ones rejected with their reason."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from gaung.core.errors import UserError
from gaung.core.services import accounts
from gaung.core.services import credentials as creds
from gaung.core.services.context import Context
from gaung.core.services.importing import Import
from gaung.core.store import events
from gaung.core.store.tables import accounts as table
from gaung.core.store.tables import offices
from gaung.core.store.types import db_now
from gaung.core.tables import Reject, Row, open_table

COLUMNS = {
    "office": ("kantor", "satker", "kode", "kode satker"),
    "platform": ("medsos", "kanal"),
    "external_id": ("id", "id eksternal", "page_id"),
    "handle": ("akun", "nama akun", "username"),
    "credentials": ("kredensial", "token"),
}
_CHUNK = 500

Key = tuple[str, str]
Good = tuple[Row, dict[str, Any]]


def import_accounts(ctx: Context, path: Path) -> dict[str, Any]:
    """Add or replace every account of the file. `credentials` is JSON text, or the path of a JSON file beside the CSV.

    Answers what every import answers. Nothing of a token is echoed or written into the rejects.
    """
    run = Import(open_table(path, COLUMNS, tuple(COLUMNS)))
    chunk: list[Good] = []
    for row in _checked(ctx, run):
        chunk.append(row)
        if len(chunk) == _CHUNK:
            _write(ctx, run, chunk)
            chunk = []
    if chunk:
        _write(ctx, run, chunk)
    return run.answer()


def _checked(ctx: Context, run: Import) -> Iterator[Good]:
    with ctx.store.read() as conn:
        known = set(conn.execute(select(offices.c.code)).scalars())
    seen: dict[Key, int] = {}
    for row in run.table.rows():
        run.rows += 1
        if isinstance(row, Reject):
            run.rejects.append(_without_token(row))
            continue
        try:
            checked = _check(ctx, row, run.table.path.parent, known)
            key = (checked["platform"], checked["external_id"])
            if key in seen:
                raise UserError(f"The same account stands in row {seen[key]}.", "Keep one of them.")
            seen[key] = row.number
        except UserError as error:
            run.rejects.append(_reject(row, error))
            continue
        yield row, checked


def _check(ctx: Context, row: Row, folder: Path, known: set[str]) -> dict[str, Any]:
    values = row.values
    if values["office"] not in known:
        raise UserError(f"Unknown office {values['office'] or '(empty)'}.", "See: gaung office list")
    where = f"credentials of row {row.number}"
    given = creds.parse(_text(values["credentials"], folder, where), where)
    names = {key: values[key] for key in ("office", "external_id", "handle")}
    found: dict[str, Any] = accounts.checked(ctx, **names, platform=values["platform"].lower(), values=given, where=where)
    return found


def _text(cell: str, folder: Path, where: str) -> str:
    if not cell or cell.startswith(("{", "[", '"')):
        return cell
    try:
        return (folder / cell).read_text("utf-8")
    except (OSError, UnicodeDecodeError, ValueError):
        raise UserError(f"{where} are neither JSON nor the path of a JSON file that can be read.", "Correct the cell.") from None


def _reject(row: Row, error: UserError) -> Reject:
    return _without_token(Reject(row=row.number, field="", reason=error.message, remedy=error.hint, cells=row.cells))


def _without_token(reject: Reject) -> Reject:
    """The row's cells with JSON taken out: a rejects file is passed on more easily than the list it came from."""
    return replace(reject, cells={name: "" if "{" in cell else cell for name, cell in reject.cells.items()})


def _write(ctx: Context, run: Import, rows: list[Good]) -> None:
    with ctx.store.write() as conn:
        there = _existing(conn, [checked["external_id"] for _, checked in rows])
        fresh = [checked for _, checked in rows if (checked["platform"], checked["external_id"]) not in there]
        _insert(ctx, conn, fresh)
        run.imported += len(fresh)
        for row, checked in rows:
            found = there.get((checked["platform"], checked["external_id"]))
            if found is not None:
                _again(ctx, conn, run, found, (row, checked))


def _existing(conn: Connection, ids: list[str]) -> dict[Key, Any]:
    return {(row.platform, row.external_id): row for row in conn.execute(select(table).where(table.c.external_id.in_(ids)))}


def _insert(ctx: Context, conn: Connection, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    empty: dict[str, Any] = {"status": "active", "limits": {}, "info": {}}
    new = [{**row, **empty, "credentials": ctx.box.seal(row["credentials"])} for row in rows]
    made = insert(table).values(created_at=db_now(), updated_at=db_now()).returning(table.c.id, sort_by_parameter_order=True)
    numbers = conn.execute(made, new).scalars().all()
    told = [
        {"account": number, "office": row["office"], "platform": row["platform"], "data": {"handle": row["handle"], "replaced": False}}
        for number, row in zip(numbers, rows, strict=True)
    ]
    events.emit_many(conn, "account.added", told)


def _again(ctx: Context, conn: Connection, run: Import, found: Any, good: Good) -> None:
    row, checked = good
    if _same(ctx, found, checked):
        run.unchanged += 1
        return
    try:
        accounts.put(ctx, conn, checked)
    except UserError as error:
        run.rejects.append(_reject(row, error))
        return
    run.updated += 1


def _same(ctx: Context, found: Any, row: Mapping[str, Any]) -> bool:
    if found.status != "active" or any(getattr(found, key) != row[key] for key in ("office", "handle", "app_scope")):
        return False
    try:
        return bool(dict(ctx.box.open(found.credentials)) == row["credentials"])
    except UserError:  # sealed with a key that is gone: the new credentials mend it
        return False
