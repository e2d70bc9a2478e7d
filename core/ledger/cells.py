"""The rollup: `coverage` holds, for every post, area, body and platform, how many members have which best grade.

A member is counted in a cell once, at the best grade there, if in term on the post's day in an area at or below the cell's.
`*` as a body or a platform means any; such a row counts every member once, whatever the single rows say.
Whatever changes reshares or assignments does it inside `counted`, so that the rollup never differs from `recount`.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import and_, bindparam, case, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gaung.core.ledger.contributions import GRADE, KEY, MEMBERS, contributed, contributions
from gaung.core.store.ledger_tables import GRADES, coverage, reshares
from gaung.core.store.lists import among
from gaung.core.store.locks import ROLLUP, lock, roomy
from gaung.core.store.tables import posts as posts_table

_FRAMES = "gaung_counted"
_MANY = 5_000
"""Above this many members the posts they touched are counted anew: quicker than keeping what was before."""
_CHUNK = 2_000

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
        if other.posts is None:  # it measures every post but those of frames around it, which come first and were taken out already
            return [alone] if alone.members else []
        if self.posts is None:
            both = _Part(shared, None, self.without | other.posts)
        else:
            both = _Part(shared, self.posts - other.posts, self.without)
        return [part for part in (alone, both) if part.members and (part.posts is None or part.posts - part.without)]


@dataclass(slots=True)
class _Frame:
    """A part of an open block, and what was measured of it when that began."""

    part: _Part
    was: "Cells | frozenset[int]"
    anew: set[int] = field(default_factory=set)
    """Posts that were counted anew since: what the block had changed of them by then is in the rollup already."""

    def counted_anew(self, posts: Collection[int]) -> None:
        """Remember posts that are this frame's."""
        self.anew |= {post for post in posts if (self.part.posts is None or post in self.part.posts) and post not in self.part.without}


@contextmanager
def counted(conn: Connection, *, members: Collection[int], posts: Collection[int] | None = None) -> Iterator[None]:
    """Keep `coverage` equal to a full recount while the block changes reshares or assignments of these members.

    `posts`: only reshares of these posts change. May be nested. Only one transaction changes the rollup at a time, from here to its end, so
    that no two can wait for each other: enter it late, once, and commit soon. If the block raises, the transaction must be rolled back.
    """
    parts = [_Part(frozenset(members), None if posts is None else frozenset(posts))]
    frames: list[_Frame] = conn.info.setdefault(_FRAMES, [])
    for frame in frames:
        parts = [rest for part in parts for rest in part.less(frame.part)]
    parts = [part for part in parts if part.members]
    if parts:
        lock(conn, ROLLUP)
    mine = [_Frame(part, _measured(conn, part)) for part in parts]
    depth = len(frames)
    frames.extend(mine)
    try:
        yield
    finally:
        del frames[depth:]
    for frame in mine:
        touched = _settle(conn, frame)
        for other in (*frames, *mine):
            other.counted_anew(touched)


def recount(conn: Connection, posts: Collection[int] | None = None) -> int:
    """Make the rollup of these posts (None: of all) anew from reshares and assignments. Answers its rows."""
    lock(conn, ROLLUP)
    if posts is None:  # one after the other: all at once needs room for every member of every post
        return sum(recount(conn, [post]) for post in conn.execute(select(posts_table.c.id).order_by(posts_table.c.id)).scalars().all())
    roomy(conn)
    conn.execute(delete(coverage).where(among(conn, coverage.c.post_id, posts)))
    cells = contributions(conn, posts).subquery()
    sums = [func.sum(case((cells.c[GRADE] == code, cells.c[MEMBERS]), else_=0)) for code in range(1, len(GRADES) + 1)]
    key = [cells.c[name] for name in KEY]
    conn.execute(insert(coverage).from_select([*KEY, *GRADES], select(*key, *sums).group_by(*key)))
    return conn.execute(select(func.count()).where(among(conn, coverage.c.post_id, posts))).scalar_one()


def differences(conn: Connection, posts: Collection[int] | None = None) -> list[tuple[Key, dict[str, int], dict[str, int]]]:
    """Cells in which the rollup differs from a full recount, in order: key, what is kept, what is true; members by grade."""
    kept = _kept(conn, posts)
    true = _cells(conn, None, posts)
    keys = sorted(key for key in kept.keys() | true.keys() if kept.get(key) != true.get(key))
    return [(key, _named(kept.get(key)), _named(true.get(key))) for key in keys]


def _measured(conn: Connection, part: _Part) -> Cells | frozenset[int]:
    """The cells of few members; of many the posts that they reshared."""
    if len(part.members) <= _MANY:
        return {key: counts for key, counts in _cells(conn, part.members, part.posts).items() if key[0] not in part.without}
    query = select(reshares.c.post_id).where(among(conn, reshares.c.member_id, part.members)).distinct()
    found = frozenset(conn.execute(query).scalars())
    return (found if part.posts is None else found & part.posts) - part.without


def _settle(conn: Connection, frame: _Frame) -> frozenset[int]:
    """Put what a frame changed into the rollup. Answers the posts that were counted anew for it."""
    was, now = frame.was, _measured(conn, frame.part)
    touched = frozenset(frame.anew)
    if isinstance(was, frozenset) or isinstance(now, frozenset):
        touched |= frozenset(post for post in (*was, *now) if isinstance(post, int))
    else:
        _apply(conn, _changes(was, now, touched))
    if touched:
        recount(conn, touched)
    return touched


def _changes(was: Cells, now: Cells, without: Collection[int]) -> dict[Key, list[int]]:
    """How many members more each cell holds, by grade; cells of some posts left out."""
    changes: dict[Key, list[int]] = {}
    for key in sorted(was.keys() | now.keys()):
        old, new = was.get(key, Counter()), now.get(key, Counter())
        if old != new and key[0] not in without:
            changes[key] = [new[grade] - old[grade] for grade in range(1, len(GRADES) + 1)]
    return changes


def _apply(conn: Connection, changes: dict[Key, list[int]]) -> None:
    rows = [{**dict(zip(KEY, key, strict=True)), **dict(zip(GRADES, change, strict=True))} for key, change in changes.items()]
    upsert = (postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert)(coverage)
    added = {grade: coverage.c[grade] + upsert.excluded[grade] for grade in GRADES}
    for start in range(0, len(rows), _CHUNK):
        conn.execute(upsert.on_conflict_do_update(index_elements=list(KEY), set_=added), rows[start : start + _CHUNK])
    fallen = [{f"b_{name}": part for name, part in zip(KEY, key, strict=True)} for key, change in changes.items() if min(change) < 0]
    if fallen:
        here = [coverage.c[name] == bindparam(f"b_{name}") for name in KEY]
        conn.execute(delete(coverage).where(and_(*here, *[coverage.c[grade] == 0 for grade in GRADES])), fallen)


def _cells(conn: Connection, members: Collection[int] | None, posts: Collection[int] | None) -> Cells:
    """The cells of these members (None: of all) from reshares and assignments."""
    found: Cells = {}
    for post, area, body, platform, grade, count in contributed(conn, members, posts):
        found.setdefault((post, area, body, platform), Counter())[grade] = count
    return found


def _kept(conn: Connection, posts: Collection[int] | None) -> Cells:
    query = select(*[coverage.c[name] for name in (*KEY, *GRADES)])
    rows = conn.execute(query if posts is None else query.where(among(conn, coverage.c.post_id, posts)))
    return {(row[0], row[1], row[2], row[3]): Counter({grade: n for grade, n in enumerate(row[4:], 1) if n}) for row in rows}


def _named(counts: Counter[int] | None) -> dict[str, int]:
    return {grade: (counts or Counter())[code] for code, grade in enumerate(GRADES, 1)}
