"""Reads from the database what `/metrics` tells of the whole installation: a few index scans and small tables, and never a person."""

import logging
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, true
from sqlalchemy.engine import Connection

from gaung.core.alerts.rules import RULES
from gaung.core.engine import presence
from gaung.core.engine.context import Engine
from gaung.core.errors import UserError
from gaung.core.metrics import quotas
from gaung.core.metrics.quotas import Quota
from gaung.core.store import counts, faults, pauses, totals
from gaung.core.store.measure_tables import alerts
from gaung.core.store.tables import accounts
from gaung.core.store.totals import Total
from gaung.core.store.types import current

LONGEST = 5.0
"""Seconds that one reading may take."""
_STEPS = 50_000
_log = logging.getLogger("gaung.metrics")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one reading found. Mappings of labels to numbers; `uncounted` is the age in seconds of the first event that totals lack."""

    read_seconds: float
    states: Mapping[str, Mapping[str, int]]
    waiting: Mapping[str, tuple[int, float]]
    totals: Mapping[Total, float]
    uncounted: float
    quotas: list[Quota]
    pauses: Mapping[tuple[str, str], int]
    accounts: Mapping[tuple[str, str], int]
    alerts: Mapping[str, int]
    processes: Mapping[str, int]
    threads: Mapping[str, int]
    broken: Mapping[str, int]


def read(engine: Engine) -> Facts:
    """One reading, cut short after `LONGEST` seconds. Raises what the database raises."""
    begun = time.monotonic()
    with engine.store.read() as conn, _bounded(conn):
        now = current(conn)
        return Facts(
            states=counts.states(conn, now),
            waiting=counts.waiting(conn, now),
            totals=totals.read(conn),
            uncounted=_age(totals.uncounted_since(conn), now),
            quotas=_quotas(engine, conn, now),
            pauses=Counter((pause.scope.partition(":")[0], pause.kind) for pause in pauses.active(conn)),
            accounts=_accounts(conn),
            alerts=_alerts(conn),
            processes=Counter(row["role"] for row in presence.alive(conn)),
            threads=presence.threads_by_platform(conn),
            broken=Counter(row["plugin"] for row in faults.known(conn)),
            read_seconds=time.monotonic() - begun,
        )


@contextmanager
def _bounded(conn: Connection) -> Iterator[None]:
    """PostgreSQL ends a statement that takes too long by itself; SQLite asks us every few thousand steps."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(f"SET LOCAL statement_timeout = {int(LONGEST * 1000)}")
        yield
        return
    driver, until = conn.connection.driver_connection, time.monotonic() + LONGEST
    assert driver is not None
    driver.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _accounts(conn: Connection) -> dict[tuple[str, str], int]:
    query = select(accounts.c.platform, accounts.c.status, func.count()).where(accounts.c.status != "removed")
    return {(row[0], row[1]): row[2] for row in conn.execute(query.group_by(accounts.c.platform, accounts.c.status))}


def _alerts(conn: Connection) -> dict[str, int]:
    """Kinds without an open alert are 0, so that a rule can tell it from not knowing."""
    query = select(alerts.c.kind, func.count()).where(alerts.c.resolved_at.is_(None)).group_by(alerts.c.kind)
    return dict.fromkeys(RULES, 0) | {row[0]: row[1] for row in conn.execute(query)}


def _quotas(engine: Engine, conn: Connection, now: datetime) -> list[Quota]:
    platforms = engine.manager.platforms()
    found = quotas.of_posts(conn, platforms, now)
    try:
        found += quotas.of_requests(conn, platforms, engine.platform_settings, true(), *quotas.SHARES)
    except UserError as error:  # a setting that is wrong: `gaung doctor` says so, the other figures are right
        _log.warning("the quotas of apps are left out: %s", error)
    return found
