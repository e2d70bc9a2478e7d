"""What members add to the rollup, as one query over reshares and assignments: the definition that everything else is held against."""

import functools
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, func, literal, or_, select, union, union_all
from sqlalchemy.engine import Connection

from gaung.core.store.ledger_tables import reshares
from gaung.core.store.lists import among, among_later, as_parameter
from gaung.core.store.registry_tables import area_ancestors, assignments
from gaung.core.store.tables import posts as posts_table

KEY = ("post_id", "area", "body", "platform")
GRADE, MEMBERS = "grade", "members"
ANY = "*"
"""Stands for any body or any platform, every member counted once."""


def contributions(conn: Connection, posts: Collection[int]) -> Select[Any]:
    """Rows of `KEY`, `GRADE` and `MEMBERS`: how many members have that grade as their best there."""
    return _query([among(conn, reshares.c.post_id, posts)])


def contributed(conn: Connection, members: Collection[int] | None, posts: Collection[int] | None) -> Iterable[Any]:
    """The same rows, of these members and posts (None: of all)."""
    given = {name: as_parameter(conn, ids) for name, ids in (("members", members), ("posts", posts)) if ids is not None}
    return conn.execute(_built(conn.dialect.name == "postgresql", members is not None, posts is not None), given)


@functools.cache
def _built(postgresql: bool, members: bool, posts: bool) -> Select[Any]:
    """Built once: that takes longer than a database needs for the answer, and it is asked twice for every reshare."""
    of_members = [among_later(postgresql, reshares.c.member_id, "members")] if members else []
    of_posts = [among_later(postgresql, reshares.c.post_id, "posts")] if posts else []
    return _query([*of_members, *of_posts])


def _query(of: list[ColumnElement[bool]]) -> Select[Any]:
    """The rows of those reshares.

    Who serves in one body and area only is counted there first, and that count carried up; the few who serve in several are taken one by
    one, so that each counts once in every cell.
    """
    conditions = [reshares.c.withdrawn_at.is_(None), *of]
    served = _served(conditions)
    each = _each(_graded(conditions), served)
    parts = union_all(*_carried_up(each), _one_by_one(each, served)).subquery("parts")
    key = [parts.c[name] for name in (*KEY, GRADE)]
    return select(*key, func.sum(parts.c.members).label(MEMBERS)).group_by(*key)


def _graded(conditions: list[ColumnElement[bool]]) -> CTE:
    """Post, member, platform (`*` too) and best grade."""
    who = (reshares.c.post_id, reshares.c.member_id)
    best = func.max(reshares.c.grade).label(GRADE)
    single = select(*who, reshares.c.platform, best).where(*conditions).group_by(*who, reshares.c.platform)
    overall = select(*who, literal(ANY), func.max(reshares.c.grade)).where(*conditions).group_by(*who)
    return union_all(single, overall).cte("graded")


def _served(conditions: list[ColumnElement[bool]]) -> CTE:
    """Post, member, area and body of the assignments in term on the post's day."""
    people = select(reshares.c.post_id, reshares.c.member_id).where(*conditions).distinct().subquery("people")
    in_term = and_(
        assignments.c.member_id == people.c.member_id,
        assignments.c.term_start <= posts_table.c.day,
        or_(assignments.c.term_end.is_(None), assignments.c.term_end >= posts_table.c.day),
    )
    source = people.join(posts_table, posts_table.c.id == people.c.post_id).join(assignments, in_term)
    return select(people.c.post_id, people.c.member_id, assignments.c.area, assignments.c.body).select_from(source).distinct().cte("served")


def _each(graded: CTE, served: CTE) -> CTE:
    """`graded` with an area and a body of the member, and how many (`times`) there are."""
    who = (served.c.post_id, served.c.member_id)
    chosen = (func.min(served.c.area).label("area"), func.min(served.c.body).label("body"), func.count().label("times"))
    one = select(*who, *chosen).group_by(*who).cte("one")
    same = and_(one.c.post_id == graded.c.post_id, one.c.member_id == graded.c.member_id)
    return select(graded, one.c.area, one.c.body, one.c.times).select_from(graded.join(one, same)).cte("each")


def _carried_up(each: CTE) -> list[Select[Any]]:
    key = (each.c.post_id, each.c.area, each.c.body, each.c.platform, each.c.grade)
    leaf = select(*key, func.count().label("members")).where(each.c.times == 1).group_by(*key).cte("leaf")
    above = leaf.join(area_ancestors, area_ancestors.c.area == leaf.c.area)
    area = area_ancestors.c.ancestor.label("area")
    rest = (leaf.c.platform, leaf.c.grade, leaf.c.members)
    bodies = (leaf.c.body, literal(ANY).label("body"))
    return [select(leaf.c.post_id, area, body, *rest).select_from(above) for body in bodies]


def _one_by_one(each: CTE, served: CTE) -> Select[Any]:
    same = and_(served.c.post_id == each.c.post_id, served.c.member_id == each.c.member_id)
    source = each.join(served, same).join(area_ancestors, area_ancestors.c.area == served.c.area)
    who = (each.c.post_id, each.c.member_id, area_ancestors.c.ancestor.label("area"))
    bodies = (served.c.body, literal(ANY).label("body"))
    several = [select(*who, body, each.c.platform, each.c.grade).select_from(source).where(each.c.times > 1) for body in bodies]
    places = union(*several).subquery("places")
    return select(*[places.c[name] for name in (*KEY, GRADE)], literal(1).label("members"))
