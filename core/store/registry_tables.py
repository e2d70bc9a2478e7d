"""Tables of the registry: areas, members, their assignments, consents and accounts. What is erased keeps its row without the person."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from gaung.core.store.tables import metadata
from gaung.core.store.types import Id, UtcTime

BODIES = ("PPK", "SEKRETARIAT_PPK", "PPS", "SEKRETARIAT_PPS", "PANTARLIH", "KPPS", "KETERTIBAN")
REASONS = (
    "belum_berminat", "tidak_bersedia_dilaporkan", "tidak_ada_perangkat", "tidak_ada_sinyal", "belum_paham", "alasan_lain",
)  # fmt: skip
LEVELS = ("national", "province", "regency", "district", "village")

_OPEN = text("ended_at IS NULL")
_OPEN_MEMBER = text("ended_at IS NULL AND member_id IS NOT NULL")
_OPEN_BODY = text("ended_at IS NULL AND body IS NOT NULL")
_GIVEN = text("withdrawn_at IS NULL")

areas = Table(
    "areas",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("parent", Text, ForeignKey("areas.code")),
    Column("updated_at", UtcTime, nullable=False),
    CheckConstraint(f"level IN ({','.join(repr(level) for level in LEVELS)})", name="level"),
    Index("ix_areas_parent", "parent"),
)

area_ancestors = Table(
    "area_ancestors",
    metadata,
    Column("area", Text, ForeignKey("areas.code"), primary_key=True),
    Column("ancestor", Text, ForeignKey("areas.code"), primary_key=True),  # the area itself, too
    Column("level", Text, nullable=False),  # of the ancestor
    Index("ix_area_ancestors_ancestor", "ancestor"),
)

area_aliases = Table(
    "area_aliases",
    metadata,
    Column("alias", Text, primary_key=True),  # folded by gaung.core.registry.names
    Column("area", Text, ForeignKey("areas.code"), primary_key=True),
)

members = Table(
    "members",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("name", Text),
    Column("contact", Text),
    Column("reason", Text),  # why there is no account; null with no account either: not asked yet
    Column("reason_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("erased_at", UtcTime),
    Column("erased_why", Text),  # request, retention
    CheckConstraint(f"reason IN ({','.join(repr(reason) for reason in REASONS)})", name="reason"),
)

assignments = Table(
    "assignments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("members.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("area", Text, ForeignKey("areas.code"), nullable=False),
    Column("office", Text, ForeignKey("offices.code"), nullable=False),  # which appointed the member and may see the name
    Column("term_start", Date, nullable=False),
    Column("term_end", Date),  # the last day in term; null: open
    UniqueConstraint("member_id", "body", "area", "term_start"),
    CheckConstraint(f"body IN ({','.join(repr(body) for body in BODIES)})", name="body"),
    CheckConstraint("term_end IS NULL OR term_end >= term_start", name="term"),
    Index("ix_assignments_area", "area"),
    Index("ix_assignments_office", "office"),
    Index("ix_assignments_term", "term_start", "term_end"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("members.id"), nullable=False),
    Column("version", Text, nullable=False),  # of the text that was agreed to
    Column("given_at", UtcTime, nullable=False),
    Column("how", Text, nullable=False),  # import, cli
    Column("actor", Text, nullable=False),
    Column("withdrawn_at", UtcTime),
    Column("withdrawn_by", Text),
    Column("stop_by", UtcTime),  # 3 x 24 hours after the withdrawal: what is left of the data must be gone by then
    Index("uq_consents_given", "member_id", unique=True, postgresql_where=_GIVEN, sqlite_where=_GIVEN),
    Index("ix_consents_member_id", "member_id"),
)

declared_accounts = Table(
    "declared_accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("handle", Text),  # as it is shown; null once the person is erased
    Column("handle_key", Text),  # what is compared: folded by gaung.core.registry.handles
    Column("external_id", Text),  # the platform's own id, where it is known
    Column("member_id", Id, ForeignKey("members.id")),
    Column("body", Text),  # an institutional account: PPK or PPS ...
    Column("area", Text, ForeignKey("areas.code")),  # ... of this area
    Column("how", Text, nullable=False),  # import, cli
    Column("actor", Text, nullable=False),
    Column("declared_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("ended_why", Text),  # replaced, withdrawn, erased, ended
    CheckConstraint("(member_id IS NULL) = (body IS NOT NULL) AND (body IS NULL) = (area IS NULL)", name="holder"),
    CheckConstraint("body IS NULL OR body IN ('PPK','PPS')", name="body"),
    Index("uq_declared_accounts_handle", "platform", "handle_key", unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN),
    Index("uq_declared_accounts_member", "member_id", "platform", unique=True, postgresql_where=_OPEN_MEMBER, sqlite_where=_OPEN_MEMBER),
    Index("uq_declared_accounts_body", "body", "area", "platform", unique=True, postgresql_where=_OPEN_BODY, sqlite_where=_OPEN_BODY),
    Index("ix_declared_accounts_key", "platform", "handle_key", "declared_at"),
    Index("ix_declared_accounts_external", "platform", "external_id"),
    Index("ix_declared_accounts_member_id", "member_id"),
)

member_follows = Table(
    "member_follows",
    metadata,
    Column("member_id", Id, ForeignKey("members.id"), primary_key=True),
    Column("platform", Text, primary_key=True),
    Column("follows", Boolean, nullable=False),  # whether the member says to follow the office's account there
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
)

registry_state = Table(
    "registry_state",
    metadata,
    Column("id", Integer, primary_key=True),  # 1
    Column("version", BigInteger, nullable=False),  # grows with every change that counts of members depend on
)

registry_days = Table(
    "registry_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("version", BigInteger, nullable=False),  # of registry_state when the day was counted
    Column("counted_at", UtcTime, nullable=False),
)

registry_counts = Table(
    "registry_counts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("area", Text, primary_key=True),  # at any level
    Column("body", Text, primary_key=True),  # * : all, each member once
    Column("account", Text, primary_key=True),  # of whom: '' everybody, * with an account on record now, else with one on that platform
    Column("members", Integer, nullable=False),
)
