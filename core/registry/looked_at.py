"""Which registered accounts an office's account looks at: those of members that the office appointed, and of PPK and PPS in its area.

An office without an account on a platform is looked after by the nearest office above it that has one, by code: in the end the province.
Of several accounts that an office has on a platform the first looks, so that no member is looked at twice.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.engine import Connection

from gaung.core.records import Profile
from gaung.core.store.registry_tables import assignments, declared_accounts
from gaung.core.store.tables import accounts, offices

_BODIES_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Registered:
    """One registered account, and since when it is."""

    profile: Profile
    declared_at: datetime


def next_batch(conn: Connection, account: int, platform: str, *, after: int, limit: int, day: date, days: float) -> list[Registered]:
    """Up to `limit` open registered accounts with a number above `after` that office account `account` looks at, in order.

    Of members, those in term on `day` or up to `days` before: their posts of then still count.
    """
    scanners = _scanners(conn, platform)
    office = scanners.get(account)
    if office is None:
        return []
    having = set(scanners.values())
    covered = [code for code in conn.execute(select(offices.c.code)).scalars() if nearest(code, having) == office]
    found = _members(conn, platform, covered, after, limit, day, days) + _bodies(conn, platform, office, having, after, limit)
    return sorted(found, key=lambda one: one.profile.id)[:limit]


def _scanners(conn: Connection, platform: str) -> dict[int, str]:
    """The account that looks, with its office."""
    active = select(accounts.c.id, accounts.c.office).where(accounts.c.platform == platform, accounts.c.status == "active")
    first: dict[str, int] = {}
    for row in conn.execute(active.order_by(accounts.c.id)):
        first.setdefault(row.office, row.id)
    return {number: office for office, number in first.items()}


def nearest(code: str, having: Collection[str]) -> str | None:
    """The office itself, or the nearest above it, that is among `having`.

    >>> nearest("18.01.02.2001", {"18", "18.01"})
    '18.01'
    """
    while code not in having:
        if "." not in code:
            return None
        code = code.rpartition(".")[0]
    return code


_COLUMNS = (
    declared_accounts.c.id, declared_accounts.c.handle, declared_accounts.c.external_id, declared_accounts.c.declared_at,
    declared_accounts.c.area,
)  # fmt: skip


def _open(platform: str, after: int) -> list[ColumnElement[bool]]:
    return [declared_accounts.c.platform == platform, declared_accounts.c.ended_at.is_(None), declared_accounts.c.id > after]


def _members(conn: Connection, platform: str, covered: Collection[str], after: int, limit: int, day: date, days: float) -> list[Registered]:
    in_term = exists().where(
        assignments.c.member_id == declared_accounts.c.member_id,
        assignments.c.office.in_(sorted(covered)),
        assignments.c.term_start <= day,
        (assignments.c.term_end.is_(None)) | (assignments.c.term_end >= day - timedelta(days=days)),
    )
    query = select(*_COLUMNS).where(*_open(platform, after), in_term).order_by(declared_accounts.c.id).limit(limit)
    return [_registered(row) for row in conn.execute(query)]


def _bodies(conn: Connection, platform: str, office: str, having: Collection[str], after: int, limit: int) -> list[Registered]:
    found: list[Registered] = []
    while len(found) < limit:
        query = select(*_COLUMNS).where(*_open(platform, after), declared_accounts.c.body.is_not(None))
        rows = conn.execute(query.order_by(declared_accounts.c.id).limit(_BODIES_AT_ONCE)).all()
        found += [_registered(row) for row in rows if nearest(row.area, having) == office]
        if len(rows) < _BODIES_AT_ONCE:
            break
        after = rows[-1].id
    return found


def _registered(row: Any) -> Registered:
    return Registered(Profile(id=row.id, handle=row.handle or "", external_id=row.external_id), row.declared_at)
