"""Most reports read cells of all bodies and platforms, which have an index of their own: how a query asks must let it be used."""

from datetime import date
from typing import Any

from sqlalchemy import event, insert

from gaung.core.ledger import covering
from gaung.core.ledger.covering import Where
from gaung.core.services import offices
from gaung.core.store.db import Store
from gaung.core.store.ledger_tables import coverage
from gaung.core.testkit.echoes import add_post
from gaung.core.testkit.registry import seed_areas

POSTS, NAMES = 40, ["*", *(f"b{number}" for number in range(9))]


def _plan(store: Store, where: Where) -> str:
    """How the database answers; on PostgreSQL as it does for a statement that it has prepared, whose parameters it does not look at."""
    asked: list[Any] = []
    with store.read() as conn:
        event.listen(conn, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
        covering.graded(conn, range(1, POSTS + 1), where, coverage.c.area)
        ((question, given),) = list(asked)
        if store.postgresql:
            conn.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
            conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN " if store.postgresql else "EXPLAIN QUERY PLAN "
        return "\n".join(str(row) for row in conn.exec_driver_sql(explain + question, given))


def test_cells_of_all_bodies_and_platforms_are_read_from_their_own_index(store: Store) -> None:
    with store.write() as conn:
        offices.seed(conn)
        seed_areas(conn)
        posts = [add_post(conn, date(2026, 1, 5), out=()) for _ in range(POSTS)]
        areas = [row.code for row in covering.below(conn, Where(("18",), "village"))]
        keys = [(post, area, body, platform) for post in posts for area in areas for body in NAMES for platform in ("*", "toy", "other")]
        conn.execute(insert(coverage), [dict(zip(("post_id", "area", "body", "platform"), key, strict=True), matched=1) for key in keys])
    plan = _plan(store, Where(("18",), "village"))
    if store.postgresql:
        assert "ix_coverage_whole" in plan
        assert "ix_coverage_whole" not in _plan(store, Where(("18",), "village", body="b1"))
    else:  # goes straight to each cell by its key, which serves as well there
        assert "SEARCH coverage" in plan
        assert "SCAN coverage" not in plan
