"""Trainings (bimtek) as dated marks, so that reports can show what was before and after."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from gaung.core.errors import UserError
from gaung.core.services.context import Context
from gaung.core.services.offices import require_office
from gaung.core.store import events
from gaung.core.store.measure_tables import trainings as table
from gaung.core.store.types import db_now


def add_training(ctx: Context, title: str, *, on: date, place: str = "", offices: Sequence[str] = ()) -> dict[str, Any]:
    """Put a training down; without offices it was for all of them."""
    if not title.strip():
        raise UserError("A training needs a title.", 'Such as "Bimtek peningkatan medsos".')
    if not offices:
        ctx.scope.require_all("A training for every office")
    with ctx.store.write() as conn:
        for office in offices:
            require_office(conn, office)
            ctx.scope.require(office)
        values = {"title": title.strip(), "day": on, "place": place.strip(), "offices": sorted(set(offices))}
        made = insert(table).values(**values, actor=conn.info[events.ACTOR], created_at=db_now()).returning(table.c.id)
        number: int = conn.execute(made).scalar_one()
        events.emit(conn, "training.added", data={"training": number, "title": title.strip()})
    return {"id": number, **values, "day": on.isoformat()}


def list_trainings(ctx: Context) -> list[dict[str, Any]]:
    """`[{"id","title","day","place","offices"}]`, the latest first; those of other offices are left out."""
    with ctx.store.read() as conn:
        rows = conn.execute(select(table).order_by(table.c.day.desc(), table.c.id.desc())).all()
    seen = [row for row in rows if not row.offices or any(ctx.scope.sees(office) for office in row.offices)]
    return [{"id": row.id, "title": row.title, "day": row.day.isoformat(), "place": row.place, "offices": row.offices} for row in seen]
