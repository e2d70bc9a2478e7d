"""Column types and SQL functions that differ between SQLite and PostgreSQL."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, BigInteger, BindParameter, Float, Integer, bindparam, select
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_microseconds(when: datetime) -> int:
    """Microseconds since the epoch of an aware datetime."""
    return (when - _EPOCH) // _MICROSECOND


_DAYS = ZoneInfo("Asia/Jakarta")


def day_of(when: datetime | None) -> date:
    """The day in Lampung (WIB) that a moment lies in (None: now); terms of office are counted in such days."""
    return (when or datetime.now(UTC)).astimezone(_DAYS).date()


class UtcTime(TypeDecorator[datetime]):
    """Aware datetimes: `timestamptz` on PostgreSQL, integer microseconds on SQLite, which has no such type."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive datetimes: they are the bug of every scheduler."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime reached the database")
        return value if dialect.name == "postgresql" else to_microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Always answer UTC."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return _EPOCH + timedelta(microseconds=int(value))


class db_now(FunctionElement[datetime]):  # noqa: N801 - reads as an SQL function
    """The database's clock plus `seconds` (null gives null): leases and due times never depend on a worker's own clock."""

    type = UtcTime()
    inherit_cache = True
    name = "db_now"

    def __init__(self, seconds: "float | BindParameter[float]" = 0.0) -> None:
        if not isinstance(seconds, BindParameter):
            seconds = bindparam("seconds", float(seconds), type_=Float, unique=True)
        super().__init__(seconds)


@compiles(db_now, "postgresql")
def _now_postgresql(element: db_now, compiler: SQLCompiler, **kw: Any) -> str:
    seconds = compiler.process(element.clauses, **kw)
    return f"(clock_timestamp() + make_interval(secs => CAST({seconds} AS double precision)))"


@compiles(db_now, "sqlite")
def _now_sqlite(element: db_now, compiler: SQLCompiler, **kw: Any) -> str:
    seconds = compiler.process(element.clauses, **kw)
    return f"(gaung_now() + CAST({seconds} * 1000000 AS INTEGER))"


def current(conn: Connection) -> datetime:
    """The database's clock now."""
    return conn.execute(select(db_now())).scalar_one()


LONGEST_WAIT = 31 * 86400.0
"""In seconds. Platforms say how long to wait, and one that says `inf` or a million years must not break our clock."""


def bounded(seconds: float) -> float:
    """A wait in seconds that every clock can hold: never negative, at most `LONGEST_WAIT`; NaN is that, too."""
    return max(0.0, seconds) if seconds <= LONGEST_WAIT else LONGEST_WAIT


class commit_order(FunctionElement[int]):  # noqa: N801
    """Default of `events.xid`: the transaction id on PostgreSQL, 0 on SQLite where ids commit in order."""

    type = BigInteger()
    inherit_cache = True
    name = "commit_order"


@compiles(commit_order, "postgresql")
def _order_postgresql(element: commit_order, compiler: SQLCompiler, **kw: Any) -> str:
    return "CAST(CAST(pg_current_xact_id() AS text) AS bigint)"


@compiles(commit_order, "sqlite")
def _order_sqlite(element: commit_order, compiler: SQLCompiler, **kw: Any) -> str:
    return "0"


JSONType = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""JSON values; binary on PostgreSQL."""

Id = BigInteger().with_variant(Integer(), "sqlite")
"""Integer keys; SQLite counts up only an INTEGER primary key."""
