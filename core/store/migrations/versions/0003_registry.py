"""Areas, members, assignments, consents and declared accounts; the day of each post."""

import sqlalchemy as sa
from alembic import op

from gaung.core.store.types import Id, UtcTime, day_of

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables, and give every post its day."""
    _areas()
    _members()
    _registry_counts()
    _registry_days()
    _registry_state()
    _area_aliases()
    _area_ancestors()
    _assignments()
    _consents()
    _declared_accounts()
    _member_follows()
    _days()
    op.create_index("ix_publications_published_at", "publications", ["published_at"], unique=False)


def _areas() -> None:
    op.create_table(
        "areas",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("updated_at", UtcTime, nullable=False),
        sa.CheckConstraint("level IN ('national','province','regency','district','village')", name=op.f("ck_areas_level")),
        sa.ForeignKeyConstraint(["parent"], ["areas.code"], name=op.f("fk_areas_parent_areas")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_areas")),
    )
    op.create_index("ix_areas_parent", "areas", ["parent"], unique=False)


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("id", Id, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reason_at", UtcTime, nullable=True),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("updated_at", UtcTime, nullable=False),
        sa.Column("erased_at", UtcTime, nullable=True),
        sa.Column("erased_why", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('belum_berminat','tidak_bersedia_dilaporkan','tidak_ada_perangkat','tidak_ada_sinyal','belum_paham','alasan_lain')",
            name=op.f("ck_members_reason"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("number", name=op.f("uq_members_number")),
    )


def _registry_counts() -> None:
    op.create_table(
        "registry_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "area", "body", "account", name=op.f("pk_registry_counts")),
    )


def _registry_days() -> None:
    op.create_table(
        "registry_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_registry_days")),
    )


def _registry_state() -> None:
    op.create_table(
        "registry_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_state")),
    )


def _area_aliases() -> None:
    op.create_table(
        "area_aliases",
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["areas.code"], name=op.f("fk_area_aliases_area_areas")),
        sa.PrimaryKeyConstraint("alias", "area", name=op.f("pk_area_aliases")),
    )


def _area_ancestors() -> None:
    op.create_table(
        "area_ancestors",
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("ancestor", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ancestor"], ["areas.code"], name=op.f("fk_area_ancestors_ancestor_areas")),
        sa.ForeignKeyConstraint(["area"], ["areas.code"], name=op.f("fk_area_ancestors_area_areas")),
        sa.PrimaryKeyConstraint("area", "ancestor", name=op.f("pk_area_ancestors")),
    )
    op.create_index("ix_area_ancestors_ancestor", "area_ancestors", ["ancestor"], unique=False)


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("term_start", sa.Date(), nullable=False),
        sa.Column("term_end", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "body IN ('PPK','SEKRETARIAT_PPK','PPS','SEKRETARIAT_PPS','PANTARLIH','KPPS','KETERTIBAN')", name=op.f("ck_assignments_body")
        ),
        sa.CheckConstraint("term_end IS NULL OR term_end >= term_start", name=op.f("ck_assignments_term")),
        sa.ForeignKeyConstraint(["area"], ["areas.code"], name=op.f("fk_assignments_area_areas")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_assignments_member_id_members")),
        sa.ForeignKeyConstraint(["office"], ["offices.code"], name=op.f("fk_assignments_office_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint("member_id", "body", "area", "term_start", name=op.f("uq_assignments_member_id_body_area_term_start")),
    )
    op.create_index("ix_assignments_area", "assignments", ["area"], unique=False)
    op.create_index("ix_assignments_office", "assignments", ["office"], unique=False)
    op.create_index("ix_assignments_term", "assignments", ["term_start", "term_end"], unique=False)


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("given_at", UtcTime, nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", UtcTime, nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("stop_by", UtcTime, nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_consents_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_member_id", "consents", ["member_id"], unique=False)
    op.create_index(
        "uq_consents_given",
        "consents",
        ["member_id"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
        sqlite_where=sa.text("withdrawn_at IS NULL"),
    )


def _declared_accounts() -> None:
    op.create_table(
        "declared_accounts",
        sa.Column("id", Id, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=True),
        sa.Column("handle_key", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("member_id", Id, nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("declared_at", UtcTime, nullable=False),
        sa.Column("ended_at", UtcTime, nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.CheckConstraint("body IS NULL OR body IN ('PPK','PPS')", name=op.f("ck_declared_accounts_body")),
        sa.CheckConstraint(
            "(member_id IS NULL) = (body IS NOT NULL) AND (body IS NULL) = (area IS NULL)", name=op.f("ck_declared_accounts_holder")
        ),
        sa.ForeignKeyConstraint(["area"], ["areas.code"], name=op.f("fk_declared_accounts_area_areas")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_declared_accounts_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_accounts")),
    )
    op.create_index("ix_declared_accounts_external", "declared_accounts", ["platform", "external_id"], unique=False)
    op.create_index("ix_declared_accounts_key", "declared_accounts", ["platform", "handle_key", "declared_at"], unique=False)
    op.create_index("ix_declared_accounts_member_id", "declared_accounts", ["member_id"], unique=False)
    op.create_index(
        "uq_declared_accounts_body",
        "declared_accounts",
        ["body", "area", "platform"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND body IS NOT NULL"),
        sqlite_where=sa.text("ended_at IS NULL AND body IS NOT NULL"),
    )
    op.create_index(
        "uq_declared_accounts_handle",
        "declared_accounts",
        ["platform", "handle_key"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_declared_accounts_member",
        "declared_accounts",
        ["member_id", "platform"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND member_id IS NOT NULL"),
        sqlite_where=sa.text("ended_at IS NULL AND member_id IS NOT NULL"),
    )


def _member_follows() -> None:
    op.create_table(
        "member_follows",
        sa.Column("member_id", Id, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_member_follows_member_id_members")),
        sa.PrimaryKeyConstraint("member_id", "platform", name=op.f("pk_member_follows")),
    )


def _days() -> None:
    op.add_column("posts", sa.Column("day", sa.Date(), nullable=False, server_default="1970-01-01"))
    conn = op.get_bind()
    posts = sa.table("posts", sa.column("id", Id), sa.column("at", UtcTime), sa.column("day", sa.Date()))
    for row in conn.execute(sa.select(posts.c.id, posts.c.at)).all():
        conn.execute(sa.update(posts).where(posts.c.id == row.id).values(day=day_of(row.at)))
