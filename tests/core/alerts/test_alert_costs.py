"""What is looked for every minute is found by indexes, however much there ever was."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, event, insert, update

from gaung.core.alerts import book
from gaung.core.config.model import AlertSettings
from gaung.core.store import measures
from gaung.core.store.db import Store
from gaung.core.store.tables import accounts, deliveries, offices, posts, publications
from gaung.core.store.types import current

POSTS, ACCOUNTS = 60, 100
BIG = ("deliveries", "publications", "measures")


def _fill(conn: Connection) -> datetime:
    """Two months in which every account was published to and measured every day; one office fell silent, one post was missed."""
    now = current(conn)
    ids, begun = range(1, ACCOUNTS + 1), now - timedelta(days=POSTS + 1)
    conn.execute(insert(offices), [{"code": f"{one}", "name": "Contoh", "level": "regency", "created_at": begun} for one in ids])
    same = {"platform": "toy", "status": "active", "credentials": "", "limits": {}, "info": {}, "created_at": begun, "updated_at": begun}
    conn.execute(insert(accounts), [{"id": one, "office": f"{one}", "external_id": f"{one}", "handle": f"h{one}", **same} for one in ids])
    of_post = {"title": "Contoh", "purpose": "other", "origin": "file", "document": {}, "created_by": "uji", "created_at": now}
    days = {one: now - timedelta(days=one - 1, minutes=1) for one in range(1, POSTS + 1)}
    conn.execute(insert(posts), [{"id": one, "at": at, "deadline_at": at, **of_post} for one, at in days.items()])
    rest = {"platform": "toy", "state": "published", "checkpoints": {}}
    rows: list[dict[str, Any]] = [
        {
            "id": post * 1000 + one,
            "post_id": post,
            "account_id": one,
            "office": f"{one}",
            "at": at,
            "deadline_at": at,
            "updated_at": at,
            **rest,
        }
        for post, at in days.items()
        for one in ids
    ]
    conn.execute(insert(deliveries), rows)
    out = [row for row in rows if row["account_id"] != 1 or row["at"] <= now - timedelta(days=9)]
    told = [{"id": row["id"], "delivery_id": row["id"], "account_id": row["account_id"], "published_at": row["at"]} for row in out]
    conn.execute(insert(publications), told)
    conn.execute(update(deliveries).where(deliveries.c.id.in_([1003, 40003])).values(state="missed"))
    figure = {"platform": "toy", "publication": 0, "post_id": None, "name": "followers", "definition": "1", "exact": True, "why": ""}
    series = [
        {
            **figure,
            "office": f"{one}",
            "handle": f"h{one}",
            "account_id": one,
            "source": "api",
            "as_of": at,
            "value": 900 if day < 3 and one == 2 else 1000,
        }
        for day, at in days.items()
        for one in ids
    ]
    measures.put(conn, series, actor="uji")
    return now


def test_no_rule_reads_all_that_ever_was(store: Store) -> None:
    with store.write() as conn:
        _fill(conn)
    with store.session() as conn:
        conn.exec_driver_sql("ANALYZE")
        conn.commit()
    asked: list[tuple[str, Any]] = []

    def keep(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    with store.read() as conn:
        event.listen(conn, "before_cursor_execute", keep)
        found = {(alert.kind, alert.key) for alert in book.look(conn, AlertSettings()) if not alert.keeps}
        event.remove(conn, "before_cursor_execute", keep)
        explain = "EXPLAIN " if store.postgresql else "EXPLAIN QUERY PLAN "
        plans = [str(row) for question, given in asked for row in conn.exec_driver_sql(explain + question, given)]
    assert found == {("silent", "1"), ("followers_fell", "account:2"), ("missed", "post:1")}
    whole = [line for line in plans for name in BIG if f"Seq Scan on {name}" in line or (f"SCAN {name}" in line and "ix_" not in line)]
    assert whole == [], "\n".join(plans)
