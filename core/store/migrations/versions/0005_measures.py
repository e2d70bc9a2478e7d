"""Measures, alerts, elections and turnout, strategic steps, trainings."""

import sqlalchemy as sa
from alembic import op

from gaung.core.store.types import Id, JSONType, UtcTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables."""
    _elections()
    _trainings()
    _evaluation_steps()
    _turnout_results()
    _alerts()
    _measures()


def _elections() -> None:
    op.create_table(
        "elections",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("target", sa.Float(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elections")),
        sa.UniqueConstraint("name", name=op.f("uq_elections_name")),
    )


def _trainings() -> None:
    op.create_table(
        "trainings",
        sa.Column("id", Id, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("offices", JSONType, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainings")),
    )


def _evaluation_steps() -> None:
    op.create_table(
        "evaluation_steps",
        sa.Column("id", Id, nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("finding", sa.Text(), server_default="", nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.ForeignKeyConstraint(["office"], ["offices.code"], name=op.f("fk_evaluation_steps_office_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_steps")),
    )
    op.create_index("ix_evaluation_steps_office", "evaluation_steps", ["office"], unique=False)


def _turnout_results() -> None:
    op.create_table(
        "turnout_results",
        sa.Column("id", Id, nullable=False),
        sa.Column("election_id", Id, nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("contest", sa.Text(), nullable=False),
        sa.Column("voted", sa.Integer(), nullable=False),
        sa.Column("voters", sa.Integer(), nullable=False),
        sa.Column("denominator", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_day", sa.Date(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.CheckConstraint("voted >= 0 AND voters > 0 AND voted <= voters", name=op.f("ck_turnout_results_numbers")),
        sa.ForeignKeyConstraint(["election_id"], ["elections.id"], name=op.f("fk_turnout_results_election_id_elections")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turnout_results")),
        sa.UniqueConstraint("election_id", "area", "contest", "source", name=op.f("uq_turnout_results_election_id_area_contest_source")),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=True),
        sa.Column("platform", sa.Text(), nullable=True),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("post_id", Id, nullable=True),
        sa.Column("data", JSONType, nullable=False),
        sa.Column("raised_at", UtcTime, nullable=False),
        sa.Column("resolved_at", UtcTime, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_alerts_account_id_accounts")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_alerts_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index("ix_alerts_raised_at", "alerts", ["raised_at"], unique=False)
    op.create_index(
        "uq_alerts_open",
        "alerts",
        ["kind", "key"],
        unique=True,
        postgresql_where=sa.text("resolved_at IS NULL"),
        sqlite_where=sa.text("resolved_at IS NULL"),
    )


def _measures() -> None:
    op.create_table(
        "measures",
        sa.Column("id", Id, nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("publication", Id, server_default="0", nullable=False),
        sa.Column("post_id", Id, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("as_of", UtcTime, nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("exact", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("taken_at", UtcTime, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_measures_account_id_accounts")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_measures_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
        sa.UniqueConstraint(
            "platform",
            "office",
            "handle",
            "publication",
            "name",
            "as_of",
            name=op.f("uq_measures_platform_office_handle_publication_name_as_of"),
        ),
    )
    op.create_index("ix_measures_account", "measures", ["account_id", "name", "as_of"], unique=False)
    op.create_index("ix_measures_post_id", "measures", ["post_id"], unique=False)
    op.create_index("ix_measures_publication", "measures", ["publication", "name", "as_of"], unique=False)
