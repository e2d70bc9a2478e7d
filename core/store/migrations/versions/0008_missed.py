"""Deliveries that were missed lie apart: the alert about them is looked for every minute."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
_MISSED = sa.text("state = 'missed'")


def upgrade() -> None:
    """Create the index."""
    op.create_index("ix_deliveries_missed", "deliveries", ["post_id"], postgresql_where=_MISSED, sqlite_where=_MISSED)
