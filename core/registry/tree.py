"""Which rows of a list of areas fit together with each other and with the areas that are there. No database here."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gaung.core.store.registry_tables import LEVELS

_LOWEST_CHILD_OF_A_ROOT = LEVELS.index("district")


@dataclass(frozen=True, slots=True)
class Node:
    """One area. `row` 0: it stands in no row, it was made or is there already."""

    code: str
    name: str
    level: str
    parent: str | None
    row: int = 0
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row cannot be an area, and what to do."""

    node: Node
    field: str
    reason: str
    remedy: str


@dataclass(slots=True)
class Settled:
    """`good`: what to store, by code, roots that had to be made included (`made`). `refused`: the other rows."""

    good: dict[str, Node] = field(default_factory=dict)
    made: dict[str, Node] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)


def settle(there: Mapping[str, Node], given: Iterable[Node], *, offices: Mapping[str, str], in_use: Collection[str] = ()) -> Settled:
    """Sort rows into areas and refusals. Rows may stand in any order.

    `there`: areas of the database. `offices`: names by code, for roots that are made. `in_use`: areas with members or accounts, whose
    level must stay. A row refused takes the rows below it along, unless the database has its area.
    """
    found = Settled()
    for node in given:
        if (first := found.good.get(node.code)) is not None:
            found.refused.append(Refusal(node, "code", f"{node.code} stands in row {first.row} already", "keep one of them"))
            continue
        old = there.get(node.code)
        kept = old.parent if old is not None and node.parent is None else node.parent
        found.good[node.code] = Node(node.code, node.name, node.level, kept, node.row, node.aliases)
    for root in _missing_roots(there, found.good, offices):
        found.made[root.code] = root
    found.good |= found.made
    below = _below(there.values())
    gone: dict[str, int] = {}
    while bad := [one for node in found.good.values() if (one := _problem(node, found.good, there, below, in_use, gone)) is not None]:
        for refusal in bad:
            del found.good[refusal.node.code]
            gone[refusal.node.code] = refusal.node.row
        found.refused += bad
    _drop_empty_roots(found)
    found.refused.sort(key=lambda refusal: refusal.node.row)
    return found


def affected(there: Mapping[str, Node], good: Mapping[str, Node]) -> set[str]:
    """Areas whose chain to the root is new or another one: those that moved, changed level or are new, and all below them."""
    final = {**there, **good}
    below = _below(final.values())
    moved = [
        node.code
        for node in good.values()
        if (old := there.get(node.code)) is None or (old.parent, old.level) != (node.parent, node.level)
    ]  # fmt: skip
    found: set[str] = set()
    while moved:
        code = moved.pop()
        if code not in found:
            found.add(code)
            moved += [node.code for node in below.get(code, ())]
    return found


def chain(final: Mapping[str, Node], code: str) -> Iterator[Node]:
    """The area itself and all that it lies in."""
    at: str | None = code
    while at is not None:
        yield final[at]
        at = final[at].parent


def _below(nodes: Iterable[Node]) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for node in nodes:
        if node.parent is not None:
            found.setdefault(node.parent, []).append(node)
    return found


def _missing_roots(there: Mapping[str, Node], given: Mapping[str, Node], offices: Mapping[str, str]) -> Iterator[Node]:
    """Parents that nobody describes and that can only be the top: nothing that is known lies above them."""
    missing: dict[str, list[Node]] = {}
    for node in given.values():
        if node.parent is not None and node.parent not in given and node.parent not in there and node.parent != node.code:
            missing.setdefault(node.parent, []).append(node)
    for code, children in missing.items():
        top = min(LEVELS.index(child.level) for child in children)
        known = all(child.code.startswith(code) for child in children) or code in offices
        parts = code.split(".")
        above = [".".join(parts[:depth]) for depth in range(1, len(parts))]
        if known and 0 < top <= _LOWEST_CHILD_OF_A_ROOT and not any(one in given or one in there or one in missing for one in above):
            yield Node(code, offices.get(code, code).removeprefix("KPU "), LEVELS[top - 1], None)


def _problem(
    node: Node,
    good: Mapping[str, Node],
    there: Mapping[str, Node],
    below: Mapping[str, list[Node]],
    in_use: Collection[str],
    gone: Mapping[str, int],
) -> Refusal | None:
    return _parent_problem(node, good, there, gone) or _level_problem(node, good, there, below, in_use)


def _parent_problem(node: Node, good: Mapping[str, Node], there: Mapping[str, Node], gone: Mapping[str, int]) -> Refusal | None:
    if node.parent is None:
        if LEVELS.index(node.level) < _LOWEST_CHILD_OF_A_ROOT:
            return None
        return Refusal(node, "parent", f"a {node.level} must lie in something", "write the code of the area that it lies in")
    parent = good.get(node.parent) or there.get(node.parent)
    if parent is None:
        if row := gone.get(node.parent):
            return Refusal(node, "parent", f"its parent {node.parent} was rejected (row {row})", "put that row right first")
        return Refusal(node, "parent", f"there is no area {node.parent}", "correct the code, or add a row for that area")
    if _lies_in_itself(node, good, there):
        return Refusal(node, "parent", f"{node.code} would lie in itself", "correct the parents: they go round in a circle")
    if LEVELS.index(parent.level) >= LEVELS.index(node.level):
        return Refusal(node, "level", f"a {node.level} cannot lie in a {parent.level} ({parent.code})", "correct the level or the parent")
    return None


def _lies_in_itself(node: Node, good: Mapping[str, Node], there: Mapping[str, Node]) -> bool:
    at, steps = node.parent, 0
    while at is not None and at != node.code and steps < len(LEVELS):
        upper = good.get(at) or there.get(at)
        at, steps = (upper.parent if upper else None), steps + 1
    return at == node.code


def _level_problem(
    node: Node, good: Mapping[str, Node], there: Mapping[str, Node], below: Mapping[str, list[Node]], in_use: Collection[str]
) -> Refusal | None:
    old = there.get(node.code)
    if old is None or old.level == node.level:
        return None
    if node.code in in_use:
        return Refusal(node, "level", f"members serve here at the level {old.level}", f"leave the level {old.level}")
    low = next((child for child in below.get(node.code, ()) if _deeper(node, good.get(child.code, child))), None)
    if low is None:
        return None
    return Refusal(
        node, "level", f"{low.code} ({low.level}) lies in it", "give the areas below it their new level or parent in the same file"
    )


def _deeper(node: Node, child: Node) -> bool:
    """Whether `child` still lies in `node`, but not at a lower level."""
    return child.parent == node.code and LEVELS.index(child.level) <= LEVELS.index(node.level)


def _drop_empty_roots(found: Settled) -> None:
    parents = {node.parent for node in found.good.values()}
    for code in [code for code in found.made if code not in parents]:
        del found.made[code]
        found.good.pop(code, None)
