"""Opens the database and hands out transactions: `read()` for looking, `write()` for changing."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from gaung.core.errors import Unreachable, UserError
from gaung.core.store import events as event_log

_WRITE = "gaung_write"
_LONGEST_IDLE = "60s"
"""A process that is stopped in the middle of a transaction loses it: else it kept row locks, and the event log from being read."""
_CONNECT = {"connect_timeout": 10, "keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 3}
"""A server that vanished without a word is noticed within a minute, not after hours."""


class Store:
    """The database of one installation.

    `actor` is recorded with every event. `write()` is one transaction; its events are logged only once it has committed.
    """

    def __init__(self, url: str, *, actor: str, pool_size: int = 10) -> None:
        self.url = make_url(url)
        self.actor = actor
        self.engine = _sqlite(url) if self.url.get_backend_name() == "sqlite" else _postgresql(url, pool_size)

    @property
    def shown_url(self) -> str:
        """The address without its password."""
        return self.url.render_as_string(hide_password=True)

    @property
    def postgresql(self) -> bool:
        """Whether several machines may share this database."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading one consistent state; takes no lock."""
        with self._connected() as conn, conn.begin():
            yield conn

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: everything in the block, its events included, or nothing."""
        with self._connected() as conn, self.writing(conn):
            yield conn

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """A connection outside any transaction, for what temporary tables hold over several of them.

        `with conn.begin()` takes no lock as long as only temporary tables are changed; `with writing(conn)` is for all others. Drop the
        temporary tables at the end: the connection goes back to the pool.
        """
        with self._connected() as conn:
            yield conn

    @contextmanager
    def writing(self, conn: Connection) -> Iterator[None]:
        """One transaction of `write` on a connection of `session`."""
        conn.execution_options(**{_WRITE: True})
        conn.info[event_log.PENDING] = []
        conn.info[event_log.ACTOR] = self.actor
        try:
            with conn.begin():
                yield
        finally:
            conn.execution_options(**{_WRITE: False})
            pending = conn.info.pop(event_log.PENDING)
        event_log.tell(pending)

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            conn = self.engine.connect()
        except OperationalError as error:
            raise self.unreachable(error) from error
        with conn:
            yield conn

    def unreachable(self, error: DBAPIError) -> Unreachable:
        """The one line that a person gets when the database does not answer."""
        words = first_line(error.orig or error)
        return Unreachable(
            f"The database {self.shown_url} cannot be reached ({words}).",
            "Start it, or correct database_url in gaung.toml (GAUNG_DATABASE_URL).",
        )

    def close(self) -> None:
        """Close all connections; what another thread is still at work with is closed when it gives it back."""
        event.listen(self.engine.pool, "checkin", lambda _, record: record.invalidate())
        self.engine.dispose()


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": 60, "check_same_thread": False}, pool_size=10, max_overflow=200, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _prepare(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None  # we say BEGIN ourselves
        dbapi.create_function("gaung_now", 0, lambda: time.time_ns() // 1000)
        cursor = dbapi.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=60000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get(_WRITE) else "BEGIN")

    return engine


def _postgresql(url: str, pool_size: int) -> Engine:
    try:
        engine = create_engine(
            url, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True, connect_args=_CONNECT, hide_parameters=True
        )
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        hint = "Use sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME."
        raise UserError(f"database_url is not usable: {error}.", hint) from None

    @event.listens_for(engine, "connect")
    def _prepare(dbapi: Any, _record: Any) -> None:
        dbapi.execute(f"SET idle_in_transaction_session_timeout = '{_LONGEST_IDLE}'")
        dbapi.commit()

    return engine


def gone(error: BaseException) -> bool:
    """Whether a database error means that the server went away (restart, fail-over, lock time-out), not that the statement is wrong."""
    if isinstance(error, Unreachable):
        return True
    return isinstance(error, OperationalError) or (isinstance(error, DBAPIError) and error.connection_invalidated)


def first_line(error: BaseException) -> str:
    """What an error says, on one line; its name when it says nothing."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
