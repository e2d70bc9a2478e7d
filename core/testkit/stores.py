"""Fixtures for tests on real databases: `store` runs each test twice, on SQLite and on PostgreSQL.

The PostgreSQL server starts once a session; each test gets a copy of a migrated database, which takes a few hundredths of a second.
"""

import itertools
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from gaung.core.store import migrate
from gaung.core.store.db import Store
from gaung.core.testkit.postgres import PostgresServer

ACTOR = "test"
_TEMPLATE = "gaung_template"
_count = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A running PostgreSQL server, shared by the session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel speaks about XDG_RUNTIME_DIR, which it does not need here
        server = PostgresServer().start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    """The name of a migrated database to copy."""
    postgres.execute(f"CREATE DATABASE {_TEMPLATE}")
    _migrate(postgres.url(_TEMPLATE))
    return _TEMPLATE


@pytest.fixture
def postgres_url(postgres: PostgresServer, postgres_template: str) -> Iterator[str]:
    """A fresh migrated PostgreSQL database."""
    name = f"gaung_{next(_count)}"
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_template} STRATEGY FILE_COPY")  # less than half the time
    yield postgres.url(name)
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


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
