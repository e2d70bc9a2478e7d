"""What is scraped every quarter of a minute finds deliveries by indexes, however many have ended."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, event, insert

from gaung.core.store import counts
from gaung.core.store.db import Store
from gaung.core.store.tables import accounts, deliveries, offices, posts
from gaung.core.store.types import current

POSTS, ACCOUNTS = 60, 100


def _fill(conn: Connection) -> datetime:
    """Posts of the last two months; all that is old ended, but for one delivery that a person must settle."""
    now = current(conn)
    conn.execute(insert(offices).values(code="18", name="Contoh", level="province", created_at=now))
    of_account: dict[str, Any] = {
        "office": "18",
        "platform": "toy",
        "status": "active",
        "credentials": "",
        "limits": {},
        "info": {},
        "created_at": now,
        "updated_at": now,
    }
    ids = range(1, ACCOUNTS + 1)
    conn.execute(insert(accounts), [{"id": one, "external_id": str(one), "handle": f"kantor_contoh_{one}", **of_account} for one in ids])
    of_post = {"title": "Contoh", "purpose": "other", "origin": "file", "document": {}, "created_by": "uji", "created_at": now}
    days = {one: now - timedelta(days=one - 1, minutes=1) for one in range(1, POSTS + 1)}
    conn.execute(insert(posts), [{"id": one, "at": at, "deadline_at": at, **of_post} for one, at in days.items()])
    rows = [{"post_id": post, "account_id": one, "state": "published", "at": at} for post, at in days.items() for one in ids]
    for row, state in zip(rows, (*counts.OPEN, "failed", "missed"), strict=False):
        row["state"] = state
    rows[-1]["state"] = "unconfirmed"
    rest = {"office": "18", "platform": "toy", "deadline_at": now, "checkpoints": {}, "updated_at": now}
    conn.execute(insert(deliveries), [{**row, **rest} for row in rows])
    return now


@contextmanager
def _asked(conn: Connection) -> Iterator[list[tuple[str, Any]]]:
    found: list[tuple[str, Any]] = []

    def keep(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        found.append((statement, parameters))

    event.listen(conn, "before_cursor_execute", keep)
    yield found
    event.remove(conn, "before_cursor_execute", keep)


def test_states_are_counted_without_reading_all_that_ended(store: Store) -> None:
    with store.write() as conn:
        now = _fill(conn)
    with store.session() as conn:
        conn.exec_driver_sql("ANALYZE")
        conn.commit()
    with store.read() as conn, _asked(conn) as asked:
        found = counts.states(conn, now)
        questions = list(asked)
        explain = "EXPLAIN " if store.postgresql else "EXPLAIN QUERY PLAN "
        plans = [str(row) for question, given in questions for row in conn.exec_driver_sql(explain + question, given)]
    assert found == {"toy": {**dict.fromkeys(counts.OPEN, 1), "unconfirmed": 2, "failed": 1, "missed": 1, "published": ACCOUNTS - 8}}
    assert questions
    scans = [line for line in plans if ("Seq Scan on deliveries" in line or "SCAN deliveries" in line) and "USING INDEX" not in line]
    assert scans == [], "\n".join(plans)
