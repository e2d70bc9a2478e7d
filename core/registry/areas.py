"""Areas in the database: read, found by code or name, and written with their chains to the root and their other names."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, union, update
from sqlalchemy.engine import Connection

from gaung.core.registry import names
from gaung.core.registry.tree import Node, affected, chain
from gaung.core.store.ledger_tables import reshares
from gaung.core.store.registry_tables import LEVELS, area_aliases, area_ancestors, areas, assignments, declared_accounts
from gaung.core.store.types import db_now

_CHUNK = 1000


def load(conn: Connection) -> dict[str, Node]:
    """Every area by its code."""
    query = select(areas.c.code, areas.c.name, areas.c.level, areas.c.parent)
    return {row.code: Node(row.code, row.name, row.level, row.parent) for row in conn.execute(query)}


def aliases(conn: Connection) -> set[tuple[str, str]]:
    """Every other name with its area's code."""
    return {(row.alias, row.area) for row in conn.execute(select(area_aliases.c.alias, area_aliases.c.area))}


def in_use(conn: Connection) -> set[str]:
    """Areas in which somebody serves or a body has an account."""
    places = (select(assignments.c.area), select(declared_accounts.c.area).where(declared_accounts.c.area.is_not(None)))
    return set(conn.execute(union(*places)).scalars())


def find(conn: Connection, text: str) -> list[Node]:
    """The area of that code, else every area of that name, by code."""
    key = select(areas.c.code).where(areas.c.code == text.strip())
    for query in (
        key,
        select(area_aliases.c.area).where(area_aliases.c.alias == names.plain(text)),
        select(area_aliases.c.area).where(area_aliases.c.alias == names.fold(text)),
    ):
        rows = conn.execute(select(areas).where(areas.c.code.in_(query)).order_by(areas.c.code)).all()
        if rows:
            return [Node(row.code, row.name, row.level, row.parent) for row in rows]
    return []


def store(conn: Connection, there: Mapping[str, Node], good: Mapping[str, Node], known: Collection[tuple[str, str]]) -> None:
    """Write what is new or changed of `good`, parents first, and every chain that is another one now."""
    by_level = sorted(good.values(), key=lambda node: LEVELS.index(node.level))
    _insert(conn, [node for node in by_level if node.code not in there])
    _update(conn, [node for node in by_level if node.code in there and differs(there[node.code], node)])
    wanted = {(alias, node.code) for node in by_level for alias in all_aliases(node)}
    rows = [{"alias": alias, "area": code} for alias, code in sorted(wanted.difference(known))]
    for chunk in _chunks(rows):
        conn.execute(insert(area_aliases), chunk)
    _chains(conn, there, good)


def differs(old: Node, new: Node) -> bool:
    """Whether the area itself is another one, its other names aside."""
    return (old.name, old.level, old.parent) != (new.name, new.level, new.parent)


def all_aliases(node: Node) -> set[str]:
    """Every key that finds the area: by its own name, and by what its row says besides."""
    return names.aliases(node.name, node.level).union(*(names.aliases(alias, node.level) for alias in node.aliases))


def _insert(conn: Connection, nodes: Sequence[Node]) -> None:
    rows = [{"code": node.code, "name": node.name, "level": node.level, "parent": node.parent} for node in nodes]
    for chunk in _chunks(rows):
        conn.execute(insert(areas).values(updated_at=db_now()), chunk)


def _update(conn: Connection, nodes: Sequence[Node]) -> None:
    changed = update(areas).where(areas.c.code == bindparam("b_code"))
    changed = changed.values(name=bindparam("b_name"), level=bindparam("b_level"), parent=bindparam("b_parent"), updated_at=db_now())
    rows = [{"b_code": node.code, "b_name": node.name, "b_level": node.level, "b_parent": node.parent} for node in nodes]
    for chunk in _chunks(rows):
        conn.execute(changed, chunk)


def _chains(conn: Connection, there: Mapping[str, Node], good: Mapping[str, Node]) -> None:
    moved = affected(there, good)
    final = {**there, **good}
    old = sorted(moved & there.keys())
    for chunk in _chunks(old):
        conn.execute(delete(area_ancestors).where(area_ancestors.c.area.in_(chunk)))
    rows = ({"area": code, "ancestor": upper.code, "level": upper.level} for code in sorted(moved) for upper in chain(final, code))
    for chunk in _chunks(rows):
        conn.execute(insert(area_ancestors), chunk)
    if old and conn.execute(select(reshares.c.id).limit(1)).first() is not None:
        from gaung.core.ledger.cells import recount

        recount(conn)  # what members of a moved area shared counts for other areas now


def _chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
