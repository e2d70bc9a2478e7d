"""Counts of members in term and of accounts on record, set-based: one pass over the corps for a table of any size."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, select, union_all
from sqlalchemy.engine import Connection

from gaung.core.registry import people
from gaung.core.store.locks import roomy
from gaung.core.store.registry_tables import REASONS, area_ancestors, areas, assignments, consents, declared_accounts, members

TOTAL = "*"
"""Key of the total, and what to ask for to get nothing else."""
WITH, WITHDREW, ERASED, NOT_ASKED = "with_account", "ditarik", "dihapus", "belum_ditanya"
STANDING = (*REASONS, WITHDREW, ERASED, NOT_ASKED)
"""How a member without an account stands: each member has one of these, so they add up to all who are without."""
LEVEL = {"PPK": "district", "PPS": "village"}
"""At which level a body sits that has institutional accounts."""

_MARK = "|"

Where = Sequence[ColumnElement[bool]]
"""Conditions on `assignments`: in term, in sight, in an area."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One place: `status` has `members`, `with_account`, `without` and a count for each of `STANDING`; `held` accounts by platform."""

    status: Mapping[str, int]
    held: Mapping[str, int]


def count(conn: Connection, by: str, where: Where, at: datetime, platform: str | None = None) -> dict[str, Counted]:
    """By key, and of `TOTAL`: who is in term and how they stand, with accounts as on record at `at` (only those on `platform`, if given).

    One pass over the corps: members fall into few kinds, by how they stand and on which platforms they are.
    """
    roomy(conn)
    several = [_places(one, where) for one in dict.fromkeys((by, TOTAL))]
    places, stands = union_all(*several).subquery("places"), _stands(at, platform)
    query = select(places.c.key, stands.c.stand, stands.c.platforms, func.count().label("number"))
    query = query.join(stands, stands.c.id == places.c.member_id).group_by(places.c.key, stands.c.stand, stands.c.platforms)
    numbers: dict[str, Counter[str]] = {}
    held: dict[str, Counter[str]] = {}
    for row in conn.execute(query):
        numbers.setdefault(row.key, Counter())[row.stand] += row.number
        for name in row.platforms.split(_MARK) if row.platforms else ():
            held.setdefault(row.key, Counter())[name] += row.number
    return {key: Counted(_counted(several), held.get(key, {})) for key, several in numbers.items()}


def held(conn: Connection, by: str, where: Where, at: datetime) -> dict[str, dict[str, int]]:
    """By key, and of `TOTAL`: accounts by platform, as on record at `at`, of members in term; a place without any has none.

    For the day that growth is counted from: a fraction of the work of `count`, for only members with accounts are followed.
    """
    roomy(conn)
    table = declared_accounts
    found: dict[str, dict[str, int]] = {}
    for one in dict.fromkeys((by, TOTAL)):
        places = _in_places(one, where).subquery("places")
        found |= {key: {} for key in conn.execute(select(places.c.key).distinct()).scalars()}
        query = select(places.c.key, table.c.platform, func.count(places.c.member_id.distinct()).label("number"))
        query = query.join(table, table.c.member_id == places.c.member_id).where(people.held(at))
        for row in conn.execute(query.group_by(places.c.key, table.c.platform)):
            found[row.key][row.platform] = row.number
    return found


NOBODY = Counted({"members": 0, WITH: 0, "without": 0, **dict.fromkeys(STANDING, 0)}, {})
"""A place with no members."""


def bodies(conn: Connection, by: str, sight: ColumnElement[bool], at: datetime) -> dict[str, dict[str, int]]:
    """By key: `ppk`, `ppk_without`, `pps`, `pps_without`: bodies expected, and those with no institutional account at `at`."""
    found: dict[str, dict[str, int]] = {}
    for body, level in LEVEL.items():
        table = declared_accounts
        has = exists().where(table.c.body == body, table.c.area == areas.c.code, people.held(at))
        key = literal(body) if by == "body" else literal(TOTAL) if by == TOTAL else area_ancestors.c.ancestor
        query = select(key.label("key"), has.label("has")).where(areas.c.level == level, sight)
        if by not in ("body", TOTAL):
            query = query.join(area_ancestors, and_(area_ancestors.c.area == areas.c.code, area_ancestors.c.level == by))
        several = query.subquery()
        counts = select(several.c.key, func.count().label("all"), func.sum(case((several.c.has, 0), else_=1)).label("without"))
        for row in conn.execute(counts.group_by(several.c.key)):
            name = body.lower()
            found.setdefault(row.key, {}).update({name: row.all, f"{name}_without": int(row.without)})
    return found


def body_accounts(conn: Connection, sight: ColumnElement[bool], at: datetime) -> dict[str, dict[str, int]]:
    """By platform: `ppk` and `pps`, how many institutional accounts they have there at `at`."""
    table = declared_accounts
    query = select(table.c.platform, table.c.body, func.count().label("number")).join(areas, areas.c.code == table.c.area)
    found: dict[str, dict[str, int]] = {}
    for row in conn.execute(query.where(people.held(at), sight).group_by(table.c.platform, table.c.body)):
        found.setdefault(row.platform, {})[row.body.lower()] = row.number
    return found


def _counted(numbers: Mapping[str, int]) -> dict[str, int]:
    stands = {name: numbers.get(name, 0) for name in STANDING}
    without, having = sum(stands.values()), numbers.get(WITH, 0)
    return {"members": having + without, WITH: having, "without": without, **stands}


def _places(by: str, where: Where) -> Select[Any]:
    """Each member once in each place."""
    return _in_places(by, where).distinct()


def _in_places(by: str, where: Where) -> Select[Any]:
    """Members with their places, once for each assignment."""
    if by == TOTAL:
        query: Select[Any] = select(assignments.c.member_id, literal(TOTAL).label("key"))
    elif by == "body":
        query = select(assignments.c.member_id, assignments.c.body.label("key"))
    else:
        above = and_(area_ancestors.c.area == assignments.c.area, area_ancestors.c.level == by)
        query = select(assignments.c.member_id, area_ancestors.c.ancestor.label("key")).join(area_ancestors, above)
    return query.where(*where)


def _stands(at: datetime, platform: str | None) -> Any:
    table = declared_accounts
    having = select(table.c.member_id, func.aggregate_strings(table.c.platform, _MARK).label("platforms"))
    having = having.where(table.c.member_id.is_not(None), people.held(at))
    if platform is not None:
        having = having.where(table.c.platform == platform)
    having_ = having.group_by(table.c.member_id).subquery("having_account")
    given = consents.alias()
    gone = select(consents.c.member_id).where(consents.c.stop_by.is_not(None))
    gone = gone.where(~exists().where(given.c.member_id == consents.c.member_id, given.c.withdrawn_at.is_(None)))
    gone_ = gone.distinct().subquery("took_back")
    stand = case(
        (having_.c.member_id.is_not(None), WITH),
        (members.c.erased_at.is_not(None), ERASED),
        (members.c.reason.is_not(None), members.c.reason),
        (gone_.c.member_id.is_not(None), WITHDREW),
        else_=NOT_ASKED,
    )
    joined = members.outerjoin(having_, having_.c.member_id == members.c.id).outerjoin(gone_, gone_.c.member_id == members.c.id)
    return select(members.c.id, stand.label("stand"), having_.c.platforms).select_from(joined).subquery("stands")
