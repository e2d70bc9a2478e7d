"""Elections with their target, and turnout as it was printed: numerator, denominator, contest and source, never a bare percent."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gaung.core.config.nearest import meant
from gaung.core.errors import UserError
from gaung.core.posts.times import day
from gaung.core.services.context import Context
from gaung.core.services.importing import Import, Read, Wrong, count, some
from gaung.core.services.keeping import keep
from gaung.core.store import events
from gaung.core.store.measure_tables import elections, turnout_results
from gaung.core.store.registry_tables import areas
from gaung.core.store.tables import offices
from gaung.core.store.types import db_now
from gaung.core.tables import open_table

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
_MOST = 2**31 - 1
"""What the columns hold; more people than any election has."""
_SAID = ("voted", "voters", "denominator", "source_day")


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
        readers = _readers(ctx, {name.casefold(): found for name, found in known.items()}, places)
        keep(conn, run, turnout_results, run.checked(readers, _row), key=_KEY, said=_SAID, put=partial(_put, conn))
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


def _readers(ctx: Context, known: Mapping[str, int], places: set[str]) -> dict[str, Read]:
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
        "contest": some("such as presiden or gubernur"),
        "voted": count("of people", most=_MOST),
        "voters": count("of people", least=1, most=_MOST),
        "denominator": lambda cell: cell or "DPT",
        "source": some("who printed the figure, and where"),
        "source_day": lambda cell: day(cell) if cell else None,
    }


def _row(values: dict[str, Any]) -> dict[str, Any]:
    if values["voted"] > values["voters"]:
        raise Wrong("voted", "is more than the voters are; the two columns may be exchanged")
    return {"election_id": values.pop("election"), **values}


def _put(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    new = dialect.insert(turnout_results).values(actor=conn.info[events.ACTOR], at=db_now())
    replaced = {name: new.excluded[name] for name in (*_SAID, "actor", "at")}
    conn.execute(new.on_conflict_do_update(index_elements=list(_KEY), set_=replaced), [dict(row) for row in rows])
