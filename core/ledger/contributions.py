"""What members add to the rollup, as one query over reshares and assignments: the definition that everything else is held against."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, literal, or_, select, union, union_all
from sqlalchemy.engine import Connection

from gaung.core.store.ledger_tables import reshares
from gaung.core.store.lists import among
from gaung.core.store.registry_tables import area_ancestors, assignments
from gaung.core.store.tables import posts as posts_table

KEY = ("post_id", "area", "body", "platform")
GRADE, MEMBERS = "grade", "members"
ANY = "*"
"""Stands for any body or any platform, every member counted once."""


def contributions(conn: Connection, *, members: Collection[int] | None = None, posts: Collection[int] | None = None) -> Select[Any]:
    """Rows of `KEY`, `GRADE` and `MEMBERS`: how many of these members (None: of all) have that grade as their best there."""
    conditions: list[ColumnElement[bool]] = [reshares.c.withdrawn_at.is_(None)]
    if members is not None:
        conditions.append(among(conn, reshares.c.member_id, members))
    if posts is not None:
        conditions.append(among(conn, reshares.c.post_id, posts))
    who = (reshares.c.post_id, reshares.c.member_id)
    best = func.max(reshares.c.grade).label(GRADE)
    single = select(*who, reshares.c.platform, best).where(*conditions).group_by(*who, reshares.c.platform).cte("single")
    one = (single.c.post_id, single.c.member_id)
    overall = select(*one, literal(ANY), func.max(single.c.grade)).group_by(*one)
    graded = union_all(select(*one, single.c.platform, single.c.grade), overall).cte("graded")
    people = select(*one).distinct().subquery("people")
    places = _places(people).cte("places")
    key = (graded.c.post_id, places.c.area, places.c.body, graded.c.platform, graded.c.grade)
    same = and_(places.c.post_id == graded.c.post_id, places.c.member_id == graded.c.member_id)
    return select(*key, func.count().label(MEMBERS)).select_from(graded.join(places, same)).group_by(*key)


def _places(people: Any) -> CompoundSelect[Any]:
    """Post, member, area and body for all areas and bodies that each of `people` counts in on the post's day; each only once."""
    in_term = and_(
        assignments.c.member_id == people.c.member_id,
        assignments.c.term_start <= posts_table.c.day,
        or_(assignments.c.term_end.is_(None), assignments.c.term_end >= posts_table.c.day),
    )
    served = people.join(posts_table, posts_table.c.id == people.c.post_id).join(assignments, in_term)
    above = served.join(area_ancestors, area_ancestors.c.area == assignments.c.area)
    where = (people.c.post_id, people.c.member_id, area_ancestors.c.ancestor.label("area"))
    return union(select(*where, assignments.c.body).select_from(above), select(*where, literal(ANY)).select_from(above))
