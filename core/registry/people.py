"""Conditions and look-ups that everything about members shares: in term on a day, below an area, with an account, taken back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, or_, select
from sqlalchemy.engine import Connection

from gaung.core.config.nearest import meant
from gaung.core.errors import UserError
from gaung.core.store.registry_tables import BODIES, REASONS, area_ancestors, areas, assignments, consents, declared_accounts, members

BY = ("regency", "district", "village", "body")
"""What counts of members are kept apart by."""


def in_term(day: date) -> ColumnElement[bool]:
    """An assignment that holds on `day`."""
    return and_(assignments.c.term_start <= day, or_(assignments.c.term_end.is_(None), assignments.c.term_end >= day))


def within(area: str) -> ColumnElement[bool]:
    """An assignment in this area or below it."""
    return assignments.c.area.in_(select(area_ancestors.c.area).where(area_ancestors.c.ancestor == area))


def has_account(platform: str | None = None, at: datetime | None = None) -> ColumnElement[bool]:
    """A member with an open account (on `platform`), now or at the moment `at`."""
    table = declared_accounts
    where = [table.c.member_id == members.c.id]
    where += [table.c.ended_at.is_(None)] if at is None else [held(at)]
    if platform is not None:
        where.append(table.c.platform == platform)
    return exists().where(*where)


def held(at: datetime) -> ColumnElement[bool]:
    """A declared account that was open at `at`."""
    table = declared_accounts
    return and_(table.c.declared_at <= at, or_(table.c.ended_at.is_(None), table.c.ended_at > at))


def took_back() -> ColumnElement[bool]:
    """A member who took the consent back and gave none since."""
    given, back = consents.alias(), consents.alias()
    withdrew = exists().where(back.c.member_id == members.c.id, back.c.stop_by.is_not(None))
    return and_(withdrew, ~exists().where(given.c.member_id == members.c.id, given.c.withdrawn_at.is_(None)))


def checked_area(conn: Connection, code: str) -> Row[Any]:
    """The area of that code. Raises UserError for one nobody knows."""
    row = conn.execute(select(areas).where(areas.c.code == code.strip())).first()
    if row is None:
        above = code.strip().rpartition(".")[0] or code.strip()
        near = meant(code.strip(), conn.execute(select(areas.c.code).where(areas.c.code.startswith(above, autoescape=True))).scalars())
        hint = near if "Did you mean" in near else "See: gaung area list, or import the areas first: gaung area import FILE.csv"
        raise UserError(f"Unknown area {code}.", hint)
    return row


def checked_body(body: str) -> str:
    """The body as it is written. Raises UserError for one nobody knows."""
    name = body.strip().upper().replace(" ", "_")
    if name not in BODIES:
        raise UserError(f"Unknown body {body}.", f"Bodies are: {', '.join(BODIES)}.")
    return name


def checked_reason(reason: str) -> str:
    """The code of a reason. Raises UserError for one nobody knows: no free text is kept."""
    name = reason.strip().lower().replace(" ", "_")
    if name not in REASONS:
        raise UserError(f"Unknown reason {reason}.", f"Reasons are: {', '.join(REASONS)}. No free text is kept.")
    return name
