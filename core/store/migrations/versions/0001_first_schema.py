"""The first schema."""

import sqlalchemy as sa
from alembic import op

from gaung.core.store.types import Id, JSONType, UtcTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "cursors",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.Column("event_id", Id, nullable=False),
        sa.Column("reading_until", UtcTime, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_cursors")),
    )
    op.create_table(
        "events",
        sa.Column("id", Id, nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=True),
        sa.Column("platform", sa.Text(), nullable=True),
        sa.Column("post", Id, nullable=True),
        sa.Column("delivery", Id, nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=True),
        sa.Column("account", Id, nullable=True),
        sa.Column("publication", Id, nullable=True),
        sa.Column("member", sa.Text(), nullable=True),
        sa.Column("data", JSONType, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_delivery", "events", ["delivery"], unique=False)
    op.create_index("ix_events_order", "events", ["xid", "id"], unique=False)
    op.create_index("ix_events_post", "events", ["post"], unique=False)
    op.create_table(
        "installation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "offices",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.CheckConstraint("level IN ('national','province','regency','district','village')", name=op.f("ck_offices_level")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_offices")),
    )
    op.create_table(
        "pauses",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", UtcTime, nullable=True),
        sa.Column("since", UtcTime, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('manual','auto')", name=op.f("ck_pauses_kind")),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_pauses")),
    )
    op.create_table(
        "posts",
        sa.Column("id", Id, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("deadline_at", UtcTime, nullable=False),
        sa.Column("document", JSONType, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("cancelled_at", UtcTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("threads", sa.Integer(), nullable=False),
        sa.Column("platforms", JSONType, nullable=False),
        sa.Column("started_at", UtcTime, nullable=False),
        sa.Column("seen_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", Id, nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("credentials", sa.Text(), nullable=False),
        sa.Column("credentials_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("refreshing_until", UtcTime, nullable=True),
        sa.Column("app_scope", sa.Text(), server_default="", nullable=False),
        sa.Column("limits", JSONType, nullable=False),
        sa.Column("info", JSONType, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("updated_at", UtcTime, nullable=False),
        sa.CheckConstraint("status IN ('active','needs_reauth','removed')", name=op.f("ck_accounts_status")),
        sa.ForeignKeyConstraint(["office"], ["offices.code"], name=op.f("fk_accounts_office_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("platform", "external_id", name=op.f("uq_accounts_platform_external_id")),
    )
    op.create_index("ix_accounts_office_platform", "accounts", ["office", "platform"], unique=False)
    op.create_table(
        "contents",
        sa.Column("id", Id, nullable=False),
        sa.Column("post_id", Id, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", JSONType, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_contents_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contents")),
        sa.UniqueConstraint("post_id", "digest", name=op.f("uq_contents_post_id_digest")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", Id, nullable=False),
        sa.Column("post_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("content_id", Id, nullable=True),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default="5", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("deadline_at", UtcTime, nullable=False),
        sa.Column("due_at", UtcTime, nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("lease_until", UtcTime, nullable=True),
        sa.Column("mutation_at", UtcTime, nullable=True),
        sa.Column("unknown_since", UtcTime, nullable=True),
        sa.Column("looks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("checkpoints", JSONType, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("published_at", UtcTime, nullable=True),
        sa.Column("error_kind", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("updated_at", UtcTime, nullable=False),
        sa.CheckConstraint(
            "state IN ('scheduled','queued','publishing','processing','published',"
            "'unconfirmed','held','failed','missed','skipped','cancelled')",
            name=op.f("ck_deliveries_state"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_deliveries_account_id_accounts")),
        sa.ForeignKeyConstraint(["content_id"], ["contents.id"], name=op.f("fk_deliveries_content_id_contents")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_deliveries_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("post_id", "account_id", name=op.f("uq_deliveries_post_id_account_id")),
    )
    op.create_index("ix_deliveries_account", "deliveries", ["account_id"], unique=False)
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["platform", "due_at"],
        unique=False,
        postgresql_where=sa.text("lease IS NULL AND due_at IS NOT NULL"),
        sqlite_where=sa.text("lease IS NULL AND due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_deliveries_leased",
        "deliveries",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("lease IS NOT NULL"),
        sqlite_where=sa.text("lease IS NOT NULL"),
    )
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["deadline_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('scheduled','held','processing')"),
        sqlite_where=sa.text("state IN ('scheduled','held','processing')"),
    )
    op.create_index(
        "ix_deliveries_resting",
        "deliveries",
        ["state"],
        unique=False,
        postgresql_where=sa.text("state IN ('held','unconfirmed','processing','publishing','queued')"),
        sqlite_where=sa.text("state IN ('held','unconfirmed','processing','publishing','queued')"),
    )
    op.create_table(
        "attempts",
        sa.Column("delivery_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("started_at", UtcTime, nullable=False),
        sa.Column("ended_at", UtcTime, nullable=True),
        sa.Column("mutation_at", UtcTime, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("error_kind", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("checkpoints", JSONType, nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_attempts_delivery_id_deliveries")),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_attempts")),
    )
    op.create_table(
        "publications",
        sa.Column("id", Id, nullable=False),
        sa.Column("delivery_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("published_at", UtcTime, nullable=False),
        sa.Column("deleted_at", UtcTime, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_publications_account_id_accounts")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_publications_delivery_id_deliveries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_publications_delivery_id")),
    )
    op.create_index("ix_publications_external", "publications", ["account_id", "external_id"], unique=False)
