"""What a transaction holds to its end: locks, and room. SQLite has one writer, so there they are nothing."""

from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection

ROLLUP = 0x6761756E67
"""Of `coverage`: whoever changes reshares, assignments, areas or declared accounts. Taken before any of their rows."""
COUNTS = 0x6761756E68
"""Of `registry_counts`: whoever counts a day."""
ALERTS = 0x6761756E69
"""Of `alerts`: whoever raises or resolves."""
TOTALS = 0x6761756E6A
"""Of `totals`: whoever counts what is new in the event log."""


def lock(conn: Connection, key: int) -> None:
    """Wait until no other transaction holds `key`, and hold it to the end of this one. Taking it again is free."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(key)))


def roomy(conn: Connection) -> None:
    """Let this transaction sort and hash in memory, for counts over the whole corps; to compile them would take longer than they do."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SET LOCAL work_mem = '64MB'"))
        conn.execute(text("SET LOCAL jit = off"))
