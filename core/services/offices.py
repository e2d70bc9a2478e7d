"""Offices: who owns accounts, by Kemendagri code."""

import csv
from importlib.resources import files
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection

from gaung.core.config.nearest import meant
from gaung.core.errors import UserError
from gaung.core.services.context import Context
from gaung.core.store import events
from gaung.core.store.tables import accounts, deliveries, offices
from gaung.core.store.types import db_now

LEVELS = ("national", "province", "regency", "district", "village")


def seed(conn: Connection) -> int:
    """Add the 16 offices of KPU Lampung that are not there yet; names that a person changed stay."""
    text = files("gaung.core").joinpath("data/offices_lampung.csv").read_text("utf-8")
    known = set(conn.execute(select(offices.c.code)).scalars())
    new = [row for row in csv.DictReader(text.splitlines()) if row["code"] not in known]
    if new:
        conn.execute(insert(offices).values(created_at=db_now()), new)
    return len(new)


def list_offices(ctx: Context) -> list[dict[str, Any]]:
    """`[{"code","name","level","accounts"}]` by code."""
    count = func.count(accounts.c.id)
    query = (
        select(offices.c.code, offices.c.name, offices.c.level, count.label("accounts"))
        .outerjoin(accounts, (accounts.c.office == offices.c.code) & (accounts.c.status != "removed"))
        .where(ctx.scope.clause(offices.c.code))
        .group_by(offices.c.code)
        .order_by(offices.c.code)
    )
    with ctx.store.read() as conn:
        return [dict(row) for row in conn.execute(query).mappings()]


def show_office(ctx: Context, code: str) -> dict[str, Any]:
    """One office, its accounts and how many deliveries it has in each state."""
    from gaung.core.services.accounts import list_accounts

    with ctx.store.read() as conn:
        row = require_office(conn, code)
        ctx.scope.require(code)
        states = select(deliveries.c.state, func.count()).where(deliveries.c.office == code).group_by(deliveries.c.state)
        counted: dict[str, int] = dict(conn.execute(states).all())
    return {**row, "accounts": list_accounts(ctx, office=code), "deliveries": counted}


def add_office(ctx: Context, code: str, *, name: str, level: str) -> dict[str, Any]:
    """Add an office; no area of that code need exist. Raises UserError when the code is taken or malformed."""
    code, name = code.strip(), name.strip()
    if not code or not all(part.isalnum() for part in code.split(".")):
        raise UserError(f"{code!r} is no office code.", "Write digits and dots, such as 18.01 or 18.01.05.")
    if not name:
        raise UserError("An office needs a name.", 'Add --name "KPU Kabupaten ...".')
    if level not in LEVELS:
        raise UserError(f"Unknown level {level}.", meant(level, LEVELS))
    ctx.scope.require(code)
    with ctx.store.write() as conn:
        taken = conn.execute(select(offices.c.name).where(offices.c.code == code)).scalar()
        if taken is not None:
            raise UserError(f"Office {code} is there already: {taken}.", "See: gaung office list")
        conn.execute(insert(offices).values(code=code, name=name, level=level, created_at=db_now()))
        events.emit(conn, "office.added", office=code, data={"name": name, "level": level})
    return {"code": code, "name": name, "level": level}


def require_office(conn: Connection, code: str) -> dict[str, Any]:
    """`{"code","name","level"}`. Raises UserError naming the nearest code."""
    row = conn.execute(select(offices.c.code, offices.c.name, offices.c.level).where(offices.c.code == code)).mappings().first()
    if row is None:
        known = conn.execute(select(offices.c.code)).scalars().all()
        near = meant(code, known) if len(known) < 40 or "Did you mean" in meant(code, known) else "See: gaung office list"
        raise UserError(f"Unknown office {code}.", near)
    return dict(row)
