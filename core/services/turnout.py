"""Elections with their target, and turnout as it was printed: numerator, denominator, contest and source, never a bare percent."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from gaung.core.config.nearest import meant
from gaung.core.errors import UserError
from gaung.core.figures import NotANumber, number
from gaung.core.posts.times import NotATime, day
from gaung.core.services.context import Context
from gaung.core.services.importing import Import
from gaung.core.store import events
from gaung.core.store.measure_tables import elections, turnout_results
from gaung.core.store.registry_tables import areas
from gaung.core.store.tables import offices
from gaung.core.store.types import db_now
from gaung.core.tables import Reject, open_table

COLUMNS = {
    "election": ("pemilihan", "pemilu"),
    "area": ("wilayah", "kode", "kode wilayah", "kabupaten"),
    "contest": ("jenis", "jenis pemilihan", "kontes"),
    "voted": ("pengguna hak pilih", "suara", "hadir", "pembilang"),
    "voters": ("pemilih", "dpt", "jumlah pemilih", "penyebut"),
    "denominator": ("dasar", "jenis penyebut"),
    "source": ("sumber",),
    "source_day": ("tanggal sumber", "tanggal"),
}
_NEEDED = ("election", "area", "contest", "voted", "voters", "source")
_KEY = ("election_id", "area", "contest", "source")


def add_election(ctx: Context, name: str, *, on: date, target: float | None) -> dict[str, Any]:
    """Put an election down; again with the same name: its day and target are replaced. `target` in percent."""
    ctx.scope.require_all("An election")
    name = name.strip()
    if not name:
        raise UserError("An election needs a name.", 'Such as "Pilkada 2024".')
    if target is not None and not 0 < target <= 100:
        raise UserError(f"The target {target:g} is no percentage.", "Give a number up to 100, such as 80 or 79,5.")
    with ctx.store.write() as conn:
        found = conn.execute(select(elections.c.id).where(elections.c.name == name)).scalar()
        values = {"day": on, "target": target, "actor": conn.info[events.ACTOR], "at": db_now()}
        if found is None:
            found = conn.execute(insert(elections).values(name=name, **values).returning(elections.c.id)).scalar_one()
        else:
            conn.execute(update(elections).where(elections.c.id == found).values(**values))
        events.emit(conn, "election.added", data={"name": name})
    return {"id": found, "name": name, "day": on.isoformat(), "target": target}


def list_elections(ctx: Context) -> list[dict[str, Any]]:
    """`[{"id","name","day","target"}]`, the latest first."""
    with ctx.store.read() as conn:
        rows = conn.execute(select(elections).order_by(elections.c.day.desc(), elections.c.id)).all()
    return [{"id": row.id, "name": row.name, "day": row.day.isoformat(), "target": row.target} for row in rows]


def import_turnout(ctx: Context, path: Path) -> dict[str, Any]:
    """Put down every row that names a known election and area.

    The same election, area, contest and source again: its numbers are replaced. Answers what every import answers.
    """
    run = Import(open_table(path, COLUMNS, _NEEDED))
    with ctx.store.write() as conn:
        known: dict[str, int] = dict(conn.execute(select(elections.c.name, elections.c.id)).all())
        places = {code for column in (offices.c.code, areas.c.code) for code in conn.execute(select(column)).scalars()}
        for values in _checked(ctx, run, {name.casefold(): found for name, found in known.items()}, places):
            _keep(conn, run, values)
        if run.imported or run.updated:
            counts = {"imported": run.imported, "updated": run.updated, "rejected": len(run.rejects)}
            events.emit(conn, "turnout.recorded", data=counts)
    return run.answer()


def show_turnout(ctx: Context, election: str | None = None) -> list[dict[str, Any]]:
    """`[{"election","day","target","area","name","contest","voted","voters","denominator","percent","short_of_target","source","source_day"}]`.

    `percent` is calculated, to two digits; `short_of_target` in percentage points, null without a target. Raises UserError for an
    unknown election.
    """
    query = select(turnout_results, elections.c.name.label("election"), elections.c.day, elections.c.target, offices.c.name.label("office"))
    query = query.join(elections, elections.c.id == turnout_results.c.election_id)
    query = query.outerjoin(offices, offices.c.code == turnout_results.c.area).where(ctx.scope.clause(turnout_results.c.area))
    with ctx.store.read() as conn:
        if election is not None:
            query = query.where(elections.c.id == _election(conn, election))
        order = (elections.c.day.desc(), turnout_results.c.area, turnout_results.c.contest, turnout_results.c.source)
        return [_shown(row) for row in conn.execute(query.order_by(*order))]


def _shown(row: Any) -> dict[str, Any]:
    percent = 100 * row.voted / row.voters
    return {
        "election": row.election,
        "day": row.day.isoformat(),
        "target": row.target,
        "area": row.area,
        "name": (row.office or "").removeprefix("KPU "),
        "contest": row.contest,
        "voted": row.voted,
        "voters": row.voters,
        "denominator": row.denominator,
        "percent": round(percent, 2),
        "short_of_target": None if row.target is None else round(row.target - percent, 2),
        "source": row.source,
        "source_day": row.source_day.isoformat() if row.source_day else None,
    }


def _election(conn: Connection, name: str) -> int:
    known: dict[str, int] = dict(conn.execute(select(elections.c.name, elections.c.id)).all())
    if name not in known:
        raise UserError(f"Unknown election {name!r}.", meant(name, known) if known else "Put it down first: gaung turnout election")
    return known[name]


def _checked(ctx: Context, run: Import, known: Mapping[str, int], places: set[str]) -> Iterator[dict[str, Any]]:
    for row in run.table.rows():
        run.rows += 1
        if isinstance(row, Reject):
            run.rejects.append(row)
            continue
        field = ""
        try:
            values: dict[str, Any] = {}
            for field, read in _readers(ctx, known, places).items():
                values[_COLUMN.get(field, field)] = read(row.values.get(field, ""))
            field = "voted"
            if values["voted"] > values["voters"]:
                raise ValueError("is more than the voters are; the two columns may be exchanged")
        except (ValueError, UserError) as error:
            reason, remedy = (error.message, error.hint) if isinstance(error, UserError) else (str(error), "Correct the cell.")
            run.rejects.append(Reject(row=row.number, field=field, reason=reason, remedy=remedy, cells=row.cells))
            continue
        yield values


_COLUMN = {"election": "election_id"}


def _readers(ctx: Context, known: Mapping[str, int], places: set[str]) -> dict[str, Any]:
    def election(cell: str) -> int:
        if cell.casefold() not in known:
            raise UserError(f"Unknown election {cell or '(empty)'}.", 'Put it down first: gaung turnout election "NAME" --on DAY')
        return known[cell.casefold()]

    def area(cell: str) -> str:
        if cell not in places:
            raise UserError(
                f"Unknown area {cell or '(empty)'}.",
                meant(cell, places) if cell and len(places) < 40 else "Give the code of an office or an area: 18.01.",
            )
        ctx.scope.require(cell)
        return cell

    return {
        "election": election,
        "area": area,
        "contest": lambda cell: _some(cell, "such as presiden or gubernur"),
        "voted": _count,
        "voters": lambda cell: _count(cell, least=1),
        "denominator": lambda cell: cell or "DPT",
        "source": lambda cell: _some(cell, "who printed the figure, and where"),
        "source_day": lambda cell: _day(cell) if cell else None,
    }


def _some(cell: str, what: str) -> str:
    if not cell:
        raise ValueError(f"is empty; write {what}")
    return cell


def _count(cell: str, least: int = 0) -> int:
    try:
        value = number(cell)
    except NotANumber as error:
        raise ValueError(str(error)) from None
    if value != int(value) or value < least:
        raise ValueError(f"is {cell!r}, which is no count of people; write 4267976 or 4.267.976")
    return int(value)


def _day(cell: str) -> date:
    try:
        return day(cell)
    except NotATime as error:
        raise ValueError(str(error)) from None


def _keep(conn: Connection, run: Import, values: dict[str, Any]) -> None:
    here = [turnout_results.c[name] == values[name] for name in _KEY]
    found = conn.execute(select(turnout_results).where(*here)).mappings().first()
    if found is None:
        conn.execute(insert(turnout_results).values(**values, actor=conn.info[events.ACTOR], at=db_now()))
        run.imported += 1
    elif any(found[name] != value for name, value in values.items()):
        conn.execute(update(turnout_results).where(*here).values(**values, actor=conn.info[events.ACTOR], at=db_now()))
        run.updated += 1
    else:
        run.unchanged += 1
