"""`body import`: institutional accounts from a table; good rows are taken, bad ones rejected with their reason."""

from pathlib import Path
from typing import Any

from gaung.core.errors import UserError
from gaung.core.ledger.raising import chunks
from gaung.core.registry import state
from gaung.core.services import bodies
from gaung.core.services.context import Context
from gaung.core.services.declarations import read
from gaung.core.services.importing import Import
from gaung.core.tables import Row, open_table

COLUMNS = {
    "body": ("badan", "badan adhoc", "lembaga"),
    "area": ("wilayah", "kode wilayah", "kode"),
    "platform": ("medsos", "kanal"),
    "handle": ("akun", "nama akun", "username", "tautan", "link"),
}
_CHUNK = 500


def import_bodies(ctx: Context, path: Path) -> dict[str, Any]:
    """Put down the account of every row. Answers what every import answers; again: nothing changes."""
    run = Import(open_table(path, COLUMNS, tuple(COLUMNS)))
    for rows in chunks(run.good(), _CHUNK):
        _write(ctx, run, rows)
    return run.answer()


def _write(ctx: Context, run: Import, rows: list[Row]) -> None:
    before = run.imported
    with ctx.store.write() as conn:
        for row in rows:
            try:
                with conn.begin_nested():  # a row that is refused takes back what it had changed, and nothing else
                    changed, _ = _put(ctx, conn, row)
            except UserError as error:
                run.reject(row, error)
                continue
            run.imported += changed
            run.unchanged += not changed
        if run.imported > before:
            state.touched(conn)


def _put(ctx: Context, conn: Any, row: Row) -> tuple[bool, int]:
    values = row.values
    if not values["handle"]:
        raise UserError("The handle is empty.", "Write it, or leave the row out; to end an account: gaung body declare --ended")
    platform = ctx.manager.platform(values["platform"].lower())
    handle = read(ctx, platform, values["handle"])
    return bodies.put(ctx, conn, bodies.place(ctx, conn, values["body"], values["area"]), platform, handle)
