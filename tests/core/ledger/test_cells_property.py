"""Random histories of areas, assignments and reshares: after each step rollup and denominators are what a recount in plain Python finds."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from gaung.core.ledger import cells
from gaung.core.ledger.cells import counted, differences, recount
from gaung.core.registry import state
from gaung.core.services import offices
from gaung.core.store.db import Store
from gaung.core.store.ledger_tables import GRADES, coverage, reshare_changes, reshares
from gaung.core.store.registry_tables import (
    area_ancestors,
    areas,
    assignments,
    declared_accounts,
    members,
    registry_counts,
    registry_days,
)
from gaung.core.store.tables import contents, posts
from gaung.core.store.types import db_now
from gaung.core.testkit.echoes import add_post
from gaung.core.testkit.registry import add_member, add_term, seed_areas

BODIES = ("PPK", "PPS", "KPPS")
PLATFORMS = ("toy", "other")
FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 6).map(lambda number: FIRST + timedelta(days=number))
PEOPLE, POSTS = 4, 3
MEMBER, POST = st.integers(0, PEOPLE - 1), st.integers(0, POSTS - 1)
PLACES = st.sampled_from(("18.01.01.2001", "18.01.01.2002", "18.01.01", "18.02.01.2001", "18.02.01", "18.02", "18"))

STEPS = st.one_of(
    st.tuples(st.just("term"), MEMBER, st.sampled_from(BODIES), PLACES, DAYS, st.one_of(st.none(), st.integers(0, 4))),
    st.tuples(st.just("end"), MEMBER, DAYS),
    st.tuples(st.just("drop"), MEMBER, st.integers(0, 3)),
    st.tuples(st.just("move"), st.sampled_from(("18.01.01", "18.02.01")), st.sampled_from(("18.01", "18.02"))),
    st.tuples(st.just("echo"), POST, MEMBER, st.sampled_from(PLATFORMS), st.sampled_from(("link", "mention")), st.integers(1, 5)),
    st.tuples(st.just("withdraw"), POST, MEMBER, st.sampled_from(PLATFORMS)),
    st.tuples(st.just("account"), MEMBER, st.sampled_from(PLATFORMS), st.booleans()),
    st.tuples(st.just("reschedule"), POST, DAYS),
    st.tuples(st.just("together"), st.lists(st.tuples(POST, MEMBER, st.sampled_from(PLATFORMS), st.integers(1, 5)), max_size=4)),
)


class History:
    """One database that steps are taken on, and what plain Python finds in it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.write() as conn:
            for table in (
                coverage,
                reshare_changes,
                reshares,
                declared_accounts,
                assignments,
                members,
                contents,
                posts,
                registry_counts,
                registry_days,
            ):
                conn.execute(delete(table))
            conn.execute(delete(area_ancestors))
            conn.execute(delete(areas))
            seed_areas(conn)
            self.people = [add_member(conn, f"A-{number}", agreed=False, start=FIRST, end=FIRST) for number in range(PEOPLE)]
            self.posts = [add_post(conn, FIRST + timedelta(days=2 * number), out=()) for number in range(POSTS)]

    def take(self, step: tuple[Any, ...]) -> None:
        """One change, in one transaction, inside `counted`."""
        with self.store.write() as conn, ExitStack() as stack:
            kind, *said = step
            getattr(self, kind)(conn, stack, *said)
            stack.close()
            state.touched(conn)

    def term(self, conn: Connection, stack: ExitStack, who: int, body: str, area: str, start: date, days: int | None) -> None:
        member = self.people[who]
        stack.enter_context(counted(conn, members=[member]))
        key = (assignments.c.member_id == member, assignments.c.body == body, assignments.c.area == area, assignments.c.term_start == start)
        conn.execute(delete(assignments).where(*key))
        end = None if days is None else start + timedelta(days=days)
        add_term(conn, member, body=body, area=area, office="18", start=start, end=end)

    def end(self, conn: Connection, stack: ExitStack, who: int, day: date) -> None:
        stack.enter_context(counted(conn, members=self.people))
        theirs = (assignments.c.member_id == self.people[who], assignments.c.term_start <= day)
        conn.execute(update(assignments).where(*theirs).values(term_end=day))

    def drop(self, conn: Connection, stack: ExitStack, who: int, place: int) -> None:
        member = self.people[who]
        stack.enter_context(counted(conn, members=[member]))
        theirs = conn.execute(select(assignments.c.id).where(assignments.c.member_id == member).order_by(assignments.c.id)).scalars().all()
        conn.execute(delete(assignments).where(assignments.c.id.in_(theirs[place : place + 1])))

    def move(self, conn: Connection, stack: ExitStack, area: str, parent: str) -> None:
        stack.enter_context(counted(conn, members=self.people))
        conn.execute(update(areas).where(areas.c.code == area).values(parent=parent))
        conn.execute(delete(area_ancestors))
        conn.execute(insert(area_ancestors), list(_ancestors(conn)))

    def echo(self, conn: Connection, stack: ExitStack, post: int, who: int, platform: str, signal: str, grade: int) -> None:
        stack.enter_context(counted(conn, members=[self.people[who]], posts=[self.posts[post]]))
        self._put(conn, post, who, platform, signal, grade)

    def together(self, conn: Connection, stack: ExitStack, several: list[tuple[int, int, str, int]]) -> None:
        for post, who, platform, grade in several:  # each block inside the one before
            stack.enter_context(counted(conn, members=[self.people[who], self.people[0]], posts=[self.posts[post]] if grade > 2 else None))
            self._put(conn, post, who, platform, "link", grade)

    def withdraw(self, conn: Connection, stack: ExitStack, post: int, who: int, platform: str) -> None:
        stack.enter_context(counted(conn, members=[self.people[who]], posts=self.posts))
        key = (reshares.c.post_id == self.posts[post], reshares.c.member_id == self.people[who], reshares.c.platform == platform)
        conn.execute(update(reshares).where(*key).values(withdrawn_at=db_now()))

    def account(self, conn: Connection, stack: ExitStack, who: int, platform: str, has: bool) -> None:
        theirs = (declared_accounts.c.member_id == self.people[who], declared_accounts.c.platform == platform)
        conn.execute(update(declared_accounts).where(*theirs, declared_accounts.c.ended_at.is_(None)).values(ended_at=db_now()))
        if has:
            row = {"platform": platform, "handle_key": str(who), "member_id": self.people[who], "how": "cli", "actor": "test"}
            conn.execute(insert(declared_accounts).values(**row, declared_at=db_now()))

    def reschedule(self, conn: Connection, stack: ExitStack, post: int, day: date) -> None:
        conn.execute(update(posts).where(posts.c.id == self.posts[post]).values(day=day))
        recount(conn, [self.posts[post]])

    def _put(self, conn: Connection, post: int, who: int, platform: str, signal: str, grade: int) -> None:
        key = {"post_id": self.posts[post], "member_id": self.people[who], "platform": platform, "signal": signal}
        here = [reshares.c[name] == value for name, value in key.items()]
        raised = update(reshares).where(*here).values(grade=grade, withdrawn_at=None)
        if conn.execute(raised).rowcount == 0:
            conn.execute(insert(reshares).values(**key, grade=grade, source="claim", first_seen_at=db_now(), updated_at=db_now()))

    def check(self) -> None:
        """Compare both tables with plain Python."""
        with self.store.read() as conn:
            kept = {tuple(row[:4]): tuple(row[4:]) for row in conn.execute(select(coverage))}
            assert kept == _rollup(conn)
            assert differences(conn) == []
            days = {row.day for row in conn.execute(select(posts.c.day))}
        for day in days:
            key = state.counts(self.store, day)
            with self.store.read() as conn:
                query = select(registry_counts).where(registry_counts.c.day == key)
                assert {tuple(row[1:4]): row.members for row in conn.execute(query)} == _denominators(conn, day)


def _ancestors(conn: Connection) -> Iterator[dict[str, str]]:
    rows = {row.code: row for row in conn.execute(select(areas))}
    for code in rows:
        above: str | None = code
        while above:
            yield {"area": code, "ancestor": above, "level": rows[above].level}
            above = rows[above].parent


def _places(conn: Connection, day: date) -> dict[int, set[tuple[str, str]]]:
    """Areas and bodies, `*` included, that each member serves in on a day; by walking up the tree."""
    parents = {row.code: row.parent for row in conn.execute(select(areas))}
    found: dict[int, set[tuple[str, str]]] = {}
    for row in conn.execute(select(assignments)):
        if not (row.term_start <= day and (row.term_end is None or day <= row.term_end)):
            continue
        area = row.area
        while area is not None:
            found.setdefault(row.member_id, set()).update({(area, row.body), (area, "*")})
            area = parents[area]
    return found


def _rollup(conn: Connection) -> dict[tuple[Any, ...], tuple[int, ...]]:
    grades: dict[tuple[int, int, str], int] = {}
    for row in conn.execute(select(reshares)):
        if row.withdrawn_at is None:
            for platform in (row.platform, "*"):
                key = (row.post_id, row.member_id, platform)
                grades[key] = max(grades.get(key, 0), row.grade)
    places = {row.id: _places(conn, row.day) for row in conn.execute(select(posts.c.id, posts.c.day))}
    found: dict[tuple[Any, ...], Counter[int]] = {}
    for (post, member, platform), grade in grades.items():
        for area, body in places[post].get(member, ()):
            found.setdefault((post, area, body, platform), Counter())[grade] += 1
    return {key: tuple(counts[code] for code in range(1, len(GRADES) + 1)) for key, counts in found.items()}


def _denominators(conn: Connection, day: date) -> dict[tuple[str, str, str], int]:
    held = {
        (row.member_id, name) for row in conn.execute(select(declared_accounts)) if row.ended_at is None for name in ("*", row.platform)
    }
    found: Counter[tuple[str, str, str]] = Counter()
    for member, served in _places(conn, day).items():
        accounts = ["", *[name for holder, name in held if holder == member]]
        found.update((area, body, account) for area, body in served for account in accounts)
    return dict(found)


@pytest.fixture(params=["sqlite", "postgresql"])
def examples(request: pytest.FixtureRequest) -> Iterator[tuple[Store, int]]:
    kind = request.param
    store = Store(request.getfixturevalue("sqlite_url" if kind == "sqlite" else "postgres_url"), actor="test")
    with store.write() as conn:
        offices.seed(conn)
    yield store, (25 if kind == "sqlite" else 6)
    store.close()


@pytest.mark.parametrize("many", [cells._MANY, 1])
def test_every_history_leaves_the_rollup_as_a_recount_finds_it(
    examples: tuple[Store, int], many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, number = examples
    monkeypatch.setattr(cells, "_MANY", many)

    @settings(max_examples=number, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.lists(STEPS, max_size=12))
    def histories(steps: list[tuple[Any, ...]]) -> None:
        history = History(store)
        for step in steps:
            history.take(step)
            history.check()

    histories()
