"""Tables of measures, alerts, evaluation, turnout and totals."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Float, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from gaung.core.store.tables import metadata
from gaung.core.store.types import Id, JSONType, UtcTime

_OVER = text("resolved_at IS NULL")

measures = Table(
    "measures",
    metadata,
    Column("id", Id, primary_key=True),
    Column("office", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("handle", Text, nullable=False),  # an office's or a body's, never a member's
    Column("account_id", Id, ForeignKey("accounts.id")),  # null: kept by hand, of a profile that no API reads for us
    Column("publication", Id, nullable=False, server_default="0"),  # 0: of the account itself
    Column("post_id", Id, ForeignKey("posts.id")),
    Column("name", Text, nullable=False),
    Column("value", Float),  # null: not available
    Column("as_of", UtcTime, nullable=False),
    Column("definition", Text, nullable=False),  # version of the metric's definition
    Column("exact", Boolean, nullable=False),  # false: rounded by the platform, or approximate
    Column("source", Text, nullable=False),  # api, or what a person wrote
    Column("why", Text, nullable=False, server_default=""),
    Column("actor", Text, nullable=False),
    Column("taken_at", UtcTime, nullable=False),
    UniqueConstraint("platform", "office", "handle", "publication", "name", "as_of"),
    Index("ix_measures_account", "account_id", "name", "as_of"),
    Index("ix_measures_publication", "publication", "name", "as_of"),
    Index("ix_measures_post_id", "post_id"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column(
        "kind", Text, nullable=False
    ),  # silent, followers_fell, needs_reauth, token_ends, quota, coverage_behind, missed, observer_behind
    Column("key", Text, nullable=False),  # of what: an office, an account, a drive, an app
    Column("office", Text),
    Column("platform", Text),
    Column("account_id", Id, ForeignKey("accounts.id")),
    Column("post_id", Id, ForeignKey("posts.id")),
    Column("data", JSONType, nullable=False),
    Column("raised_at", UtcTime, nullable=False),
    Column("resolved_at", UtcTime),
    Index("uq_alerts_open", "kind", "key", unique=True, postgresql_where=_OVER, sqlite_where=_OVER),
    Index("ix_alerts_raised_at", "raised_at"),
)

elections = Table(
    "elections",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("day", Date, nullable=False),
    Column("target", Float),  # percent
    Column("actor", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

turnout_results = Table(
    "turnout_results",
    metadata,
    Column("id", Id, primary_key=True),
    Column("election_id", Id, ForeignKey("elections.id"), nullable=False),
    Column("area", Text, nullable=False),
    Column("contest", Text, nullable=False),  # presiden, gubernur, bupati, ...
    Column("voted", Integer, nullable=False),
    Column("voters", Integer, nullable=False),
    Column("denominator", Text, nullable=False),  # DPT, DPT+DPTb+DPK
    Column("source", Text, nullable=False),
    Column("source_day", Date),
    Column("actor", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("election_id", "area", "contest", "source"),
    CheckConstraint("voted >= 0 AND voters > 0 AND voted <= voters", name="numbers"),
)

evaluation_steps = Table(
    "evaluation_steps",
    metadata,
    Column("id", Id, primary_key=True),
    Column("office", Text, ForeignKey("offices.code"), nullable=False),
    Column("finding", Text, nullable=False, server_default=""),
    Column("step", Text, nullable=False),
    Column("owner", Text, nullable=False),  # a function or division, not a private person
    Column("due", Date, nullable=False),
    Column("result", Text),
    Column("done_on", Date),
    Column("actor", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index("ix_evaluation_steps_office", "office"),
)

trainings = Table(
    "trainings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("title", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("place", Text, nullable=False, server_default=""),
    Column("offices", JSONType, nullable=False),  # [] : all
    Column("actor", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

totals = Table(
    "totals",
    metadata,
    Column("name", Text, primary_key=True),  # events, attempts, lateness, seconds_late
    Column("platform", Text, primary_key=True),  # empty: of none
    Column("key", Text, primary_key=True),
    Column("value", Float, nullable=False),  # only grows
)
