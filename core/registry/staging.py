"""Temporary tables that a list of members is laid out in, so that the database itself compares and merges it, in a few statements.

Rows are brought in chunks, each in a transaction of its own that locks nothing: neither memory nor other people feel how long the list is.
"""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from gaung.core.registry.roster import Entry
from gaung.core.store.db import Store
from gaung.core.store.types import Id, UtcTime, to_microseconds

CHUNK = 5_000
_TEMPORARY: dict[str, Any] = {"prefixes": ["TEMPORARY"]}
_metadata = MetaData()

rows = Table(
    "import_rows",
    _metadata,
    Column("row", BigInteger, nullable=False),
    Column("number", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("contact", Text),
    Column("body", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("term_start", Date, nullable=False),
    Column("term_end", Date),
    Column("reason", Text),
    Column("consent_at", UtcTime),
    Column("consent_text", Text),
    Column("accounts", Integer, nullable=False),  # how many handles the row holds
    **_TEMPORARY,
)

accounts = Table(
    "import_accounts",
    _metadata,
    Column("row", BigInteger, nullable=False),
    Column("number", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("handle", Text, nullable=False),
    Column("handle_key", Text, nullable=False),
    Column("external_id", Text),
    **_TEMPORARY,
)

rejects = Table(
    "import_rejects",
    _metadata,
    Column("id", Id, primary_key=True),
    Column("row", BigInteger, nullable=False),
    Column("field", Text, nullable=False),
    Column("code", Text, nullable=False),  # a key of gaung.core.registry.conflicts.WORDS
    Column("detail", Text),
    **_TEMPORARY,
)

repeated = Table(
    "import_repeated",
    _metadata,
    Column("number", Text, primary_key=True),  # members of more than one row
    **_TEMPORARY,
)

people = Table(
    "import_people",
    _metadata,
    Column("number", Text, nullable=False),
    Column("id", Id, nullable=False),  # of the member, given out beforehand where the member is new
    Column("fresh", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("contact", Text),
    Column("reason", Text),
    Column("consent_at", UtcTime),
    Column("consent_text", Text),
    Column("accounts", Integer, nullable=False),
    **_TEMPORARY,
)

known = Table(
    "import_known",
    _metadata,
    Column("row", BigInteger, primary_key=True),
    Column("assignment_id", Id, nullable=False),
    Column("changed", Boolean, nullable=False),
    **_TEMPORARY,
)

changes = Table(
    "import_changes",
    _metadata,
    Column("number", Text, nullable=False),  # members of whom something changed
    **_TEMPORARY,
)

_NAMED = text("external_id IS NOT NULL")
KEYS = (
    Index("ix_import_accounts_key", accounts.c.platform, accounts.c.handle_key),
    Index("ix_import_accounts_id", accounts.c.platform, accounts.c.external_id, postgresql_where=_NAMED, sqlite_where=_NAMED),
    Index("ix_import_rows_number", rows.c.number),
    Index("ix_import_people_number", people.c.number),
)
"""Made once their table is filled, which is quicker."""
for _index in KEYS:
    assert _index.table is not None
    _index.table.indexes.discard(_index)


@contextmanager
def staged(store: Store) -> Iterator[Connection]:
    """A connection with the tables, empty; they are gone afterwards, whatever happened."""
    with store.session() as conn:
        try:
            with conn.begin():
                _metadata.create_all(conn, checkfirst=False)
            yield conn
        finally:
            with contextlib.suppress(DBAPIError):  # a connection that broke took them along
                _drop(conn)


def _drop(conn: Connection) -> None:
    if conn.in_transaction():
        conn.rollback()
    with conn.begin():
        for table in _metadata.sorted_tables:
            conn.exec_driver_sql(f"DROP TABLE IF EXISTS {table.name}")


def fill(conn: Connection, entries: Iterable[Entry]) -> None:
    """Lay out entries, chunk by chunk."""
    rest = iter(entries)
    put = _copy if conn.dialect.name == "postgresql" else _insert
    while chunk := list(islice(rest, CHUNK)):
        with conn.begin():
            put(conn, rows, [_row(entry) for entry in chunk])
            put(conn, accounts, [_account(entry, given) for entry in chunk for given in entry.accounts])


def index(conn: Connection) -> None:
    """Make the keys and let the database look at how much there is."""
    with conn.begin():
        for key in KEYS[:3]:
            key.create(conn)
        analyze(conn, rows, accounts)


def analyze(conn: Connection, *tables: Table) -> None:
    """Nothing else looks at temporary tables on PostgreSQL, and without a look it plans for a handful of rows."""
    if conn.dialect.name == "postgresql":
        for table in tables:
            conn.exec_driver_sql(f"ANALYZE {table.name}")


def _row(entry: Entry) -> tuple[Any, ...]:
    return (
        entry.row, entry.number, entry.name, entry.contact, entry.body, entry.area, entry.office, entry.term_start, entry.term_end,
        entry.reason, entry.consent_at, entry.consent_text, len(entry.accounts),
    )  # fmt: skip


def _account(entry: Entry, given: Any) -> tuple[Any, ...]:
    handle = given.handle
    return (entry.row, entry.number, given.platform, handle.shown, handle.key, handle.external_id)


def _copy(conn: Connection, table: Table, values: Sequence[tuple[Any, ...]]) -> None:
    names = ", ".join(table.columns.keys())
    cursor = conn.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for one in values:
            copy.write_row(one)
    cursor.close()


def _insert(conn: Connection, table: Table, values: Sequence[tuple[Any, ...]]) -> None:
    if not values:
        return
    when = next((place for place, column in enumerate(table.columns) if isinstance(column.type, UtcTime)), None)
    if when is not None:
        values = [(*one[:when], one[when] and to_microseconds(one[when]), *one[when + 1 :]) for one in values]
    marks = ", ".join("?" * len(table.columns))
    conn.exec_driver_sql(f"INSERT INTO {table.name} VALUES ({marks})", list(values))  # noqa: S608 - a name of ours
