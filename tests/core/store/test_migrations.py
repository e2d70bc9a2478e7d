"""The schema that migrations make is the one that the code works with."""

from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select

from gaung.core.errors import Unreachable, UserError
from gaung.core.store import migrate
from gaung.core.store.db import Store
from gaung.core.store.tables import metadata
from gaung.core.store.types import db_now


def test_migrations_make_exactly_the_declared_tables(store: Store) -> None:
    with store.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []


def test_upgrading_again_changes_nothing(store: Store) -> None:
    before = migrate.installation_id(store)
    assert migrate.upgrade(store) == (migrate.head(), migrate.head())
    assert migrate.installation_id(store) == before


def test_what_files_are_called_tells_the_head_that_alembic_finds_and_the_database_holds_it(store: Store) -> None:
    assert ScriptDirectory.from_config(migrate._config()).get_heads() == [migrate.head()]
    with store.read() as conn:
        assert MigrationContext.configure(conn).get_current_heads() == (migrate.head(),)
        assert migrate._revision(conn) == migrate.head()


def test_an_older_database_is_refused_with_the_command_that_helps(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    has, needs = migrate.head(), f"{int(migrate.head()) + 1:04}"
    monkeypatch.setattr(migrate, "head", lambda: needs)
    with pytest.raises(UserError, match=f"has schema {has}, this version needs {needs}") as caught:
        migrate.require(store)
    assert caught.value.hint == "Run: gaung db upgrade"


def test_an_empty_database_is_named_with_the_command_that_helps(tmp_path: object) -> None:
    store = Store(f"sqlite:///{tmp_path}/empty.db", actor="test")
    with pytest.raises(UserError, match="gaung init"):
        migrate.require(store)
    store.close()


def test_an_unreachable_database_is_one_line_without_the_password() -> None:
    store = Store("postgresql+psycopg://gaung:geheim99@127.0.0.1:9/gaung", actor="test")
    with pytest.raises(Unreachable) as caught, store.read():
        pass
    assert "127.0.0.1:9" in str(caught.value)
    assert "geheim99" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_databases_clock_adds_seconds_and_keeps_the_zone(store: Store) -> None:
    with store.read() as conn:
        now, later = conn.execute(select(db_now(), db_now(90.5))).one()
    assert now.utcoffset() == timedelta(0)
    assert 90.4 < (later - now).total_seconds() < 91.5
