"""Who a drive calls, and who of them echoed its post: by exact SQL over that post's reshares, every member once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, exists, func, or_, select
from sqlalchemy.engine import Connection

from gaung.core.ledger.covering import Grades
from gaung.core.store.ledger_tables import GRADES, reshares
from gaung.core.store.registry_tables import area_ancestors, areas, assignments


@dataclass(frozen=True, slots=True)
class Call:
    """Members in term on `day` in `bodies` (empty: all), in the areas of `roots` and all below them."""

    day: date
    roots: tuple[str, ...]
    bodies: tuple[str, ...]

    def conditions(self) -> list[ColumnElement[bool]]:
        """On `assignments`."""
        inside = select(area_ancestors.c.area).where(area_ancestors.c.ancestor.in_(self.roots))
        fits = [
            assignments.c.term_start <= self.day,
            or_(assignments.c.term_end.is_(None), assignments.c.term_end >= self.day),
            assignments.c.area.in_(inside),
        ]
        return fits + ([assignments.c.body.in_(self.bodies)] if self.bodies else [])


def answered(conn: Connection, call: Call, post: int, by: str | None) -> dict[str, tuple[int, Grades]]:
    """Members called, and how many have which best grade; by `body`, by a level of areas, or (None) all together under `*`."""
    source: Any = assignments
    fits = call.conditions()
    key: Any = assignments.c.body
    if by not in (None, "body"):
        source = assignments.join(area_ancestors, area_ancestors.c.area == assignments.c.area)
        fits.append(area_ancestors.c.level == by)
        key = area_ancestors.c.ancestor
    columns = [assignments.c.member_id] if by is None else [assignments.c.member_id, key.label("key")]
    served = select(*columns).select_from(source).where(*fits).distinct().cte("served")
    counts = (reshares.c.post_id == post, reshares.c.withdrawn_at.is_(None))
    best = select(reshares.c.member_id, func.max(reshares.c.grade).label("grade")).where(*counts).group_by(reshares.c.member_id).cte("best")
    sums = [func.sum(case((best.c.grade == code, 1), else_=0)) for code in range(1, len(GRADES) + 1)]
    joined = served.outerjoin(best, best.c.member_id == served.c.member_id)
    if by is None:
        row = conn.execute(select(func.count(), *sums).select_from(joined)).one()
        return {"*": (int(row[0]), tuple(int(one or 0) for one in row[1:]))}
    query = select(served.c.key, func.count(), *sums).select_from(joined).group_by(served.c.key)
    return {row[0]: (int(row[1]), tuple(int(one) for one in row[2:])) for row in conn.execute(query)}


def places(conn: Connection, call: Call) -> Sequence[Row[*tuple[Any, ...]]]:
    """Code, name and level of the areas that members are reached in: those with none below, and those that called members serve in."""
    child = areas.alias()
    leaf = ~exists().where(child.c.parent == areas.c.code)
    serves = exists().where(assignments.c.area == areas.c.code, *call.conditions())
    inside = and_(area_ancestors.c.area == areas.c.code, area_ancestors.c.ancestor.in_(call.roots))
    query = select(areas.c.code, areas.c.name, areas.c.level).where(exists().where(inside), or_(leaf, serves))
    return conn.execute(query.order_by(areas.c.code)).all()


def directly(conn: Connection, call: Call) -> dict[str, int]:
    """How many called members serve in each area itself."""
    query = select(assignments.c.area, func.count(assignments.c.member_id.distinct())).where(*call.conditions())
    return {row[0]: int(row[1]) for row in conn.execute(query.group_by(assignments.c.area))}


def lying_in(conn: Connection, codes: Collection[str]) -> dict[str, list[Row[*tuple[Any, ...]]]]:
    """For each area of `codes` and each below one of them: level, code and name of all that it lies in, itself first."""
    upper = areas.alias()
    below = select(area_ancestors.c.area).where(area_ancestors.c.ancestor.in_(codes))
    query = (
        select(area_ancestors.c.area, upper.c.level, upper.c.code, upper.c.name)
        .join(upper, upper.c.code == area_ancestors.c.ancestor)
        .where(area_ancestors.c.area.in_(below))
    )
    found: dict[str, list[Row[*tuple[Any, ...]]]] = {}
    for row in conn.execute(query):
        found.setdefault(row.area, []).append(row)
    order = ("village", "district", "regency", "province", "national")
    return {area: sorted(rows, key=lambda row: order.index(row.level)) for area, rows in found.items()}
