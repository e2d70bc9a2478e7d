"""Alembic's entry: runs in the connection that `gaung.core.store.migrate` hands over."""

from alembic import context

from gaung.core.store import ledger_tables, measure_tables, registry_tables  # noqa: F401 - they add their tables to the metadata
from gaung.core.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
