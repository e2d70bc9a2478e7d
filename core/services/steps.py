"""Strategic steps after an evaluation: what was found, who does what until when, and what became of it."""

from datetime import date
from typing import Any

from sqlalchemy import insert, select, update

from gaung.core.errors import UserError
from gaung.core.services.context import Context
from gaung.core.services.offices import require_office
from gaung.core.store import events
from gaung.core.store.measure_tables import evaluation_steps as table
from gaung.core.store.types import day_of, db_now

STATES = ("open", "late", "done")


def add_step(ctx: Context, *, office: str, step: str, owner: str, due: date, finding: str = "") -> dict[str, Any]:
    """Put a step down. `owner` is a function or a division, not a private person. Raises UserError for what is empty or unknown."""
    step, owner = step.strip(), owner.strip()
    if not step or not owner:
        raise UserError("A step needs words and an owner.", 'Such as --owner "Divisi Sosdiklih".')
    with ctx.store.write() as conn:
        require_office(conn, office)
        ctx.scope.require(office)
        values = {"office": office, "step": step, "owner": owner, "due": due, "finding": finding.strip()}
        made = insert(table).values(**values, actor=conn.info[events.ACTOR], created_at=db_now()).returning(table.c.id)
        number: int = conn.execute(made).scalar_one()
        events.emit(conn, "step.added", office=office, data={"step": number})
    return show_step(ctx, number)


def finish_step(ctx: Context, number: int, *, result: str, on: date | None = None) -> dict[str, Any]:
    """Write what became of a step. Done again: the result is replaced."""
    if not result.strip():
        raise UserError("What became of it is missing.", 'Add --result "...".')
    found = show_step(ctx, number)
    with ctx.store.write() as conn:
        conn.execute(update(table).where(table.c.id == number).values(result=result.strip(), done_on=on or day_of(None)))
        events.emit(conn, "step.done", office=found["office"], data={"step": number})
    return show_step(ctx, number)


def show_step(ctx: Context, number: int) -> dict[str, Any]:
    """One step. Raises UserError when there is none in sight."""
    with ctx.store.read() as conn:
        row = conn.execute(select(table).where(table.c.id == number, ctx.scope.clause(table.c.office))).first()
    if row is None:
        raise UserError(f"There is no step {number}.", "See: gaung evaluate step list")
    return _shown(row)


def list_steps(ctx: Context, *, office: str | None = None, state: str | None = None) -> list[dict[str, Any]]:
    """`[{"id","office","finding","step","owner","due","state","result","done_on"}]`, what is due first. `state`: open, late, done."""
    query = select(table).where(ctx.scope.clause(table.c.office)).order_by(table.c.due, table.c.id)
    if office is not None:
        query = query.where(table.c.office == office)
    with ctx.store.read() as conn:
        rows = [_shown(row) for row in conn.execute(query)]
    return [row for row in rows if state in (None, row["state"])]


def _shown(row: Any) -> dict[str, Any]:
    late = row.done_on is None and row.due < day_of(None)
    return {
        "id": row.id,
        "office": row.office,
        "finding": row.finding,
        "step": row.step,
        "owner": row.owner,
        "due": row.due.isoformat(),
        "state": "done" if row.done_on else "late" if late else "open",
        "result": row.result,
        "done_on": row.done_on.isoformat() if row.done_on else None,
    }
