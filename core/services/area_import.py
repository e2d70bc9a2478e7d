"""`area import`: the administrative tree from a file, rows in any order, as deep as it goes."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from gaung.core.registry import areas, columns, state
from gaung.core.registry.names import plain
from gaung.core.registry.tree import Node, Refusal, Settled, settle
from gaung.core.services.context import Context
from gaung.core.services.importing import Import, Wrong
from gaung.core.store import events
from gaung.core.store.locks import ROLLUP, lock
from gaung.core.store.tables import offices
from gaung.core.tables import Reject, Row, open_table, split_list

_REQUIRED = ("code", "name", "level", "parent")
_ROOTS = ("-", "\u2013", "\u2014")
"""What people write where there is no parent."""
_LOST_ZERO = re.compile(r"[\d.]*\.\d")
_AS_TEXT = "format the column as text and write the whole code, such as 18.10"


class _TriedOut(Exception):
    """Takes back what a dry run did."""


def import_areas(ctx: Context, path: Path, *, dry_run: bool = False) -> dict[str, Any]:
    """Add and change areas; none is ever removed. An empty parent leaves an area where it is.

    Answers what every import answers, and `made`: codes of roots that no row describes. Names of offices become names of such roots.
    """
    run = Import(open_table(path, columns.AREA_COLUMNS, _REQUIRED), dry_run=dry_run)
    cells: dict[int, Mapping[str, str]] = {}
    nodes = list(_nodes(ctx, run, cells))
    made: list[str] = []
    try:
        with ctx.store.write() as conn:
            made = _merge(conn, run, nodes, cells)
            if dry_run:
                raise _TriedOut
    except _TriedOut:
        pass
    return {**run.answer(), "made": made}


def _nodes(ctx: Context, run: Import, cells: dict[int, Mapping[str, str]]) -> Iterator[Node]:
    for row in run.good():
        try:
            node = _node(row)
            if not ctx.scope.sees(node.code):
                raise Wrong("code", f"{node.code} is out of sight: GAUNG_OFFICE is {ctx.scope.office}", "leave it to the province")
        except Wrong as wrong:
            run.reject(row, wrong)
            continue
        cells[row.number] = row.cells
        yield node


def _node(row: Row) -> Node:
    level = columns.LEVEL_WORDS.get(plain(row.values["level"]))
    if level is None:
        known = "write provinsi, kabupaten/kota, kecamatan or desa/kelurahan"
        raise Wrong("level", f"{row.values['level']!r} is no level" if row.values["level"] else "the level is missing", known)
    name = " ".join(row.values["name"].split())
    if not name:
        raise Wrong("name", "the name is missing", "write the area's name")
    parent = "" if row.values["parent"] in _ROOTS else row.values["parent"]
    aliases = tuple(split_list(re.sub(r"\s+", " ", row.values.get("alias", "")).replace(" ", "\u00a0")))
    return Node(_code(row, "code"), name, level, _code(row, "parent") if parent else None, row.number, aliases)


def _code(row: Row, field: str) -> str:
    code = row.values[field]
    if not code:
        raise Wrong(field, "the code is missing", "write the area's code, such as 18.01.04")
    if not all(part.isalnum() for part in code.split(".")) or len(code) > 40:
        raise Wrong(field, f"{code!r} is no code of an area", _AS_TEXT)
    if _LOST_ZERO.fullmatch(code):
        raise Wrong(field, f"{code} has lost a zero, as in spreadsheets that take a code for a number", _AS_TEXT)
    return code


def _merge(conn: Connection, run: Import, nodes: list[Node], cells: Mapping[int, Mapping[str, str]]) -> list[str]:
    lock(conn, ROLLUP)  # before any row: who declares a body's account holds it, and then its area
    there = areas.load(conn)
    known = areas.aliases(conn)
    names: dict[str, str] = {row.code: row.name for row in conn.execute(select(offices.c.code, offices.c.name))}
    found = settle(there, nodes, offices=names, in_use=areas.in_use(conn))
    run.rejects += [_reject(refusal, cells) for refusal in found.refused]
    _count(run, there, known, found)
    if run.imported or run.updated or found.made:
        areas.store(conn, there, found.good, known)
    rejected = len({reject.row for reject in run.rejects})
    data = {"imported": run.imported, "updated": run.updated, "unchanged": run.unchanged, "rejected": rejected}
    events.emit(conn, "area.imported", data=data)
    if run.imported or run.updated or found.made:
        state.touched(conn)
    return sorted(found.made)


def _count(run: Import, there: Mapping[str, Node], known: set[tuple[str, str]], found: Settled) -> None:
    for node in found.good.values():
        if node.row == 0:
            continue
        old = there.get(node.code)
        if old is None:
            run.imported += 1
        elif areas.differs(old, node) or any((alias, node.code) not in known for alias in areas.all_aliases(node)):
            run.updated += 1
        else:
            run.unchanged += 1


def _reject(refusal: Refusal, cells: Mapping[int, Mapping[str, str]]) -> Reject:
    row = refusal.node.row
    return Reject(row=row, field=refusal.field, reason=refusal.reason, remedy=refusal.remedy, cells=cells.get(row, {}))
