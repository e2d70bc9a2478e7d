"""Brings a database to the schema of this version."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import insert, inspect, select, text

from gaung.core.errors import UserError
from gaung.core.store.db import Store
from gaung.core.store.tables import installation
from gaung.core.store.types import db_now

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.engine import Connection

_LOCK = 0x67617567  # any number, the same for all of Gaung
_VERSIONS = Path(__file__).parent / "migrations" / "versions"
_TABLE = "alembic_version"


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "gaung.core.store:migrations")
    return config


def _revision(conn: "Connection") -> str | None:
    """What alembic noted; asked without it, for every process asks and importing alembic would be a sixth of its start."""
    if not inspect(conn).has_table(_TABLE):
        return None
    return conn.execute(text(f"SELECT version_num FROM {_TABLE}")).scalar()  # noqa: S608 - our own name


@functools.cache
def head() -> str:
    """The revision that this version of Gaung works with: files are called by their revisions, which are numbered."""
    return max(path.name.partition("_")[0] for path in _VERSIONS.glob("[0-9]*_*.py"))


def upgrade(store: Store) -> tuple[str | None, str]:
    """Run what is missing, once even if several processes ask. Answers the revision before and after."""
    from alembic import command

    with store.write() as conn:
        if store.postgresql:
            conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        before = _revision(conn)
        config = _config()
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
        if conn.execute(select(installation.c.id)).first() is None:
            conn.execute(insert(installation).values(id=uuid4().hex[:12], created_at=db_now()))
    return before, head()


def installation_id(store: Store) -> str:
    """The name that this database gave itself; all its machines share it."""
    with store.read() as conn:
        return str(conn.execute(select(installation.c.id)).scalar_one())


def require(store: Store) -> None:
    """Refuse to work on a database of another version. Raises UserError with the command that helps."""
    _there(store)
    with store.read() as conn:
        found = _revision(conn)
    if found is None:
        raise UserError(f"The database {store.shown_url} holds no Gaung tables.", "Run: gaung init")
    if found != head():
        raise UserError(f"The database {store.shown_url} has schema {found}, this version needs {head()}.", "Run: gaung db upgrade")


def _there(store: Store) -> None:
    """SQLite would make an empty file for whoever looks into the wrong folder."""
    file = store.url.database
    if store.postgresql or not file or file == ":memory:" or Path(file).exists():
        return
    raise UserError(f"There is no database {file}.", "Run: gaung init, or name the right home with --home or GAUNG_HOME.")
