"""Totals are counted from the event log: once, whoever counts, and in agreement with the tables that hold what happened."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import func, select

from gaung.core.engine import totals as dispatching
from gaung.core.errors import Ambiguous, RateLimited, Rejected, Transient
from gaung.core.records import CannotTell, Published
from gaung.core.store import events, totals
from gaung.core.store.tables import attempts, deliveries, publications
from gaung.core.store.tables import events as log


def out(external_id: str) -> Any:
    """Publish at the first call."""

    def step(_account: Any, _content: Any, attempt: Any) -> Published:
        with attempt.mutating():
            return Published(external_id, f"https://toy/{external_id}")

    return step


def fails(error: Exception, *, mutating: bool = False) -> Any:
    """Raise before or after *mutation started*."""

    def step(_account: Any, _content: Any, attempt: Any) -> Any:
        if mutating:
            with attempt.mutating():
                raise error
        raise error

    return step


def eventful(world: Any) -> None:
    """Published late, published after two failures, refused, told to wait, and one whose outcome rests unknown."""
    for index, (steps, late) in enumerate(
        (
            ([out("x1")], 1.5),
            ([fails(Transient("down")), fails(Transient("down")), out("x2")], 45.0),
            ([fails(Rejected("no", code="1"))], 0.0),
            ([fails(RateLimited("slowly", retry_after=0.01, scope="account")), out("x3")], 4000.0),
            ([fails(Ambiguous("gone"), mutating=True)], 0.0),
        )
    ):
        world.toy.script("publish", *steps)
        world.toy.script("find_published", lambda *_: CannotTell("not listed"))
        world.delivery(external_id=f"a{index}", at_in=-late, deadline_in=7200)
        world.settle()


def counted(world: Any, name: str) -> dict[str, float]:
    """Totals of one name on the toy platform, by key."""
    with world.store.read() as conn:
        return {key: value for (of, platform, key), value in totals.read(conn).items() if (of, platform) == (name, "toy")}


def test_totals_agree_with_the_tables(world: Any) -> None:
    eventful(world)
    assert dispatching.look(world.engine, threading.Event()) == 1
    with world.store.read() as conn:
        ended = dict(conn.execute(select(attempts.c.outcome, func.count()).group_by(attempts.c.outcome)).all())
        told = dict(conn.execute(select(log.c.event, func.count()).where(log.c.platform == "toy").group_by(log.c.event)).all())
        late = [
            (row.published_at - row.at).total_seconds()
            for row in conn.execute(
                select(publications.c.published_at, deliveries.c.at).where(publications.c.delivery_id == deliveries.c.id)
            )
        ]
    assert ended == {"published": 3, "retrying": 2, "failed": 1, "rate_limited": 1, "unconfirmed": 1}
    assert counted(world, totals.ATTEMPTS) == ended
    assert counted(world, totals.EVENTS) == told
    buckets = counted(world, totals.LATENESS)
    assert sum(buckets.values()) == len(late) == 3
    for bound in totals.BOUNDS:
        assert sum(value for key, value in buckets.items() if float(key) <= bound) == sum(one <= bound for one in late), bound
    assert abs(counted(world, totals.SECONDS_LATE)[""] - sum(late)) < 0.01


def test_nothing_is_counted_twice_by_many_who_count_in_small_steps(world: Any) -> None:
    eventful(world)
    with world.store.read() as conn:
        assert totals.uncounted_since(conn) is not None

    def count(_: int) -> None:
        more = True
        while more:
            with world.store.write() as conn:
                more = totals.add(conn, most=3)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))
    with world.store.read() as conn:
        told = conn.execute(select(func.count()).select_from(log)).scalar_one()
        assert sum(value for (name, _, _), value in totals.read(conn).items() if name == totals.EVENTS) == told
        assert totals.uncounted_since(conn) is None
        assert not totals.anything(conn)


def test_counting_goes_on_where_it_ended(world: Any) -> None:
    stop = threading.Event()
    assert dispatching.look(world.engine, stop) == 0
    for number in (1, 2):
        with world.store.write() as conn:
            events.emit(conn, "member.imported", data={"imported": 1})
        assert dispatching.look(world.engine, stop) == 1
        assert dispatching.look(world.engine, stop) == 0
        with world.store.read() as conn:
            assert totals.read(conn) == {(totals.EVENTS, "", "member.imported"): number}


def test_a_long_log_is_not_read_from_its_beginning(world: Any) -> None:
    """SQLite would search `(xid, id) > (x, y)` through every event; all have the same xid there."""
    with world.store.read() as conn:
        later = select(log.c.id).where(events.place(conn) > events.at(conn, (0, 5))).order_by(*events.order(conn)).limit(1)
        question = str(later.compile(conn, compile_kwargs={"literal_binds": True}))
        plan = " ".join(str(row) for row in conn.exec_driver_sql(f"EXPLAIN {'' if world.store.postgresql else 'QUERY PLAN '}{question}"))
    assert ("Index" if world.store.postgresql else "USING INTEGER PRIMARY KEY (rowid>?)") in plan, plan
