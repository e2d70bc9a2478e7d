"""`member import`: a list of members of any length, from CSV or XLSX; good rows are taken, bad ones rejected with their reason.

The list is laid out in temporary tables first (`registry.staging`), without holding anybody up; then one transaction finds what does not
fit (`registry.conflicts`) and puts the rest on record (`registry.merging`). Rejects are written by a second reading of the file.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from gaung.core.errors import UserError
from gaung.core.registry import columns, conflicts, merging, staging
from gaung.core.registry.merging import Merged
from gaung.core.registry.places import Places
from gaung.core.registry.roster import Entry, Reader
from gaung.core.services.context import Context
from gaung.core.services.importing import Import, Progress
from gaung.core.store import events
from gaung.core.tables import Reject, Row, open_table

_TRIES = 3
_TELL = 1_000
_DEADLOCK = "40P01"


def import_members(ctx: Context, path: Path, *, dry_run: bool = False, progress: Progress | None = None) -> dict[str, Any]:
    """Add and change members, assignments, consents and accounts by a file with the columns of design section 8.

    Answers what every import answers, `dry_run`, and `accounts`: how many accounts were declared. Raises `UserError`, with nothing
    stored, where the file cannot be read or holds numbers of identity cards, and where there are no areas yet.
    """
    told = progress or _silent
    platforms = ctx.manager.platforms()
    known = columns.member_columns((one.name, one.title) for one in platforms.values())
    run = Import(open_table(path, known, columns.MEMBER_REQUIRED, columns.refuse_identity_columns), dry_run=dry_run)
    with ctx.store.read() as conn:
        places = Places(conn)
    if places.none:
        raise UserError("There are no areas yet, so no member has a place.", "Run first: gaung area import FILE.csv")
    identify = ctx.manager.identify_link
    reader = Reader(places, platforms, identify, zone=ctx.settings.zone, sees=ctx.scope.sees)
    with staging.staged(ctx.store) as conn:
        bad = _lay_out(conn, run, reader, told)
        told("Storing", 0, 0)
        merged = _stored(ctx, conn, bad, dry_run)
        run.imported, run.updated, run.unchanged = merged.imported, merged.updated, merged.unchanged
        if run.rows > merged.imported + merged.updated + merged.unchanged:
            run.stream(_rejects(conn, run, reader, told))
    return {**run.answer(), "accounts": merged.accounts}


def _silent(_what: str, _done: int, _whole: int) -> None:
    pass


def _lay_out(conn: Connection, run: Import, reader: Reader, told: Progress) -> int:
    """Bring every row that is right in itself into the temporary tables; answers how many are not."""
    bad = 0

    def good() -> Iterator[Entry]:
        nonlocal bad
        rows = columns.without_identity(run.table, run.table.rows())
        for row in _counted(rows, "Reading", run.table.estimate(), told):
            run.rows += 1
            entry = reader.read(row)
            if isinstance(entry, Entry):
                yield entry
            else:
                bad += 1

    staging.fill(conn, good())
    staging.index(conn)
    return bad


def _counted(rows: Iterator[Row | Reject], what: str, whole: int, told: Progress) -> Iterator[Row | Reject]:
    for number, row in enumerate(rows):
        if number % _TELL == 0:
            told(what, number, max(whole, number))
        yield row


def _stored(ctx: Context, conn: Connection, bad: int, dry_run: bool) -> Merged:
    """One transaction. It is tried again where PostgreSQL had two of us wait for each other, which changed nothing."""
    for left in reversed(range(_TRIES)):
        try:
            return _store(ctx, conn, bad, dry_run)
        except (IntegrityError, OperationalError) as error:
            if not _again(error) or not left:
                raise
    raise AssertionError


def _again(error: IntegrityError | OperationalError) -> bool:
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) == _DEADLOCK


def _store(ctx: Context, conn: Connection, bad: int, dry_run: bool) -> Merged:
    with ctx.store.writing(conn):
        merging.hold(conn)
        conflicts.find(conn, ctx.scope)
        point = conn.begin_nested()
        merged = merging.merge(conn, ctx.box, ctx.manager.platforms())
        if dry_run:
            point.rollback()  # the conflicts stay, for the file of rejects
        else:
            point.commit()
            counts = {"imported": merged.imported, "updated": merged.updated, "unchanged": merged.unchanged}
            data = {**counts, "rejected": bad + conflicts.count(conn), "accounts": merged.accounts, "matched": merged.matched}
            events.emit(conn, "member.imported", data=data)
    return merged


def _rejects(conn: Connection, run: Import, reader: Reader, told: Progress) -> Iterator[Reject]:
    """Read the file once more, and say of each row that was not taken why."""
    found = conflicts.each(conn)
    conflict = next(found, None)
    for row in _counted(run.table.rows(), "Writing rejects", run.rows, told):
        entry = reader.read(row)
        if not isinstance(entry, Entry):
            yield from entry
            continue
        while conflict is not None and conflict.row <= entry.row:
            if conflict.row == entry.row:
                yield _told(conflict, row)
            conflict = next(found, None)


def _told(conflict: Any, row: Row | Reject) -> Reject:
    reason, remedy = conflicts.WORDS[conflict.code]
    return Reject(row=conflict.row, field=conflict.field, reason=reason.format(conflict.detail), remedy=remedy, cells=row.cells)
