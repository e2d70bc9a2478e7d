"""The rows of a report of coverage. Rows with nothing in them stay."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.engine import Connection

from gaung.core.ledger import covering
from gaung.core.ledger.contributions import ANY
from gaung.core.ledger.covering import NONE, Grades, Where
from gaung.core.posts.draft import ORIGINS, PURPOSES
from gaung.core.registry.state import EVERYBODY
from gaung.core.store.ledger_tables import GRADES, coverage
from gaung.core.store.registry_tables import BODIES, areas

AREAS = ("regency", "district", "village")
GROUPS = ("origin", "purpose", "post")
_NOBODY = (0, 0)


class Look:
    """One report: its posts, the cells of its total, and how rows are made of them.

    `keys`: for every day of a post the day under which its members stand in `registry_counts`. `titles`: of platforms, by name.
    """

    def __init__(
        self, conn: Connection, chosen: Sequence[Row[Any]], keys: Mapping[date, date], where: Where, grade: str, titles: Mapping[str, str]
    ) -> None:
        self._conn, self._keys, self._grade, self._titles = conn, keys, grade, titles
        self.chosen, self.where = chosen, where
        self.ids = [row.id for row in chosen]
        self._days = Counter(keys[row.day] for row in chosen)

    def rows(self, by: str) -> list[dict[str, Any]]:
        """All rows, in the order of their keys."""
        if by in AREAS:
            return self._area_rows(by)
        if by in GROUPS:
            return self._group_rows(by)
        return self._body_rows() if by == "body" else self._platform_rows()

    def total(self) -> dict[str, Any]:
        """Everybody, each once a post, whatever the rows say."""
        found = covering.graded(self._conn, self.ids, self.where, coverage.c.platform).get(self.where.platform, NONE)
        return self._row("total", "All", self._everybody(self._days), found)

    def _area_rows(self, level: str) -> list[dict[str, Any]]:
        places = Where(self.where.roots, level, self.where.body, self.where.platform)
        found = covering.graded(self._conn, self.ids, places, coverage.c.area)
        people = covering.in_term(self._conn, self._days, places, "area")
        shown = names(self._conn, covering.below(self._conn, places))
        return [self._row(code, name, people.get(code, _NOBODY), found.get(code, NONE)) for code, name in shown.items()]

    def _body_rows(self) -> list[dict[str, Any]]:
        found = covering.graded(self._conn, self.ids, self.where, coverage.c.body)
        people = covering.in_term(self._conn, self._days, self.where, "body")
        bodies = BODIES if self.where.body == ANY else (self.where.body,)
        return [self._row(body, body, people.get(body, _NOBODY), found.get(body, NONE)) for body in bodies]

    def _platform_rows(self) -> list[dict[str, Any]]:
        """The members are the same in every row; those with an account are those with one there."""
        found = covering.graded(self._conn, self.ids, self.where, coverage.c.platform)
        people = covering.in_term(self._conn, self._days, self.where, "account")
        members = people.get(EVERYBODY, _NOBODY)[0]
        names = sorted(self._titles.keys() | (found.keys() - {ANY})) if self.where.platform == ANY else [self.where.platform]
        return [
            self._row(name, self._titles.get(name, name), (members, people.get(name, _NOBODY)[1]), found.get(name, NONE)) for name in names
        ]

    def _group_rows(self, by: str) -> list[dict[str, Any]]:
        found = covering.graded(self._conn, self.ids, self.where, coverage.c.post_id)
        each = {key: self._everybody({key: 1}) for key in self._days}
        groups: dict[str, list[Row[Any]]] = {key: [] for key in {"origin": ORIGINS, "purpose": PURPOSES}.get(by, ())}
        for post in self.chosen:
            groups.setdefault(str(post.id) if by == "post" else getattr(post, by), []).append(post)
        rows = []
        for key, several in groups.items():
            grades = tuple(map(sum, zip(*[found.get(post.id, NONE) for post in several], strict=True))) or NONE
            people = [each[self._keys[post.day]] for post in several]
            both = (sum(members for members, _ in people), sum(holders for _, holders in people))
            rows.append(self._row(key, several[0].title if by == "post" else key, both, grades))
        return rows

    def _everybody(self, days: Mapping[date, int]) -> tuple[int, int]:
        """Members of the whole report, and those with an account."""
        return covering.in_term(self._conn, days, self.where, "body").get(self.where.body, _NOBODY)

    def _row(self, key: str, name: str, people: tuple[int, int], grades: Grades) -> dict[str, Any]:
        best = dict(zip(GRADES, grades, strict=True))
        covered = sum(grades[GRADES.index(self._grade) :])
        return {
            "key": key,
            "name": name,
            "members": people[0],
            "with_account": people[1],
            **{grade: best[grade] for grade in reversed(GRADES)},
            "covered": covered,
            "coverage": round(covered / people[0], 4) if people[0] else None,
        }


def names(conn: Connection, rows: Sequence[Row[Any]]) -> dict[str, str]:
    """Names by code; where several areas have one name, with what they lie in, as far up as it takes."""
    names = {row.code: row.name for row in rows}
    above = {row.code: row.parent for row in rows}
    while doubles := {name for name, count in Counter(names.values()).items() if count > 1}:
        wanted = {parent for code, parent in above.items() if parent is not None and names[code] in doubles}
        if not wanted:
            break
        upper = {row.code: row for row in conn.execute(select(areas.c.code, areas.c.name, areas.c.parent).where(areas.c.code.in_(wanted)))}
        for code, parent in list(above.items()):
            if parent in upper and names[code] in doubles:
                names[code] = f"{names[code]}, {upper[parent].name}"
                above[code] = upper[parent].parent
    return names
