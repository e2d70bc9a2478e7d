"""What a report of coverage reads: rollups above, members in term below. Its size does not depend on how many reshares there are."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.engine import Connection

from gaung.core.ledger.contributions import ANY
from gaung.core.store.ledger_tables import GRADES, coverage, share_totals, sightings
from gaung.core.store.lists import among
from gaung.core.store.registry_tables import area_ancestors, areas, assignments, declared_accounts, registry_counts
from gaung.core.store.tables import deliveries, posts, publications

Grades = tuple[int, ...]
"""Members by best grade, in the order of `GRADES`."""
NONE: Grades = (0,) * len(GRADES)


@dataclass(frozen=True, slots=True)
class Where:
    """Which cells: below `roots`, of one body and one platform (`*`: any). `level`: areas of that level below; None: the roots."""

    roots: tuple[str, ...]
    level: str | None = None
    body: str = ANY
    platform: str = ANY

    def areas(self, column: Any) -> ColumnElement[bool]:
        """The condition on a column of area codes."""
        if self.level is None:
            return column.in_(self.roots)  # type: ignore[no-any-return]
        below = select(area_ancestors.c.area).join(areas, areas.c.code == area_ancestors.c.area)
        return column.in_(below.where(area_ancestors.c.ancestor.in_(self.roots), areas.c.level == self.level))  # type: ignore[no-any-return]


def roots(conn: Connection) -> tuple[str, ...]:
    """The areas that lie in no other."""
    return tuple(conn.execute(select(areas.c.code).where(areas.c.parent.is_(None)).order_by(areas.c.code)).scalars())


def below(conn: Connection, where: Where) -> Sequence[Row[*tuple[Any, ...]]]:
    """Code, name and parent of the areas of a report's rows, by code."""
    query = select(areas.c.code, areas.c.name, areas.c.parent).where(where.areas(areas.c.code))
    return conn.execute(query.order_by(areas.c.code)).all()


def lies_in(conn: Connection, area: str, upper: str) -> bool:
    """Whether an area is `upper` or lies in it."""
    query = select(area_ancestors.c.area).where(area_ancestors.c.area == area, area_ancestors.c.ancestor == upper)
    return conn.execute(query).first() is not None


def published(conn: Connection, conditions: Collection[ColumnElement[bool]]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Id, title, day, origin and purpose of posts of which a publication exists on a delivery that fits, by id.

    Conditions may be on `posts` and `deliveries`. A publication that was deleted since had been there to be echoed.
    """
    out = publications.join(deliveries, deliveries.c.id == publications.c.delivery_id)
    shown = (posts.c.id, posts.c.title, posts.c.day, posts.c.origin, posts.c.purpose)
    query = select(*shown).select_from(posts.join(out, deliveries.c.post_id == posts.c.id)).where(*conditions)
    return conn.execute(query.distinct().order_by(posts.c.id)).all()


def graded(conn: Connection, chosen: Collection[int], where: Where, by: ColumnElement[Any]) -> dict[Any, Grades]:
    """Members by best grade for each value of `by`, a column of `coverage`, summed over the posts."""
    sums = [func.sum(coverage.c[grade]) for grade in GRADES]
    fits = [among(conn, coverage.c.post_id, chosen), where.areas(coverage.c.area)]
    fits += [] if by is coverage.c.body else [coverage.c.body == where.body]
    fits += [] if by is coverage.c.platform else [coverage.c.platform == where.platform]
    return {row[0]: tuple(int(count) for count in row[1:]) for row in conn.execute(select(by, *sums).where(*fits).group_by(by))}


def in_term(conn: Connection, days: Mapping[date, int], where: Where, by: str) -> dict[str, tuple[int, int]]:
    """Members, and those with an account, by `area` or `body`. `days`: keys of `registry_counts`, and how many posts each stands for."""
    members: Counter[str] = Counter()
    holders: Counter[str] = Counter()
    columns = registry_counts.c
    for day, times in days.items():
        fits = [columns.day == day, where.areas(columns.area)]
        fits += [] if by == "body" else [columns.body == where.body]
        sums = (func.sum(columns.members), func.sum(columns.with_account))
        for key, count, with_account in conn.execute(select(columns[by], *sums).where(*fits).group_by(columns[by])):
            members[key] += int(count) * times
            holders[key] += int(with_account) * times
    return {key: (count, holders[key]) for key, count in members.items()}


def everybody(conn: Connection, days: Mapping[date, int], where: Where) -> tuple[int, int]:
    """Members in the cells of a total, each once a day of `days`, and those of them with an account."""
    columns = registry_counts.c
    query = select(columns.day, func.sum(columns.members), func.sum(columns.with_account)).group_by(columns.day)
    rows = conn.execute(query.where(columns.day.in_(list(days)), columns.body == where.body, where.areas(columns.area))).all()
    return sum(int(row[1]) * days[row[0]] for row in rows), sum(int(row[2]) * days[row[0]] for row in rows)


def holders(conn: Connection, days: Mapping[date, int], where: Where, by: str) -> dict[str, int]:
    """Members in term with an open account on a platform, by `area`, `body` or `platform` (`*` of `where.platform`: on any)."""
    there = area_ancestors.c.ancestor
    group = {"area": there, "body": assignments.c.body, "platform": declared_accounts.c.platform}[by]
    served = declared_accounts.join(assignments, assignments.c.member_id == declared_accounts.c.member_id)
    source = served.join(area_ancestors, area_ancestors.c.area == assignments.c.area)
    fits = [declared_accounts.c.ended_at.is_(None), where.areas(there)]
    fits += [declared_accounts.c.platform == where.platform] if where.platform != ANY else []
    fits += [assignments.c.body == where.body] if where.body != ANY else []
    query = select(group, func.count(declared_accounts.c.member_id.distinct())).select_from(source).where(*fits).group_by(group)
    found: Counter[str] = Counter()
    for day, times in days.items():
        serving = and_(assignments.c.term_start <= day, or_(assignments.c.term_end.is_(None), assignments.c.term_end >= day))
        for key, count in conn.execute(query.where(serving)):
            found[key] += int(count) * times
    return dict(found)


def shares(conn: Connection, chosen: Collection[int], office: ColumnElement[bool]) -> list[dict[str, Any]]:
    """The platforms' own counts: `[{"platform","publications","known","total","as_of"}]`; `total` None: unknown, which is not zero.

    `known`: of how many publications the platform told. `as_of`: the oldest of the figures.
    """
    out = publications.join(deliveries, deliveries.c.id == publications.c.delivery_id)
    told = out.outerjoin(share_totals, share_totals.c.publication_id == publications.c.id)
    figures = (
        func.count().label("publications"),
        func.count(share_totals.c.total).label("known"),
        func.sum(share_totals.c.total).label("total"),
        func.min(share_totals.c.as_of).label("as_of"),
    )
    query = select(deliveries.c.platform, *figures).select_from(told).where(among(conn, deliveries.c.post_id, chosen), office)
    rows = conn.execute(query.group_by(deliveries.c.platform).order_by(deliveries.c.platform)).mappings()
    return [{**row, "total": None if row["total"] is None else int(row["total"])} for row in rows]


def strangers(conn: Connection, chosen: Collection[int], office: ColumnElement[bool], platform: str) -> int:
    """How many sightings are of somebody who is not registered."""
    out = publications.join(deliveries, deliveries.c.id == publications.c.delivery_id)
    seen = select(func.count()).select_from(sightings.join(out, publications.c.id == sightings.c.publication_id))
    fits = [among(conn, sightings.c.post_id, chosen), sightings.c.declared_id.is_(None), office]
    fits += [sightings.c.platform == platform] if platform != ANY else []
    return conn.execute(seen.where(*fits)).scalar_one()
