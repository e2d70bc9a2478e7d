"""What a report of coverage reads: rollups above, members in term below. Its size does not depend on how many reshares there are."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal_column, select
from sqlalchemy.engine import Connection

from gaung.core.ledger.contributions import ANY
from gaung.core.registry.state import EVERYBODY
from gaung.core.store.ledger_tables import GRADES, coverage, share_totals, sightings
from gaung.core.store.lists import among
from gaung.core.store.registry_tables import area_ancestors, areas, registry_counts
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
    fits += [] if by is coverage.c.body else [_is(coverage.c.body, where.body)]
    fits += [] if by is coverage.c.platform else [_is(coverage.c.platform, where.platform)]
    return {row[0]: tuple(int(count) for count in row[1:]) for row in conn.execute(select(by, *sums).where(*fits).group_by(by))}


def _is(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """`*` stands in the words of the query, where the database sees that the index of those cells will do."""
    return column == (literal_column(f"'{ANY}'") if name == ANY else name)


def in_term(conn: Connection, days: Mapping[date, int], where: Where, by: str) -> dict[str, tuple[int, int]]:
    """Members, and those with an account, by `area`, `body` or `account` (then `""` is everybody and the rest are holders).

    `days`: keys of `registry_counts`, and how many posts each stands for. An account on `where.platform` counts (`*`: on any).
    """
    columns = registry_counts.c
    fits = [columns.day.in_(list(days)), where.areas(columns.area)]
    fits += [] if by == "body" else [columns.body == where.body]
    fits += [] if by == "account" else [columns.account.in_((EVERYBODY, where.platform))]
    key = (columns.day, columns[by], columns.account)
    members: Counter[str] = Counter()
    holders: Counter[str] = Counter()
    for day, name, account, count in conn.execute(select(*key, func.sum(columns.members)).where(*fits).group_by(*key)):
        (members if account == EVERYBODY else holders)[name] += int(count) * days[day]
    return {name: (members[name], holders[name]) for name in members.keys() | holders.keys()}


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
