"""Writes a drive as texts that PPS and PPK send on: one for each village and district that members serve in, and a list of them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.engine import Connection

from gaung.core.errors import UserError
from gaung.core.ledger import calling, covering
from gaung.core.ledger.calling import Call
from gaung.core.services.areas import require_area
from gaung.core.services.context import Context
from gaung.core.services.drive_letters import Spread, letter, span
from gaung.core.services.drives import called
from gaung.core.services.exports import csv_text
from gaung.core.store.tables import accounts, deliveries, publications

INDEX = "daftar.csv"
_COLUMNS = {
    "kode": "kode", "wilayah": "wilayah", "kecamatan": "kecamatan", "kabupaten_kota": "kabupaten_kota", "anggota": "anggota",
    "gelombang": "gelombang", "waktu": "waktu", "takarir": "takarir", "tautan": "tautan", "berkas": "berkas",
}  # fmt: skip
_NEAREST = ("regency", "province", "national", "district", "village")
"""Whose publication a place is sent: that of its regency's office, else of the province's, else of who else published it near by."""


def export(ctx: Context, number: int, folder: Path, *, area: str | None = None, overwrite: bool = False) -> dict[str, Any]:
    """Write the drive's texts. Answers `{"drive","folder","index","files","without_links"}`.

    One text a place, in a folder for each district, UTF-8, in Indonesian; places with no official link of their office at all are
    counted in `without_links` and get none. Raises `UserError` for a folder that holds something already, unless `overwrite`.
    """
    with ctx.store.read() as conn:
        drive, call = called(ctx, conn, number)
        if area is not None:
            call = Call(call.day, (_narrowed(ctx, conn, call, area),), call.bodies)
        places = calling.places(conn, call)
        above = calling.lying_in(conn, call.roots)
        members = calling.directly(conn, call)
        links = _links(ctx, conn, drive.post_id)
    if not links:
        raise UserError(f"Post {drive.post_id} has no publication any more.", f"Close the drive: gaung drive close {number}")
    spread = Spread(drive=number, opens=drive.opens_at, deadline=drive.deadline_at, windows=drive.windows, captions=drive.captions)
    _prepare(folder, overwrite)
    rows = [
        _write(ctx, folder, drive, call, spread, place, above[place.code], links) | {"anggota": members.get(place.code, 0)}
        for place in places
    ]
    _put(folder / INDEX, csv_text(_COLUMNS, rows))
    without = sum(not row["berkas"] for row in rows)
    return {"drive": number, "folder": str(folder), "index": INDEX, "files": len(rows) - without, "without_links": without}


def _write(
    ctx: Context,
    folder: Path,
    drive: Row[Any],
    call: Call,
    spread: Spread,
    place: Row[Any],
    above: Sequence[Row[Any]],
    links: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    names = {row.level: row.name for row in above}
    codes = {row.level: row.code for row in above}
    own = _nearest(codes, links)
    window, caption = spread.window(place.code), spread.caption(place.code)
    zone = ctx.settings.zone
    file = ""
    if own:
        where = ", ".join(row.name for row in above if row.level in ("village", "district", "regency")) or place.name
        words = letter(
            place=where, title=drive.title, bodies=call.bodies, links=own, caption=spread.captions[caption - 1], spread=spread,
            window=window, zone=zone,
        )  # fmt: skip
        inside = codes.get("district") or codes.get("regency") or place.code
        file = f"{inside}/{place.code}-{_slug(place.name)}.txt"
        _put(folder / file, words)
    return {
        "kode": place.code,
        "wilayah": place.name,
        "kecamatan": names.get("district", ""),
        "kabupaten_kota": names.get("regency", ""),
        "gelombang": window,
        "waktu": span(*spread.times(window), zone),
        "takarir": caption,
        "tautan": ", ".join(own),
        "berkas": file,
    }


def _links(ctx: Context, conn: Connection, post: int) -> dict[str, dict[str, str]]:
    """By office: for each platform's title the address of the publication there, or the account's handle where there is no address."""
    out = publications.join(deliveries, deliveries.c.id == publications.c.delivery_id).join(
        accounts, accounts.c.id == publications.c.account_id
    )
    shown = (deliveries.c.office, deliveries.c.platform, publications.c.url, accounts.c.handle)
    query = select(*shown).select_from(out).where(deliveries.c.post_id == post, publications.c.deleted_at.is_(None))
    titles = {name: record.title for name, record in ctx.manager.platforms().items()}
    found: dict[str, dict[str, str]] = {}
    for row in conn.execute(query.order_by(deliveries.c.platform, publications.c.id)):
        link = row.url or f"cari di akun @{row.handle.lstrip('@')}"
        found.setdefault(row.office, {}).setdefault(titles.get(row.platform, row.platform), link)
    return found


def _nearest(codes: Mapping[str, str], links: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for level in _NEAREST:
        for title, link in links.get(codes.get(level, ""), {}).items():
            found.setdefault(title, link)
    return dict(sorted(found.items()))


def _narrowed(ctx: Context, conn: Connection, call: Call, text: str) -> str:
    node = require_area(conn, text)
    ctx.scope.require(node.code)
    if not any(covering.lies_in(conn, node.code, root) for root in call.roots):
        raise UserError(f"The drive does not call {node.code}.", f"It calls: {', '.join(call.roots)}.")
    return node.code


def _prepare(folder: Path, overwrite: bool) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not overwrite and any(folder.iterdir()):
            raise UserError(f"{folder} is not empty.", "Name another folder, or add --overwrite.")
    except OSError as error:
        raise UserError(f"{folder} cannot be used ({error.strerror}).", "Name a folder that you may write.") from None


def _put(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise UserError(f"{path} cannot be written ({error.strerror}).", "Make room, or name another folder.") from None


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "wilayah"
