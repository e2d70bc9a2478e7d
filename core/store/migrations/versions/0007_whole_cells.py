"""Cells of all bodies and platforms together lie side by side: what most reports of coverage read."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
_WHOLE = sa.text("body = '*' AND platform = '*'")
_GRADES = ["claimed", "clicked", "matched", "reviewed", "observed"]


def upgrade() -> None:
    """Create the index."""
    op.create_index(
        "ix_coverage_whole",
        "coverage",
        ["post_id", "area"],
        postgresql_where=_WHOLE,
        sqlite_where=_WHOLE,
        postgresql_include=_GRADES,
    )
