"""Random programs of blocks inside blocks: wherever one begins, changes and ends, the rollup is what a recount finds."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from gaung.core.ledger import cells
from gaung.core.ledger.cells import counted, differences
from gaung.core.services import offices
from gaung.core.store.db import Store
from gaung.core.store.ledger_tables import reshares
from gaung.core.store.registry_tables import assignments
from gaung.core.store.types import db_now
from gaung.core.testkit.echoes import add_echo, add_post
from gaung.core.testkit.registry import add_member, seed_areas

PEOPLE, POSTS = 3, 3
PHASES = (Phase.explicit, Phase.generate)  # to make a failing program shorter takes minutes: do that by hand
MEMBER, POST = st.integers(0, PEOPLE - 1), st.integers(0, POSTS - 1)
AREAS = ("18.01.01.2001", "18.01.01.2002", "18.02.01.2001")
STEP = st.one_of(
    st.tuples(st.just("open"), st.sets(MEMBER, min_size=1), st.none() | st.sets(POST, min_size=1)),
    st.tuples(st.just("close")),
    st.tuples(st.just("put"), MEMBER, POST, st.sampled_from(("toy", "other")), st.integers(0, 5)),
    st.tuples(st.just("move"), MEMBER, st.sampled_from(AREAS)),
)


class RolledBackError(Exception):
    """Ends an example: nothing of it stays, so that the next one begins where this one did."""


class Program:
    """Blocks that are open, innermost last, and changes inside them; a change that none of them speaks of gets a block of its own."""

    def __init__(self, conn: Connection, people: list[int], posts: list[int]) -> None:
        self.conn, self.people, self.posts = conn, people, posts
        self.blocks: list[tuple[set[int], set[int] | None, AbstractContextManager[None]]] = []

    def open(self, members: set[int], posts: set[int] | None) -> None:
        among = None if posts is None else [self.posts[place] for place in posts]
        block = counted(self.conn, members=[self.people[place] for place in members], posts=among)
        block.__enter__()
        self.blocks.append((members, posts, block))

    def close(self) -> None:
        if self.blocks:
            self.blocks.pop()[2].__exit__(None, None, None)

    def put(self, who: int, post: int, platform: str, grade: int) -> None:
        """A reshare at that grade, raised or lowered; 0 withdraws it."""
        with self.inside(who, post):
            key = {"post_id": self.posts[post], "member_id": self.people[who], "platform": platform, "signal": "link"}
            here = [reshares.c[name] == value for name, value in key.items()]
            values = {"grade": grade, "withdrawn_at": None} if grade else {"withdrawn_at": db_now()}
            if self.conn.execute(update(reshares).where(*here).values(**values)).rowcount == 0 and grade:
                row = {**key, "grade": grade, "source": "claim", "first_seen_at": db_now(), "updated_at": db_now()}
                self.conn.execute(insert(reshares).values(**row))

    def move(self, who: int, area: str) -> None:
        """Another village: all posts of the member change."""
        with self.inside(who, None):
            self.conn.execute(update(assignments).where(assignments.c.member_id == self.people[who]).values(area=area))

    @contextmanager
    def inside(self, who: int, post: int | None) -> Iterator[None]:
        if any(who in members and (posts is None or post in posts) for members, posts, _ in self.blocks):
            yield
            return
        with counted(self.conn, members=[self.people[who]], posts=None if post is None else [self.posts[post]]):
            yield


@pytest.fixture
def ground(store: Store) -> tuple[Store, list[int], list[int]]:
    """Three members who echoed some of three posts."""
    with store.write() as conn:
        offices.seed(conn)
        seed_areas(conn)
        people = [add_member(conn, f"A-{number}", agreed=False, area=AREAS[number]) for number in range(PEOPLE)]
        posts = [add_post(conn, date(2026, 1, 5 + number), out=()) for number in range(POSTS)]
        for number, post in enumerate(posts):
            add_echo(conn, post, people[0], grade="claimed")
            add_echo(conn, post, people[number], "other", "reviewed")
    return store, people, posts


@pytest.mark.parametrize("many", [cells._MANY, 1])
def test_blocks_inside_blocks_leave_the_rollup_as_a_recount_finds_it(
    ground: tuple[Store, list[int], list[int]], many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, people, posts = ground
    monkeypatch.setattr(cells, "_MANY", many)
    number = 80 if store.engine.dialect.name == "sqlite" else 25

    @settings(max_examples=number, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=PHASES)
    @given(st.lists(STEP, min_size=4, max_size=14))
    @example([("open", {0}, {0}), ("open", {0, 1}, None), ("put", 0, 1, "toy", 5), ("put", 0, 0, "toy", 4), ("move", 1, AREAS[0])])
    @example([("open", {0, 1}, None), ("open", {0, 1}, {0}), ("put", 0, 0, "toy", 3), ("close",), ("put", 0, 1, "toy", 3)])
    @example(
        [
            ("open", {0}, {0, 1}),
            ("open", {0}, {1, 2}),
            ("put", 0, 1, "toy", 3),
            ("put", 0, 2, "toy", 3),
            ("close",),
            ("put", 0, 0, "toy", 5),
        ]
    )
    @example(
        [("open", {0}, {0}), ("open", {0}, {1}), ("open", {0}, None), ("open", {0}, None), ("move", 0, AREAS[2]), ("put", 0, 1, "toy", 5)]
    )
    @example(
        [("open", {0}, None), ("put", 0, 1, "toy", 5), ("open", {1, 2}, None), ("put", 1, 1, "toy", 3), ("close",), ("put", 0, 1, "toy", 4)]
    )
    @example([("open", {0}, {0}), ("open", {0, 1, 2}, None), ("put", 0, 1, "toy", 5), ("put", 1, 1, "toy", 3)])
    def programs(steps: list[tuple[Any, ...]]) -> None:
        try:
            with store.write() as conn:
                program = Program(conn, people, posts)
                for name, *said in steps:
                    getattr(program, name)(*said)
                while program.blocks:
                    program.close()
                assert differences(conn) == []
                raise RolledBackError
        except RolledBackError:
            pass

    programs()
    with store.read() as conn:  # what was there before is there still
        assert len(conn.execute(select(reshares)).all()) == POSTS + POSTS
