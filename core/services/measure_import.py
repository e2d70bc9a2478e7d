"""`measure import`: figures that people keep by hand, of accounts and of profiles that no API reads for us, with their source."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from gaung.core.clock import parse_time
from gaung.core.config.nearest import meant
from gaung.core.errors import UserError
from gaung.core.posts.times import day
from gaung.core.services.context import Context
from gaung.core.services.importing import Import, Read, count, some
from gaung.core.services.keeping import keep
from gaung.core.store import events, measures
from gaung.core.store.measure_tables import measures as table
from gaung.core.store.registry_tables import areas
from gaung.core.store.tables import accounts, offices
from gaung.core.store.types import day_of
from gaung.core.tables import open_table

COLUMNS = {
    "office": ("kantor", "satker", "kode", "kode satker", "wilayah"),
    "platform": ("medsos", "kanal"),
    "handle": ("akun", "nama akun", "username"),
    "name": ("ukuran", "nama ukuran", "metrik"),
    "value": ("nilai", "jumlah", "angka"),
    "at": ("tanggal", "waktu", "per tanggal"),
    "source": ("sumber",),
    "approximate": ("perkiraan", "kira-kira", "sekitar"),
}
NAMES = {
    "followers": ("pengikut", "follower", "teman", "pelanggan", "subscriber", "subscribers"),
    "following": ("mengikuti", "diikuti"),
    "posts": ("unggahan", "konten", "jumlah konten", "post", "video"),
    "views": ("tayangan", "penayangan", "view"),
    "reach": ("jangkauan",),
    "likes": ("suka", "like"),
    "comments": ("komentar",),
    "shares": ("dibagikan", "bagikan"),
}
"""Core's names of account figures, and what people call them."""
_YES, _NO = ("ya", "yes", "y", "1", "true", "benar", "x"), ("", "tidak", "no", "n", "0", "false")
_NO_ACCOUNT = "akun_provinsi"
"""The handle of the baseline where the province has no account yet: the article names none."""
_BASELINE = "data/baseline_2023-12-04.csv"


def import_measures(ctx: Context, path: Path) -> dict[str, Any]:
    """Put down every good row; the same figure of the same moment again: replaced if it differs. Answers what every import answers."""
    return _run(ctx, Import(open_table(path, COLUMNS, ("office", "platform", "handle", "name", "value", "at", "source"))), None)


def import_baseline(ctx: Context) -> dict[str, Any]:
    """Put down the followers of the province as Radar Lampung printed them on 4 December 2023: approximate, the first of every series."""
    ctx.scope.require("18")
    query = select(accounts.c.platform, accounts.c.handle).where(accounts.c.office == "18", accounts.c.status != "removed")
    with ctx.store.read() as conn:
        handles = {row.platform: row.handle for row in conn.execute(query.order_by(accounts.c.id.desc()))}
    with as_file(files("gaung.core").joinpath(_BASELINE)) as path:
        return _run(ctx, Import(open_table(path, COLUMNS)), handles)


def _run(ctx: Context, run: Import, handles: Mapping[str, str] | None) -> dict[str, Any]:
    """`handles`: by platform, of rows that name no account; None: each row has to name one."""
    with ctx.store.write() as conn:
        known = _Known(ctx, conn)
        rows = run.checked(_readers(known, handles), partial(_row, known, handles))
        put = partial(measures.put, conn, actor=conn.info[events.ACTOR])
        keep(conn, run, table, rows, key=measures.KEY, said=("value", "source", "exact"), put=put)
        if run.imported or run.updated:
            counts = {"imported": run.imported, "updated": run.updated, "rejected": len(run.rejects)}
            events.emit(conn, "measure.imported", data=counts)
    return run.answer()


class _Known:
    """What a row may name."""

    def __init__(self, ctx: Context, conn: Connection) -> None:
        self.scope = ctx.scope
        self.zone = ctx.settings.zone
        self.offices = set(conn.execute(select(offices.c.code)).scalars())
        self.areas = set(conn.execute(select(areas.c.code)).scalars())
        self.platforms = set(ctx.manager.platforms())
        rows = conn.execute(select(accounts.c.id, accounts.c.office, accounts.c.platform, accounts.c.handle))
        self.accounts = {(row.office, row.platform, row.handle.casefold()): (row.id, row.handle) for row in rows}

    def office(self, cell: str) -> str:
        """An office, or an area whose PPK or PPS keeps the profile."""
        if cell not in self.offices and cell not in self.areas:
            raise UserError(f"Unknown office {cell or '(empty)'}.", meant(cell, self.offices) if cell else "Give a code such as 18.01.")
        self.scope.require(cell)
        return cell

    def platform(self, cell: str) -> str:
        """A platform that a plugin serves, or another one's name: a figure needs no plugin."""
        plain = cell.casefold()
        near = meant(plain, self.platforms)
        if plain in self.platforms or (re.fullmatch(r"[a-z][a-z0-9_-]*", plain) and "Did you mean" not in near):
            return plain
        raise UserError(f"Unknown platform {cell or '(empty)'}.", near)

    def moment(self, cell: str) -> datetime:
        """A time, or a day, which stands for its noon; nobody has counted tomorrow's."""
        try:
            found = parse_time(cell, self.zone)
        except ValueError:
            found = datetime.combine(day(cell), datetime.min.time(), self.zone).replace(hour=12)
        if day_of(found) > day_of(None):
            raise ValueError(f"is {cell!r}, which is still to come; write the day on which it was counted")
        return found


def _readers(known: _Known, handles: Mapping[str, str] | None) -> dict[str, Read]:
    named = some("the account's name") if handles is None else str
    return {
        "office": known.office,
        "platform": known.platform,
        "handle": lambda cell: named(cell.lstrip("@")),
        "name": _name,
        "value": count(),
        "at": known.moment,
        "source": some("who counted, and where"),
        "approximate": _approximate,
    }


def _name(cell: str) -> str:
    plain = cell.casefold()
    for name, others in NAMES.items():
        if plain == name or plain in others:
            return name
    raise UserError(f"Unknown figure {cell or '(empty)'}.", meant(plain, NAMES))


def _approximate(cell: str) -> bool:
    plain = cell.casefold()
    if plain in _YES or plain in _NO:
        return plain in _YES
    raise ValueError(f"is {cell!r}; write ya or tidak")


def _row(known: _Known, handles: Mapping[str, str] | None, values: Mapping[str, Any]) -> dict[str, Any]:
    handle = values["handle"] or (handles or {}).get(values["platform"], _NO_ACCOUNT)
    said = {
        "name": values["name"],
        "value": float(values["value"]),
        "as_of": values["at"],
        "source": values["source"],
        "exact": not values["approximate"],
    }
    account, handle = known.accounts.get((values["office"], values["platform"], handle.casefold()), (None, handle))
    who = {"office": values["office"], "platform": values["platform"], "handle": handle, "account_id": account}
    return {**who, **said, "publication": 0, "post_id": None, "definition": "hand", "why": ""}
