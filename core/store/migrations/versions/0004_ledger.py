"""Sightings, claims, reshares, their coverage, the chores that look for them, and drives."""

import sqlalchemy as sa
from alembic import op

from gaung.core.store.types import Id, JSONType, UtcTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables."""
    _spent_requests()
    _coverage()
    _drives()
    _reshares()
    _chores()
    _claims()
    _notices()
    _reshare_changes()
    _share_totals()
    _sightings()


def _spent_requests() -> None:
    op.create_table(
        "spent_requests",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "day", name=op.f("pk_spent_requests")),
    )


def _coverage() -> None:
    op.create_table(
        "coverage",
        sa.Column("post_id", Id, nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("claimed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("clicked", sa.Integer(), server_default="0", nullable=False),
        sa.Column("matched", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reviewed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("observed", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_coverage_post_id_posts")),
        sa.PrimaryKeyConstraint("post_id", "area", "body", "platform", name=op.f("pk_coverage")),
    )


def _drives() -> None:
    op.create_table(
        "drives",
        sa.Column("id", Id, nullable=False),
        sa.Column("post_id", Id, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("bodies", JSONType, nullable=False),
        sa.Column("areas", JSONType, nullable=False),
        sa.Column("captions", JSONType, nullable=False),
        sa.Column("windows", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("opens_at", UtcTime, nullable=False),
        sa.Column("deadline_at", UtcTime, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("closed_at", UtcTime, nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_drives_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drives")),
    )
    op.create_index("ix_drives_post_id", "drives", ["post_id"], unique=False)


def _reshares() -> None:
    op.create_table(
        "reshares",
        sa.Column("id", Id, nullable=False),
        sa.Column("post_id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("signal", sa.Text(), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=True),
        sa.Column("first_seen_at", UtcTime, nullable=False),
        sa.Column("updated_at", UtcTime, nullable=False),
        sa.Column("withdrawn_at", UtcTime, nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=True),
        sa.CheckConstraint("grade BETWEEN 1 AND 5", name=op.f("ck_reshares_grade")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_reshares_member_id_members")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_reshares_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reshares")),
        sa.UniqueConstraint("post_id", "member_id", "platform", "signal", name=op.f("uq_reshares_post_id_member_id_platform_signal")),
    )
    op.create_index("ix_reshares_member_id", "reshares", ["member_id"], unique=False)


def _chores() -> None:
    op.create_table(
        "chores",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("subject", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("step", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", JSONType, nullable=False),
        sa.Column("due_at", UtcTime, nullable=True),
        sa.Column("since", UtcTime, nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("lease_until", UtcTime, nullable=True),
        sa.Column("error_kind", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("updated_at", UtcTime, nullable=False),
        sa.CheckConstraint("kind IN ('sweep','scan','verify','notice','measure')", name=op.f("ck_chores_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_chores_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chores")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_chores_kind_subject")),
    )
    op.create_index(
        "ix_chores_due",
        "chores",
        ["platform", "due_at"],
        unique=False,
        postgresql_where=sa.text("lease IS NULL AND due_at IS NOT NULL"),
        sqlite_where=sa.text("lease IS NULL AND due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_chores_leased",
        "chores",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("lease IS NOT NULL"),
        sqlite_where=sa.text("lease IS NOT NULL"),
    )


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("id", Id, nullable=False),
        sa.Column("post_id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("capture", sa.Text(), nullable=True),
        sa.Column("capture_until", UtcTime, nullable=True),
        sa.Column("claimed_at", UtcTime, nullable=False),
        sa.Column("handed_at", UtcTime, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("reviewed_by", sa.Text(), nullable=True),
        sa.Column("reviewed_at", UtcTime, nullable=True),
        sa.Column("before", JSONType, nullable=True),
        sa.Column("reshare_id", Id, nullable=True),
        sa.CheckConstraint("state IN ('waiting','unproved','matched','accepted','refused','withdrawn')", name=op.f("ck_claims_state")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_claims_member_id_members")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_claims_post_id_posts")),
        sa.ForeignKeyConstraint(["reshare_id"], ["reshares.id"], name=op.f("fk_claims_reshare_id_reshares")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("post_id", "member_id", "platform", "evidence", name=op.f("uq_claims_post_id_member_id_platform_evidence")),
    )
    op.create_index("ix_claims_capture_until", "claims", ["capture_until"], unique=False)
    op.create_index("ix_claims_evidence", "claims", ["evidence"], unique=False)
    op.create_index("ix_claims_member_id", "claims", ["member_id"], unique=False)
    op.create_index(
        "ix_claims_waiting",
        "claims",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting','unproved')"),
        sqlite_where=sa.text("state IN ('waiting','unproved')"),
    )


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", Id, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("received_at", UtcTime, nullable=False),
        sa.Column("done_at", UtcTime, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_notices_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("platform", "key", name=op.f("uq_notices_platform_key")),
    )
    op.create_index("ix_notices_received_at", "notices", ["received_at"], unique=False)


def _reshare_changes() -> None:
    op.create_table(
        "reshare_changes",
        sa.Column("id", Id, nullable=False),
        sa.Column("reshare_id", Id, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("was", sa.SmallInteger(), nullable=True),
        sa.Column("grade", sa.SmallInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["reshare_id"], ["reshares.id"], name=op.f("fk_reshare_changes_reshare_id_reshares")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reshare_changes")),
    )
    op.create_index("ix_reshare_changes_reshare_id", "reshare_changes", ["reshare_id"], unique=False)


def _share_totals() -> None:
    op.create_table(
        "share_totals",
        sa.Column("publication_id", Id, nullable=False),
        sa.Column("post_id", Id, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("as_of", UtcTime, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_share_totals_post_id_posts")),
        sa.ForeignKeyConstraint(["publication_id"], ["publications.id"], name=op.f("fk_share_totals_publication_id_publications")),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_share_totals")),
    )
    op.create_index("ix_share_totals_post_id", "share_totals", ["post_id"], unique=False)


def _sightings() -> None:
    op.create_table(
        "sightings",
        sa.Column("id", Id, nullable=False),
        sa.Column("publication_id", Id, nullable=False),
        sa.Column("post_id", Id, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("signal", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("author_id", sa.Text(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("happened_at", UtcTime, nullable=True),
        sa.Column("first_seen_at", UtcTime, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("declared_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["declared_id"], ["declared_accounts.id"], name=op.f("fk_sightings_declared_id_declared_accounts")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_sightings_post_id_posts")),
        sa.ForeignKeyConstraint(["publication_id"], ["publications.id"], name=op.f("fk_sightings_publication_id_publications")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sightings")),
        sa.UniqueConstraint("publication_id", "signal", "evidence", name=op.f("uq_sightings_publication_id_signal_evidence")),
    )
    op.create_index(
        "ix_sightings_author",
        "sightings",
        ["platform", "author"],
        unique=False,
        postgresql_where=sa.text("declared_id IS NULL"),
        sqlite_where=sa.text("declared_id IS NULL"),
    )
    op.create_index(
        "ix_sightings_author_id",
        "sightings",
        ["platform", "author_id"],
        unique=False,
        postgresql_where=sa.text("declared_id IS NULL"),
        sqlite_where=sa.text("declared_id IS NULL"),
    )
    op.create_index("ix_sightings_declared_id", "sightings", ["declared_id"], unique=False)
    op.create_index("ix_sightings_post_id", "sightings", ["post_id"], unique=False)
