"""What offices switched on and off, their own settings, and which plugins are broken where."""

import sqlalchemy as sa
from alembic import op

from gaung.core.store.types import JSONType, UtcTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create three tables."""
    op.create_table(
        "plugin_switches",
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("plugin", "office", name=op.f("pk_plugin_switches")),
    )
    op.create_table(
        "plugin_settings",
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", JSONType, nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.ForeignKeyConstraint(["office"], ["offices.code"], name=op.f("fk_plugin_settings_office_offices")),
        sa.PrimaryKeyConstraint("plugin", "office", "name", name=op.f("pk_plugin_settings")),
    )
    op.create_table(
        "plugin_faults",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("package", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("host", "plugin", "package", name=op.f("pk_plugin_faults")),
    )
