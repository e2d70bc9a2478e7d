"""Fixtures for tests on real databases: `store` runs each test twice, on SQLite and on PostgreSQL.

The PostgreSQL server starts once a session; each test gets an empty migrated database, which takes a few hundredths of a second.
"""

import itertools
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.util import LRUCache

from gaung.core.store import db, migrate
from gaung.core.store.db import Store
from gaung.core.testkit.postgres import PostgresServer

ACTOR = "test"
_count = itertools.count(1)


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """What SQLAlchemy compiled for one engine serves the next of its kind, as in a process that runs on: each test opens its own."""
    compiled: LRUCache[Any, Any] = LRUCache(3000)
    dialects: dict[str, Dialect] = {}

    def create(url: str, **options: Any) -> Engine:
        engine = create_engine(url, **options, execution_options={"compiled_cache": compiled})
        if engine.dialect.name in dialects:
            engine.dialect = dialects[engine.dialect.name]
        else:  # only one that has seen its database knows how to compile for it
            event.listen(engine, "engine_connect", lambda conn: dialects.setdefault(conn.dialect.name, conn.dialect))
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "create_engine", create)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A running PostgreSQL server, shared by the session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel speaks about XDG_RUNTIME_DIR, which it does not need here
        server = PostgresServer().start()
    yield server
    server.close()


class FreshDatabase:
    """One migrated database that each test gets empty, and under a name of its own: whoever a former test left behind does not find it.

    Emptying what a test wrote takes a tenth of the time that copying a database does.
    """

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._name = f"gaung_{next(_count)}"
        server.execute(f"CREATE DATABASE {self._name}")
        _migrate(self.url)

    @property
    def url(self) -> str:
        """Where it is now."""
        return self._server.url(self._name)

    def renew(self) -> None:
        """Throw out whoever is connected, rename, empty every table and let numbers begin at 1."""
        former, self._name = self._name, f"gaung_{next(_count)}"
        self._server.execute(f"ALTER DATABASE {former} ALLOW_CONNECTIONS false")  # nobody slips in between
        gone = f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{former}'"  # noqa: S608 - our own name
        self._server.execute(gone)
        self._server.execute(f"ALTER DATABASE {former} RENAME TO {self._name}")
        self._server.execute(f"ALTER DATABASE {self._name} ALLOW_CONNECTIONS true")
        self._server.execute(_EMPTY, self._name)


_EMPTY = """
DO $$
DECLARE name text;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('alembic_version', 'installation') LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""
"""Foreign keys rest meanwhile, so that the order of tables does not matter."""


@pytest.fixture(scope="session")
def fresh_database(postgres: PostgresServer) -> FreshDatabase:
    """The database that all tests of a session get in turn."""
    return FreshDatabase(postgres)


@pytest.fixture
def postgres_url(fresh_database: FreshDatabase) -> Iterator[str]:
    """An empty migrated PostgreSQL database."""
    yield fresh_database.url
    fresh_database.renew()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite database."""
    path = tmp_path / "gaung.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database of each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store on a fresh database of each kind."""
    opened = Store(database_url, actor=ACTOR)
    yield opened
    opened.close()


def _migrate(url: str) -> None:
    store = Store(url, actor=ACTOR)
    migrate.upgrade(store)
    if not store.postgresql:
        with store.engine.connect() as conn:
            conn.exec_driver_sql("ROLLBACK")
            conn.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
