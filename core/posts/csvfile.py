"""A content calendar as CSV: each row a post. Bad rows are rejected one by one, the others are read."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gaung.core.media.store import MediaStore
from gaung.core.posts.draft import PostDraft, PostFileError
from gaung.core.posts.file import ALL, Known, build
from gaung.core.tables import Reject, Row, Table, open_table, split_list

COLUMNS = {
    "at": ("waktu", "waktu tayang", "jadwal", "tanggal", "time"),
    "title": ("judul",),
    "text": ("teks", "isi", "caption", "naskah"),
    "purpose": ("tujuan", "kegunaan"),
    "origin": ("asal", "sumber"),
    "media": ("berkas", "file", "files", "gambar"),
    "link": ("tautan", "url"),
    "offices": ("office", "satker", "kantor"),
    "platforms": ("platform", "medsos", "kanal"),
}
REQUIRED = ("at", "offices", "platforms")

_ALL_WORDS = {"all", "semua"}
_ORIGIN_WORDS = {
    "kpu": "kpu_ri",
    "ri": "kpu_ri",
    "pusat": "kpu_ri",
    "kab_kota": "kabkota",
    "kabupaten_kota": "kabkota",
    "kabupaten": "kabkota",
    "kota": "kabkota",
}


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One row that is a post."""

    number: int
    draft: PostDraft
    cells: dict[str, str]


def open_calendar(path: Path) -> Table:
    """Open a calendar; `ignored` of the answer are the headers to name to the user. Raises `UserError`."""
    return open_table(path, COLUMNS, REQUIRED)


def read_rows(table: Table, *, store: MediaStore, known: Known) -> Iterator[CalendarRow | list[Reject]]:
    """Each row as a post, or the reasons why it is none (one reject a reason). Media are looked for beside the calendar."""
    for row in table.rows():
        yield [row] if isinstance(row, Reject) else _read(row, table.path, store, known)


def _read(row: Row, path: Path, store: MediaStore, known: Known) -> CalendarRow | list[Reject]:
    if not row.values["at"]:
        return [Reject(row=row.number, field="at", reason="has no time", remedy="write one, as in 4/12/2026 19.30", cells=row.cells)]
    try:
        draft = build(_tables(row, path.parent), source=f"{path} row {row.number}", folder=path.parent, store=store, known=known)
    except PostFileError as error:
        return [_reject(row, problem.field, problem.message) for problem in error.problems]
    return CalendarRow(row.number, draft, dict(row.cells))


def _tables(row: Row, folder: Path) -> dict[str, Any]:
    values = row.values
    post: dict[str, Any] = {name: values[name] for name in ("at", "title", "text", "link") if values.get(name)}
    if cell := values.get("purpose"):
        post["purpose"] = _word(cell)
    if cell := values.get("origin"):
        post["origin"] = _ORIGIN_WORDS.get(_word(cell), _word(cell))
    if cell := values.get("media"):
        post["media"] = [cell] if (folder / cell).is_file() else split_list(cell)
    offices = [ALL if item.casefold() in _ALL_WORDS else item for item in split_list(values["offices"])]
    platforms = [ALL if item.casefold() in _ALL_WORDS else item.casefold() for item in split_list(values["platforms"])]
    return {**post, "to": {"offices": offices, "platforms": platforms}}


def _word(cell: str) -> str:
    return "_".join(cell.casefold().replace("/", " ").replace("-", " ").split())


def _reject(row: Row, field: str, message: str) -> Reject:
    reason, _, remedy = message.partition("; " if "; " in message else ". ")
    column = field.removeprefix("to.").partition("[")[0]
    return Reject(row=row.number, field=column, reason=reason, remedy=remedy, cells=row.cells)
