"""The rollup: `coverage` holds, for every post, area, body and platform, how many members have which best grade.

A member is counted in a cell once, at the best grade there, if in term on the post's day in an area at or below the cell's.
`*` as a body or a platform means any; such a row counts every member once, whatever the single rows say.
Whatever changes reshares or assignments does it inside `counted`, so that the rollup never differs from `recount`.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.engine import Connection

from gaung.core.store.ledger_tables import GRADES

_FRAMES = "gaung_counted"
_LOCK = 0x6761756E67  # "gaung": the key of the lock under which the rollup is changed
_MANY = 5_000
"""Above this many members the posts they touched are counted anew: quicker than keeping what was before."""

Key = tuple[int, str, str, str]
"""Post, area, body, platform."""
Cells = dict[Key, Counter[int]]
"""How many members by grade."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Members and posts (None: all but `without`) whose cells a block may change."""

    members: frozenset[int]
    posts: frozenset[int] | None
    without: frozenset[int] = frozenset()

    def less(self, other: "_Part") -> "list[_Part]":
        """What of this part another does not measure already."""
        alone = _Part(self.members - other.members, self.posts, self.without)
        shared = self.members & other.members
        if other.posts is None:
            # It measures all posts but those that parts around it measure.
            posts = other.without - self.without if self.posts is None else (self.posts & other.without) - self.without
            both = _Part(shared, posts)
        elif self.posts is None:
            both = _Part(shared, None, self.without | other.posts)
        else:
            both = _Part(shared, self.posts - other.posts, self.without)
        return [part for part in (alone, both) if part.members and (part.posts is None or part.posts - part.without)]


@contextmanager
def counted(conn: Connection, *, members: Collection[int], posts: Collection[int] | None = None) -> Iterator[None]:
    """Keep `coverage` equal to a full recount while the block changes reshares or assignments of these members.

    `posts`: only reshares of these posts change. May be nested. Only one transaction changes the rollup at a time, from here to its end, so
    that no two can wait for each other: enter it late, once, and commit soon. If the block raises, the transaction must be rolled back.
    """
    parts = [_Part(frozenset(members), None if posts is None else frozenset(posts))]
    frames: list[_Part] = conn.info.setdefault(_FRAMES, [])
    for frame in frames:
        parts = [rest for part in parts for rest in part.less(frame)]
    parts = [part for part in parts if part.members]
    if parts:
        lock(conn)
    before = [_measured(conn, part) for part in parts]
    frames.extend(parts)
    try:
        yield
    finally:
        del frames[len(frames) - len(parts) :]
    for part, was in zip(parts, before, strict=True):
        _settle(conn, part, was)


def recount(conn: Connection, posts: Collection[int] | None = None) -> int:
    """Make the rollup of these posts (None: of all) anew from reshares and assignments. Answers its rows."""
    lock(conn)
    chosen, given = _chosen(conn, posts)
    conn.execute(text(f"DELETE FROM coverage {chosen}"), given)
    return conn.execute(_insertion(conn, chosen=posts is not None), given).rowcount


def differences(conn: Connection, posts: Collection[int] | None = None) -> list[tuple[Key, dict[str, int], dict[str, int]]]:
    """Cells in which the rollup differs from a full recount: key, what is kept, what is true."""
    kept = _kept(conn, posts)
    true = _cells(conn, None, posts)
    keys = sorted(key for key in kept.keys() | true.keys() if kept.get(key) != true.get(key))
    return [(key, _named(kept.get(key)), _named(true.get(key))) for key in keys]


def lock(conn: Connection) -> None:
    """Wait until nobody else changes the rollup; held to the end of the transaction. SQLite has one writer anyway."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _measured(conn: Connection, part: _Part) -> Cells | frozenset[int]:
    """The cells of few members; of many the posts that they reshared."""
    if len(part.members) <= _MANY:
        return {key: counts for key, counts in _cells(conn, part.members, part.posts).items() if key[0] not in part.without}
    return _reshared(conn, part)


def _settle(conn: Connection, part: _Part, was: Cells | frozenset[int]) -> None:
    now = _measured(conn, part)
    if isinstance(was, frozenset) or isinstance(now, frozenset):
        touched = frozenset(was) | frozenset(now)
        if touched:
            recount(conn, sorted(post for post in touched if isinstance(post, int)))
        return
    changes: dict[Key, list[int]] = {}
    for key in sorted(was.keys() | now.keys()):
        old, new = was.get(key, Counter()), now.get(key, Counter())
        change = [new[grade] - old[grade] for grade in range(1, len(GRADES) + 1)]
        if any(change):
            changes[key] = change
    if changes:
        _apply(conn, changes)


def _apply(conn: Connection, changes: dict[Key, list[int]]) -> None:
    rows = json.dumps([[*key, *change] for key, change in changes.items()])
    columns = ", ".join(GRADES)
    sums = ", ".join(f"{grade} = coverage.{grade} + excluded.{grade}" for grade in GRADES)
    types = ["bigint", "text", "text", "text", *["integer"] * len(GRADES)]
    if conn.dialect.name == "postgresql":
        cells = ", ".join(f"CAST(one.value ->> {place} AS {kind})" for place, kind in enumerate(types))
        source = f"SELECT {cells} FROM jsonb_array_elements(CAST(:rows AS jsonb)) WITH ORDINALITY AS one(value, place) ORDER BY place"
    else:
        cells = ", ".join(f"json_extract(one.value, '$[{place}]')" for place in range(len(types)))
        source = f"SELECT {cells} FROM json_each(:rows) AS one WHERE true"
    conn.execute(
        text(
            f"INSERT INTO coverage (post_id, area, body, platform, {columns}) {source}"
            f" ON CONFLICT (post_id, area, body, platform) DO UPDATE SET {sums}"
        ),
        {"rows": rows},
    )
    fallen = [key for key, change in changes.items() if min(change) < 0]
    if fallen:
        empty = " AND ".join(f"{grade} = 0" for grade in GRADES)
        gone = f"DELETE FROM coverage WHERE post_id = :post AND area = :area AND body = :body AND platform = :platform AND {empty}"
        conn.execute(text(gone), [dict(zip(("post", "area", "body", "platform"), key, strict=True)) for key in fallen])


def _cells(conn: Connection, members: Collection[int] | None, posts: Collection[int] | None) -> Cells:
    """The cells of these members (None: of all) from reshares and assignments."""
    query = (
        f"{_contributions(conn, members is not None, posts is not None)} SELECT post_id, area, body, platform, grade, members FROM cells"
    )
    given: dict[str, Any] = {}
    if members is not None:
        given["members"] = _list(conn, members)
    if posts is not None:
        given["posts"] = _list(conn, posts)
    found: Cells = {}
    for post, area, body, platform, grade, count in conn.execute(text(query), given):
        found.setdefault((post, area, body, platform), Counter())[grade] = count
    return found


def _kept(conn: Connection, posts: Collection[int] | None) -> Cells:
    chosen, given = _chosen(conn, posts)
    rows = conn.execute(text(f"SELECT post_id, area, body, platform, {', '.join(GRADES)} FROM coverage {chosen}"), given)
    return {(row[0], row[1], row[2], row[3]): Counter({grade: n for grade, n in enumerate(row[4:], 1) if n}) for row in rows}


def _reshared(conn: Connection, part: _Part) -> frozenset[int]:
    query = f"SELECT DISTINCT post_id FROM reshares WHERE member_id IN {_any(conn, 'members')}"
    found = set(conn.execute(text(query), {"members": _list(conn, part.members)}).scalars())
    return frozenset((found if part.posts is None else found & part.posts) - part.without)


def _insertion(conn: Connection, *, chosen: bool) -> TextClause:
    sums = ", ".join(f"SUM(CASE WHEN grade = {code} THEN members ELSE 0 END)" for code in range(1, len(GRADES) + 1))
    return text(
        f"INSERT INTO coverage (post_id, area, body, platform, {', '.join(GRADES)}) {_contributions(conn, False, chosen)}"
        f" SELECT post_id, area, body, platform, {sums} FROM cells GROUP BY post_id, area, body, platform"
    )


def _contributions(conn: Connection, some_members: bool, some_posts: bool) -> str:
    """CTE `cells`: post, area, body, platform, grade, and how many members have it as their best there."""
    chosen = f" AND member_id IN {_any(conn, 'members')}" if some_members else ""
    chosen += f" AND post_id IN {_any(conn, 'posts')}" if some_posts else ""
    return f"""
    WITH single AS (
        SELECT post_id, member_id, platform, MAX(grade) AS grade FROM reshares
        WHERE withdrawn_at IS NULL{chosen} GROUP BY post_id, member_id, platform
    ), best AS (
        SELECT post_id, member_id, platform, grade FROM single
        UNION ALL SELECT post_id, member_id, '*', MAX(grade) FROM single GROUP BY post_id, member_id
    ), served AS (
        SELECT who.post_id, who.member_id, assignments.area, assignments.body
        FROM (SELECT DISTINCT post_id, member_id FROM single) AS who
        JOIN posts ON posts.id = who.post_id
        JOIN assignments ON assignments.member_id = who.member_id AND assignments.term_start <= posts.day
            AND (assignments.term_end IS NULL OR assignments.term_end >= posts.day)
    ), places AS (
        SELECT post_id, member_id, ancestor AS area, body FROM served JOIN area_ancestors ON area_ancestors.area = served.area
        UNION SELECT post_id, member_id, ancestor, '*' FROM served JOIN area_ancestors ON area_ancestors.area = served.area
    ), cells AS (
        SELECT places.post_id, places.area, places.body, best.platform, best.grade, COUNT(*) AS members
        FROM places JOIN best ON best.post_id = places.post_id AND best.member_id = places.member_id
        GROUP BY places.post_id, places.area, places.body, best.platform, best.grade
    )"""


def _any(conn: Connection, name: str) -> str:
    """A list of any length as one parameter."""
    if conn.dialect.name == "postgresql":
        return f"(SELECT unnest(CAST(:{name} AS bigint[])))"
    return f"(SELECT value FROM json_each(:{name}))"


def _list(conn: Connection, ids: Collection[int]) -> Any:
    return sorted(ids) if conn.dialect.name == "postgresql" else json.dumps(sorted(ids))


def _chosen(conn: Connection, posts: Collection[int] | None) -> tuple[str, dict[str, Any]]:
    return ("", {}) if posts is None else (f"WHERE post_id IN {_any(conn, 'posts')}", {"posts": _list(conn, posts)})


def _named(counts: Counter[int] | None) -> dict[str, int]:
    return {grade: (counts or Counter())[code] for code, grade in enumerate(GRADES, 1)}
