"""Where a member serves and which office appointed: from codes, or from names as lists have them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection

from gaung.core.registry import areas
from gaung.core.registry.names import fold, plain
from gaung.core.registry.tree import Node, chain
from gaung.core.store.registry_tables import area_aliases
from gaung.core.store.tables import offices

BODY_LEVELS = {"PPK": "district", "SEKRETARIAT_PPK": "district"}
"""Where a body serves, if not in a village (facts/domain.md 3a); polling stations are no areas."""
_VILLAGE = "village"
_SHOWN = 5
_LOST_ZERO = re.compile(r"[\d.]*\.\d")


@dataclass(frozen=True, slots=True)
class Place:
    """Codes of an area and of the office that appointed there."""

    area: str
    office: str


class Misplaced(ValueError):
    """No such place; `field`, `reason` and `remedy` as a reject has them."""

    def __init__(self, field: str, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.field, self.reason, self.remedy = field, reason, remedy


class Places:
    """Every area and office, kept in memory: the areas of a country are few beside its members."""

    def __init__(self, conn: Connection) -> None:
        self._areas = areas.load(conn)
        self._keys: dict[str, list[str]] = {}
        self._named: dict[str, set[str]] = {}
        for row in conn.execute(select(area_aliases.c.alias, area_aliases.c.area).order_by(area_aliases.c.area)):
            self._keys.setdefault(row.alias, []).append(row.area)
            self._named.setdefault(row.area, set()).add(row.alias)
        self._offices: set[str] = set()
        self._office_keys: dict[str, str] = {}
        for office in conn.execute(select(offices.c.code, offices.c.name)):
            self._offices.add(office.code)
            for key in (plain(office.name), plain(office.name.removeprefix("KPU ")), fold(office.name.removeprefix("KPU "))):
                self._office_keys.setdefault(key, office.code)

    @property
    def none(self) -> bool:
        """Whether there are no areas at all."""
        return not self._areas

    def place(self, area: str, office: str, body: str) -> Place:
        """The place that two cells name for a member of `body`; an empty `office` is found by the area. Raises `Misplaced`."""
        appointed = self._office(office) if office else None
        level = BODY_LEVELS.get(body, _VILLAGE)
        node = self._areas.get(area) or self._by_name(area, appointed, level, body)
        if node.level != level:
            raise Misplaced("area", f"{body} serves in a {level}, and {node.code} is a {node.level}", f"write the code of the {level}")
        return Place(node.code, self._appointing(node, appointed))

    def _office(self, text: str) -> str:
        if text in self._offices:
            return text
        found = self._office_keys.get(plain(text)) or self._office_keys.get(fold(re.sub(r"^\s*KPU\s+", "", text, flags=re.IGNORECASE)))
        if found is None:
            raise Misplaced("office", f"there is no office {text}", "write its code; see: gaung office list")
        return found

    def _by_name(self, text: str, office: str | None, level: str, body: str) -> Node:
        if not text:
            raise Misplaced("area", "the area is missing", f"write the code of the {level}")
        if _LOST_ZERO.fullmatch(text):
            raise Misplaced(
                "area", f"{text} has lost a zero, as in spreadsheets that take a code for a number", "format the column as text"
            )
        name, *uppers = [part for part in re.split(r"\s*[,;()/]\s*|\s+-\s+", text) if part]
        called = [self._areas[code] for code in self._keys.get(plain(name)) or self._keys.get(fold(name)) or ()]
        found = [node for node in called if node.level == level and self._lies_in(node, uppers, office)]
        if len(found) == 1:
            return found[0]
        if found:
            shown = ", ".join(node.code for node in found[:_SHOWN]) + (", ..." if len(found) > _SHOWN else "")
            reason = f"{len(found)} areas are called {name}: {shown}"
            raise Misplaced("area", reason, "write the code, or the name with what it lies in: Natar, Lampung Selatan")
        other = next((node for node in called if self._lies_in(node, uppers, office)), None)
        if other is not None:
            raise Misplaced("area", f"{body} serves in a {level}, and {text} is a {other.level}", f"write the {level}")
        where = f" in office {office}" if office is not None and called else ""
        raise Misplaced("area", f"there is no area {text}{where}", "write its code; see: gaung area list")

    def _lies_in(self, node: Node, uppers: list[str], office: str | None) -> bool:
        above = list(chain(self._areas, node.code))
        if office in self._areas and all(upper.code != office for upper in above):
            return False
        named = [self._named.get(upper.code, set()) | {plain(upper.code)} for upper in above[1:]]
        return all(any(plain(upper) in keys or fold(upper) in keys for keys in named) for upper in uppers)

    def _appointing(self, node: Node, office: str | None) -> str:
        above = list(chain(self._areas, node.code))
        if office is not None:
            if office in self._areas and all(upper.code != office for upper in above):
                raise Misplaced(
                    "office", f"{node.code} does not lie in {office}", "correct the office or the area, or leave the office empty"
                )
            return office
        found = next(self._of(above), None)
        if found is None:
            top = next((upper.code for upper in above if upper.level == "regency"), above[-1].code)
            raise Misplaced(
                "office", f"no office appoints in {node.code}", f"fill the column office, or add office {top}: gaung office add"
            )
        return found

    def _of(self, above: list[Node]) -> Iterator[str]:
        yield from (upper.code for upper in above if upper.level == "regency" and upper.code in self._offices)
