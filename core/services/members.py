"""Members as an office sees them: listed, and those without an account with the reason why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.engine import Connection

from gaung.core.clock import now, parse_time
from gaung.core.errors import UserError
from gaung.core.registry import people
from gaung.core.services.context import Context
from gaung.core.services.offices import require_office
from gaung.core.store.lists import among
from gaung.core.store.locks import ROLLUP
from gaung.core.store.locks import lock as hold
from gaung.core.store.registry_tables import areas, assignments, consents, declared_accounts, members
from gaung.core.store.types import day_of

_CHUNK = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which members are meant. `on`: only those in term on that day; None: whoever served."""

    office: str | None = None
    area: str | None = None
    body: str | None = None
    platform: str | None = None
    on: date | None = None


def the_day(ctx: Context, text: str | None) -> date:
    """The day that a person typed (`2026-11-24`, `24/11/2026`, `24 November 2026`); None: today in Lampung. Raises UserError."""
    if text is None:
        return day_of(None)
    try:
        return day_of(parse_time(f"{text.strip()} 12:00", ctx.settings.zone))
    except ValueError:
        raise UserError(f"{text!r} is no day.", "Write 2026-11-24 or 24/11/2026.") from None


def list_members(ctx: Context, which: Which, *, without_account: bool = False, limit: int | None = None) -> list[dict[str, Any]]:
    """`[{"number","name","body","area","area_name","office","term_start","term_end","accounts","reason","consent",...}]` by number.

    One entry a member, with the assignment that fits and began last. `accounts`: handle by platform. `consent`: version of the text
    that was agreed to, null where there is none. With `without_account` those with none (on the platform, if one is given).
    """
    with ctx.store.read() as conn:
        where = conditions(ctx, conn, which)
        if which.platform is not None or without_account:
            has = people.has_account(which.platform)
            where.append(~has if without_account else has)
        rows = conn.execute(_listed(where, limit)).all()
        return _told(conn, rows)


def gaps(ctx: Context, which: Which) -> list[dict[str, Any]]:
    """Members in term without an account: `[{"number","name","body","area","area_name","office","why"}]` by area and number.

    `why`: a reason, `ditarik` where the consent was taken back, or null: not asked yet, which is not the same as having none.
    """
    day = which.on or day_of(None)
    with ctx.store.read() as conn:
        where = conditions(ctx, conn, Which(office=which.office, area=which.area, body=which.body, on=day))
        where += [~people.has_account(which.platform), members.c.erased_at.is_(None)]
        query = _listed(where, None, people.took_back().label("took_back")).order_by(None)
        rows = conn.execute(query.order_by("area", "body", "number")).all()
    keys = ("number", "name", "body", "area", "area_name", "office")
    return [{**{key: getattr(row, key) for key in keys}, "why": row.reason or ("ditarik" if row.took_back else None)} for row in rows]


def open_clocks(ctx: Context) -> list[dict[str, Any]]:
    """Members who took their consent back and are not erased: `[{"number","withdrawn_at","stop_by","overdue"}]`, the most urgent first."""
    with ctx.store.read() as conn:
        query = (
            select(members.c.number, func.max(consents.c.withdrawn_at).label("withdrawn_at"), func.max(consents.c.stop_by).label("stop_by"))
            .join(consents, consents.c.member_id == members.c.id)
            .where(people.took_back(), members.c.erased_at.is_(None), consents.c.stop_by.is_not(None), in_sight(ctx))
            .group_by(members.c.number)
            .order_by("stop_by", members.c.number)
        )
        found = conn.execute(query).mappings().all()
    moment = now()
    return [{**row, "overdue": row["stop_by"] < moment} for row in found]


def in_sight(ctx: Context) -> ColumnElement[bool]:
    """Members with an assignment by an office in sight: names belong to who appointed them."""
    if ctx.scope.office is None:
        return members.c.id.is_not(None)
    return members.c.id.in_(select(assignments.c.member_id).where(ctx.scope.clause(assignments.c.office)))


def require_member(ctx: Context, conn: Connection, number: str, *, lock: bool = False) -> Row[Any]:
    """The row of a member in sight; `lock` for changes. Raises UserError that repeats nothing of what was typed, which may be a name."""
    if lock:
        hold(conn, ROLLUP)  # before any row, as all who change accounts, claims and reshares
    query = select(members).where(members.c.number == number.strip(), in_sight(ctx))
    row = conn.execute(query.with_for_update(key_share=True, of=members) if lock else query).first()
    if row is None:
        where = "" if ctx.scope.office is None else f" among those that office {ctx.scope.office} appointed"
        raise UserError(f"There is no member of that number{where}.", "See: gaung member list")
    return row


def conditions(ctx: Context, conn: Connection, which: Which) -> list[ColumnElement[bool]]:
    """Conditions on `assignments` for what is meant and in sight. `platform` is only checked. Raises UserError for what nobody knows."""
    where = [ctx.scope.clause(assignments.c.office)]
    if which.office is not None:
        require_office(conn, which.office)
        where.append(assignments.c.office == which.office)
    if which.area is not None:
        where.append(people.within(people.checked_area(conn, which.area).code))
    if which.body is not None:
        where.append(assignments.c.body == people.checked_body(which.body))
    if which.platform is not None:
        ctx.manager.platform(which.platform)
    if which.on is not None:
        where.append(people.in_term(which.on))
    return where


def _listed(where: Sequence[ColumnElement[bool]], limit: int | None, *more: ColumnElement[Any]) -> Select[Any]:
    latest = func.row_number().over(
        partition_by=assignments.c.member_id, order_by=(assignments.c.term_start.desc(), assignments.c.id.desc())
    )
    keys = (members.c.id, members.c.number, members.c.name, members.c.reason, members.c.erased_at)
    term = tuple(assignments.c[key] for key in ("body", "area", "office", "term_start", "term_end"))
    joined = assignments.join(members, members.c.id == assignments.c.member_id).outerjoin(areas, areas.c.code == assignments.c.area)
    inner = select(*keys, *term, areas.c.name.label("area_name"), latest.label("nth"), *more).select_from(joined).where(*where).subquery()
    return select(inner).where(inner.c.nth == 1).order_by(inner.c.number).limit(limit)


def _told(conn: Connection, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    told = []
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        ids = [row.id for row in chunk]
        handles, agreed = _handles(conn, ids), _agreed(conn, ids)
        told += [_entry(row, handles.get(row.id, {}), agreed.get(row.id)) for row in chunk]
    return told


def _entry(row: Row[Any], accounts: Mapping[str, str], agreed: str | None) -> dict[str, Any]:
    keys = ("number", "name", "body", "area", "area_name", "office", "term_start", "term_end")
    erased: datetime | None = row.erased_at
    return {
        **{key: getattr(row, key) for key in keys},
        "accounts": dict(accounts),
        "reason": row.reason,
        "consent": agreed,
        "erased_at": erased,
    }


def _handles(conn: Connection, ids: Collection[int]) -> dict[int, dict[str, str]]:
    query = select(declared_accounts.c.member_id, declared_accounts.c.platform, declared_accounts.c.handle)
    found: dict[int, dict[str, str]] = {}
    open_ = query.where(among(conn, declared_accounts.c.member_id, ids), declared_accounts.c.ended_at.is_(None))
    for row in conn.execute(open_.order_by(declared_accounts.c.platform)):
        found.setdefault(row.member_id, {})[row.platform] = row.handle
    return found


def _agreed(conn: Connection, ids: Collection[int]) -> dict[int, str]:
    query = select(consents.c.member_id, consents.c.version).where(
        among(conn, consents.c.member_id, ids), consents.c.withdrawn_at.is_(None)
    )
    return {row.member_id: row.version for row in conn.execute(query)}
