"""Institutional accounts of PPK and PPS: every district is expected to have its PPK, every village its PPS."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, Select, exists, literal, select, union_all
from sqlalchemy.engine import Connection

from gaung.core.errors import UserError
from gaung.core.ledger import recording
from gaung.core.records import Platform
from gaung.core.registry import declaring, people, state
from gaung.core.registry.declaring import Taken
from gaung.core.registry.handles import Handle
from gaung.core.services.context import Context
from gaung.core.services.declarations import read, whose
from gaung.core.services.offices import require_office
from gaung.core.store import events
from gaung.core.store.registry_tables import area_ancestors, areas, declared_accounts
from gaung.core.store.tables import offices

LEVEL = {"PPK": "district", "PPS": "village"}
"""At which level a body sits."""


def declare(ctx: Context, *, body: str, area: str, platform: str, handle: str | None) -> dict[str, Any]:
    """Put the institutional account of a body down (None: end it). Answers `{"body","area","platform","changed","matched"}`.

    Event: `body.declared`. Raises UserError for another's account, a wrong level, an area out of sight.
    """
    record = ctx.manager.platform(platform)
    read_ = None if handle is None else read(ctx, record, handle)
    with ctx.store.write() as conn:
        where = place(ctx, conn, body, area)
        changed, matched = put(ctx, conn, where, record, read_)
        if changed:
            state.touched(conn)
    return {**where, "platform": record.name, "changed": changed, "matched": matched}


def put(ctx: Context, conn: Connection, where: Mapping[str, str], platform: Platform, handle: Handle | None) -> tuple[bool, int]:
    """The same in a running transaction: whether it changed anything, and how many waiting sightings it matched."""
    if handle is None:
        changed, matched = bool(declaring.end(conn, body=where["body"], area=where["area"], platform=platform.name)), 0
    else:
        changed, matched = _held(ctx, conn, where, platform, handle)
    if changed:
        data = {"what": "account_ended" if handle is None else "account", **where}
        events.emit(conn, "body.declared", platform=platform.name, office=_office(conn, where["area"]), data=data)
    return changed, matched


def _held(ctx: Context, conn: Connection, where: Mapping[str, str], platform: Platform, handle: Handle) -> tuple[bool, int]:
    table = declared_accounts
    mine = (table.c.body == where["body"], table.c.area == where["area"], table.c.platform == platform.name, table.c.ended_at.is_(None))
    before = conn.execute(select(table.c.id).where(*mine)).scalar()
    try:
        number = declaring.declare(
            conn, platform=platform, handle=handle, body=where["body"], area=where["area"], how="cli", actor=ctx.store.actor
        )
    except Taken as taken:
        raise whose(ctx, conn, platform, taken) from None
    if number == before:
        return False, 0
    return True, recording.match_waiting(conn, ctx.box, {platform.name: platform}, [number])


def list_bodies(
    ctx: Context, *, office: str | None = None, area: str | None = None, body: str | None = None, platform: str | None = None,
    without: bool = False,
) -> list[dict[str, Any]]:  # fmt: skip
    """`[{"body","area","name","within","accounts"}]` of every body that is expected, PPK first, by area.

    `accounts`: handle by platform; `within`: name of the area above. With `without` those that have none (on `platform`, if given).
    """
    with ctx.store.read() as conn:
        if office is not None:
            require_office(conn, office)
        code = None if area is None else people.checked_area(conn, area).code
        kind = None if body is None else checked_body(body)
        if platform is not None:
            ctx.manager.platform(platform)
        found = conn.execute(_expected(ctx, kind, code, office).order_by("body", "area")).all()
        handles = _handles(conn)
    rows = [_entry(row, handles.get((row.body, row.area), {})) for row in found]
    if without or platform is not None:
        rows = [row for row in rows if (bool(row["accounts"]) if platform is None else platform in row["accounts"]) is not without]
    return rows


def checked_body(body: str) -> str:
    """PPK or PPS. Raises UserError for any other: only they have institutional accounts."""
    name = body.strip().upper()
    if name not in LEVEL:
        raise UserError(f"{body} has no institutional account.", "Only PPK and PPS have one.")
    return name


def place(ctx: Context, conn: Connection, body: str, area: str) -> dict[str, str]:
    """`{"body","area"}`, checked. Raises UserError for a wrong level, and for an area out of sight."""
    name = checked_body(body)
    row = people.checked_area(conn, area)
    if row.level != LEVEL[name]:
        raise UserError(f"Area {row.code} is a {row.level}, and a {name} is of a {LEVEL[name]}.", "Give the code of the right area.")
    if not ctx.scope.sees(row.code):
        raise UserError(f"Area {row.code} is out of sight: GAUNG_OFFICE is {ctx.scope.office}.", "Ask the province, or unset GAUNG_OFFICE.")
    return {"body": name, "area": row.code}


def _office(conn: Connection, area: str) -> str | None:
    """The nearest office that the area lies in; codes of offices are codes of areas."""
    above = select(area_ancestors.c.ancestor).where(area_ancestors.c.area == area).scalar_subquery()
    found = conn.execute(select(offices.c.code).where(offices.c.code.in_(above))).scalars().all()
    return max(found, key=len, default=None)


def _expected(ctx: Context, kind: str | None, area: str | None, office: str | None) -> Select[Any]:
    upper = areas.alias("upper")
    kinds = [kind] if kind else list(LEVEL)
    parts = []
    for body in kinds:
        columns = (literal(body).label("body"), areas.c.code.label("area"), areas.c.name, upper.c.name.label("within"))
        part = select(*columns).select_from(areas.outerjoin(upper, upper.c.code == areas.c.parent))
        part = part.where(areas.c.level == LEVEL[body], ctx.scope.clause(areas.c.code))
        for code in (area, office):
            if code is not None:
                below = exists().where(area_ancestors.c.area == areas.c.code, area_ancestors.c.ancestor == code)
                part = part.where(below)
        parts.append(part)
    return select(union_all(*parts).subquery())


def _handles(conn: Connection) -> dict[tuple[str, str], dict[str, str]]:
    table = declared_accounts
    query = select(table.c.body, table.c.area, table.c.platform, table.c.handle)
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in conn.execute(query.where(table.c.body.is_not(None), table.c.ended_at.is_(None)).order_by(table.c.platform)):
        found.setdefault((row.body, row.area), {})[row.platform] = row.handle
    return found


def _entry(row: Row[Any], handles: Mapping[str, str]) -> dict[str, Any]:
    return {"body": row.body, "area": row.area, "name": row.name, "within": row.within, "accounts": dict(handles)}
