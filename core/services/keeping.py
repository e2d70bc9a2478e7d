"""Puts the rows of an import on record by their key: what is there already is looked up for many rows at once, not row by row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, select, tuple_
from sqlalchemy.engine import Connection

from gaung.core.ledger.raising import chunks
from gaung.core.services.importing import Import

_CHUNK = 500
"""Rows in one look-up: a statement takes only so many parameters."""

Values = Mapping[str, Any]


def keep(
    conn: Connection,
    run: Import,
    table: Table,
    rows: Iterable[Values],
    *,
    key: Sequence[str],
    said: Sequence[str],
    put: Callable[[list[Values]], None],
) -> None:
    """Count rows as new, as saying something else in the columns `said`, or as there already; `put` writes the first two kinds.

    A key that comes again in the list counts each time; what its last row says is put.
    """
    columns = [table.c[name] for name in (*key, *said)]
    keys = tuple_(*columns[: len(key)])
    for some in chunks(rows, _CHUNK):
        wanted = {tuple(row[name] for name in key): None for row in some}
        found = conn.execute(select(*columns).where(keys.in_(list(wanted)))).all()
        there = {tuple(row[: len(key)]): tuple(row[len(key) :]) for row in found}
        new: dict[tuple[Any, ...], Values] = {}
        for row in some:
            which, what = tuple(row[name] for name in key), tuple(row[name] for name in said)
            if there.get(which) == what:
                run.unchanged += 1
                continue
            run.updated += which in there
            run.imported += which not in there
            there[which], new[which] = what, row
        if new:
            put(list(new.values()))
