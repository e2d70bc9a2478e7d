"""Areas as people look at them."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from gaung.core.config.nearest import meant
from gaung.core.errors import UserError
from gaung.core.registry import areas as found_areas
from gaung.core.registry.names import plain
from gaung.core.registry.tree import Node
from gaung.core.services.context import Context
from gaung.core.store.registry_tables import LEVELS, area_aliases, area_ancestors, areas

_MANY = 10
_NEAR = 40


def list_areas(ctx: Context, *, level: str | None = None, parent: str | None = None) -> list[dict[str, Any]]:
    """`[{"code","name","level","parent","children"}]` by code. `parent`: a code or a name; only what lies directly in it."""
    below = areas.alias()
    count = select(func.count()).where(below.c.parent == areas.c.code).scalar_subquery().label("children")
    query = select(areas.c.code, areas.c.name, areas.c.level, areas.c.parent, count).where(ctx.scope.clause(areas.c.code))
    with ctx.store.read() as conn:
        if level is not None:
            query = query.where(areas.c.level == level)
        if parent is not None:
            query = query.where(areas.c.parent == require_area(conn, parent).code)
        return [dict(row) for row in conn.execute(query.order_by(areas.c.code)).mappings()]


def show_area(ctx: Context, text: str) -> dict[str, Any]:
    """`{"code","name","level","parent","within":[...],"aliases":[...],"below":{level: N},"children":[...]}` of a code or a name."""
    with ctx.store.read() as conn:
        node = require_area(conn, text)
        upper = select(areas.c.code, areas.c.name, areas.c.level).join(area_ancestors, area_ancestors.c.ancestor == areas.c.code)
        within = [dict(row) for row in conn.execute(upper.where(area_ancestors.c.area == node.code)).mappings() if row["code"] != node.code]
        within.sort(key=lambda one: LEVELS.index(one["level"]))
        lower = select(areas.c.level, func.count()).join(area_ancestors, area_ancestors.c.area == areas.c.code)
        lower = lower.where(area_ancestors.c.ancestor == node.code, areas.c.code != node.code).group_by(areas.c.level)
        below: dict[str, int] = dict(conn.execute(lower).all())
        other = conn.execute(select(area_aliases.c.alias).where(area_aliases.c.area == node.code).order_by(area_aliases.c.alias)).scalars()
        children = select(areas.c.code, areas.c.name, areas.c.level).where(areas.c.parent == node.code).order_by(areas.c.code)
        return {
            "code": node.code,
            "name": node.name,
            "level": node.level,
            "parent": node.parent,
            "within": within,
            "aliases": [alias for alias in other if alias != plain(node.name)],
            "below": {one: below[one] for one in LEVELS if one in below},
            "children": [dict(row) for row in conn.execute(children).mappings()],
        }


def require_area(conn: Connection, text: str) -> Node:
    """The one area of that code or name. Raises `UserError` naming the candidates where several have the name."""
    found = found_areas.find(conn, text)
    if len(found) == 1:
        return found[0]
    if found:
        shown = ", ".join(f"{node.code} ({node.level})" for node in found[:_MANY])
        more = f" and {len(found) - _MANY} more" if len(found) > _MANY else ""
        raise UserError(f"{len(found)} areas are called {text}: {shown}{more}.", "Give the code.")
    if conn.execute(select(areas.c.code).limit(1)).first() is None:
        raise UserError("There are no areas yet.", "Run: gaung area import FILE.csv")
    upper = text.strip().rpartition(".")[0] or text.strip()
    query = select(areas.c.code).where(areas.c.code.startswith(upper, autoescape=True)).order_by(func.length(areas.c.code), areas.c.code)
    near = conn.execute(query.limit(_NEAR)).scalars().all()
    raise UserError(f"Unknown area {text}.", meant(text, near) if near else "See: gaung area list --level regency")
