"""Every table. One row of `deliveries` is the unit of work: a state machine with a lease."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from gaung.core.store.types import Id, JSONType, UtcTime, day_of

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

offices = Table(
    "offices",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    CheckConstraint("level IN ('national','province','regency','district','village')", name="level"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("office", Text, ForeignKey("offices.code"), nullable=False),
    Column("platform", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("handle", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("credentials", Text, nullable=False),  # sealed by gaung.core.secrets
    Column("credentials_version", Integer, nullable=False, server_default="1"),
    Column("refreshing_until", UtcTime),
    Column("app_scope", Text, nullable=False, server_default=""),
    Column("limits", JSONType, nullable=False),
    Column("info", JSONType, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    UniqueConstraint("platform", "external_id"),
    CheckConstraint("status IN ('active','needs_reauth','removed')", name="status"),
    Index("ix_accounts_office_platform", "office", "platform"),
)

posts = Table(
    "posts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("title", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("day", Date, nullable=False, default=lambda row: day_of(row.get_current_parameters().get("at"))),  # who is in term on it
    Column("deadline_at", UtcTime, nullable=False),
    Column("document", JSONType, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("cancelled_at", UtcTime),
)

contents = Table(
    "contents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("post_id", Id, ForeignKey("posts.id"), nullable=False),
    Column("digest", Text, nullable=False),
    Column("body", JSONType, nullable=False),
    UniqueConstraint("post_id", "digest"),
)

STATES = (
    "scheduled", "queued", "publishing", "processing", "published", "unconfirmed",
    "held", "failed", "missed", "skipped", "cancelled",
)  # fmt: skip

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("post_id", Id, ForeignKey("posts.id"), nullable=False),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("content_id", Id, ForeignKey("contents.id")),  # null: skipped before a content could be made
    Column("office", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("priority", SmallInteger, nullable=False, server_default="5"),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("at", UtcTime, nullable=False),
    Column("deadline_at", UtcTime, nullable=False),
    Column("due_at", UtcTime),  # when the dispatcher acts next; null: never by itself
    Column("attempts", Integer, nullable=False, server_default="0"),  # tries that count
    Column("number", Integer, nullable=False, server_default="0"),  # number of the latest attempt, counted or not
    Column("failures", Integer, nullable=False, server_default="0"),  # failed calls in a row, for the backoff
    Column("lease", Text),
    Column("lease_until", UtcTime),
    Column("mutation_at", UtcTime),
    Column("unknown_since", UtcTime),
    Column("looks", Integer, nullable=False, server_default="0"),
    Column("checkpoints", JSONType, nullable=False),
    Column("external_id", Text),
    Column("url", Text),
    Column("published_at", UtcTime),
    Column("error_kind", Text),
    Column("error_code", Text),
    Column("error_message", Text),
    Column("updated_at", UtcTime, nullable=False),
    UniqueConstraint("post_id", "account_id"),
    CheckConstraint(f"state IN ({','.join(repr(s) for s in STATES)})", name="state"),
    Index("ix_deliveries_account", "account_id"),
    Index(
        "ix_deliveries_due",
        "platform",
        "due_at",
        postgresql_where=text("lease IS NULL AND due_at IS NOT NULL"),
        sqlite_where=text("lease IS NULL AND due_at IS NOT NULL"),
    ),
    Index(
        "ix_deliveries_leased",
        "lease_until",
        postgresql_where=text("lease IS NOT NULL"),
        sqlite_where=text("lease IS NOT NULL"),
    ),
    Index(
        "ix_deliveries_open",
        "deadline_at",
        postgresql_where=text("state IN ('scheduled','held','processing')"),
        sqlite_where=text("state IN ('scheduled','held','processing')"),
    ),
    Index(  # of the post, which never changes: it must not make other updates dearer
        "ix_deliveries_missed", "post_id", postgresql_where=text("state = 'missed'"), sqlite_where=text("state = 'missed'")
    ),
    Index(
        "ix_deliveries_resting",
        "state",
        postgresql_where=text("state IN ('held','unconfirmed','processing','publishing','queued')"),
        sqlite_where=text("state IN ('held','unconfirmed','processing','publishing','queued')"),
    ),
)

attempts = Table(
    "attempts",
    metadata,
    Column("delivery_id", Id, ForeignKey("deliveries.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("worker", Text, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("mutation_at", UtcTime),
    Column("outcome", Text),  # the state or step the attempt ended in
    Column("error_kind", Text),
    Column("error_code", Text),
    Column("error_message", Text),
    Column("checkpoints", JSONType, nullable=False),
)

publications = Table(
    "publications",
    metadata,
    Column("id", Id, primary_key=True),
    Column("delivery_id", Id, ForeignKey("deliveries.id"), nullable=False, unique=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("external_id", Text),
    Column("url", Text),
    Column("published_at", UtcTime, nullable=False),
    Column("deleted_at", UtcTime),
    Index("ix_publications_external", "account_id", "external_id"),
    Index("ix_publications_published_at", "published_at"),
)

pauses = Table(
    "pauses",
    metadata,
    Column("scope", Text, primary_key=True),  # all, platform:P, office:C, app:P:ID, account:ID
    Column("kind", Text, nullable=False),  # manual: until somebody resumes; auto: until the time is over
    Column("reason", Text, nullable=False),
    Column("until", UtcTime),
    Column("since", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    CheckConstraint("kind IN ('manual','auto')", name="kind"),
)

workers = Table(
    "workers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("role", Text, nullable=False),
    Column("threads", Integer, nullable=False),
    Column("platforms", JSONType, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)

plugin_switches = Table(
    "plugin_switches",
    metadata,
    Column("plugin", Text, primary_key=True),
    Column("office", Text, primary_key=True),  # an office's code, or * for every office without a row of its own
    Column("enabled", Boolean, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

plugin_settings = Table(
    "plugin_settings",
    metadata,
    Column("plugin", Text, primary_key=True),
    Column("office", Text, ForeignKey("offices.code"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", JSONType),  # null: a secret
    Column("sealed", Text),  # a secret, sealed by gaung.core.secrets
    Column("actor", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

plugin_faults = Table(
    "plugin_faults",
    metadata,
    Column("host", Text, primary_key=True),
    Column("plugin", Text, primary_key=True),
    Column("package", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

installation = Table(
    "installation",
    metadata,
    Column("id", Text, primary_key=True),  # names this installation's queues on a broker that others use too
    Column("created_at", UtcTime, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", Text, primary_key=True),
    Column("xid", BigInteger, nullable=False),
    Column("event_id", Id, nullable=False),
    Column("reading_until", UtcTime),  # one reader at a time
)

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("xid", BigInteger, nullable=False),  # commit order, see store/types.py
    Column("at", UtcTime, nullable=False),
    Column("event", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("office", Text),
    Column("platform", Text),
    Column("post", Id),
    Column("delivery", Id),
    Column("attempt", Integer),
    Column("account", Id),
    Column("publication", Id),
    Column("member", Text),
    Column("data", JSONType, nullable=False),
    Index("ix_events_order", "xid", "id"),
    Index("ix_events_delivery", "delivery"),
    Index("ix_events_post", "post"),
)
