"""Tables of the ledger: what platforms showed, what members handed in, and the reshares that rest on it, each with its grade."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, SmallInteger, Table, Text, UniqueConstraint, text

from gaung.core.store.tables import metadata
from gaung.core.store.types import Id, JSONType, UtcTime

GRADES = ("claimed", "clicked", "matched", "reviewed", "observed")
"""Weakest first; a grade is stored as its place in here, from 1."""

_UNMATCHED = text("declared_id IS NULL")
_WAITING = text("state IN ('waiting','unproved')")
_UNLEASED = text("lease IS NULL AND due_at IS NOT NULL")
_LEASED = text("lease IS NOT NULL")
_WHOLE = text("body = '*' AND platform = '*'")

sightings = Table(
    "sightings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("publication_id", Id, ForeignKey("publications.id"), nullable=False),
    Column("post_id", Id, ForeignKey("posts.id"), nullable=False),
    Column("platform", Text, nullable=False),
    Column("signal", Text, nullable=False),
    Column("evidence", Text, nullable=False),  # digest: an address holds a handle
    Column("author", Text),  # digest of the folded handle; see gaung.core.registry.digests
    Column("author_id", Text),  # digest of the platform's id
    Column("link", Text),  # sealed, until a registered account is found for it
    Column("happened_at", UtcTime),  # by the platform
    Column("first_seen_at", UtcTime, nullable=False),
    Column("source", Text, nullable=False),  # sweep, scan, webhook
    Column("declared_id", Id, ForeignKey("declared_accounts.id")),  # whose it is; null: somebody not registered
    UniqueConstraint("publication_id", "signal", "evidence"),
    Index("ix_sightings_author", "platform", "author", postgresql_where=_UNMATCHED, sqlite_where=_UNMATCHED),
    Index("ix_sightings_author_id", "platform", "author_id", postgresql_where=_UNMATCHED, sqlite_where=_UNMATCHED),
    Index("ix_sightings_post_id", "post_id"),
    Index("ix_sightings_declared_id", "declared_id"),
)

reshares = Table(
    "reshares",
    metadata,
    Column("id", Id, primary_key=True),
    Column("post_id", Id, ForeignKey("posts.id"), nullable=False),
    Column("member_id", Id, ForeignKey("members.id"), nullable=False),
    Column("platform", Text, nullable=False),
    Column("signal", Text, nullable=False),  # a platform's signal; `link` or `capture` where it was handed in
    Column("grade", SmallInteger, nullable=False),
    Column("link", Text),  # null once the person is erased
    Column("source", Text, nullable=False),  # sweep, scan, webhook, claim, import, review
    Column("verifier", Text),  # who proved it: a plugin's name, or the person who reviewed
    Column("first_seen_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("withdrawn_at", UtcTime),  # no longer counted, but kept
    Column("withdrawn_why", Text),
    UniqueConstraint("post_id", "member_id", "platform", "signal"),
    CheckConstraint("grade BETWEEN 1 AND 5", name="grade"),
    Index("ix_reshares_member_id", "member_id"),
)

reshare_changes = Table(
    "reshare_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reshare_id", Id, ForeignKey("reshares.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("was", SmallInteger),  # null: it was withdrawn
    Column("grade", SmallInteger),  # null: it is withdrawn
    Column("why", Text, nullable=False),
    Index("ix_reshare_changes_reshare_id", "reshare_id"),
)

claims = Table(
    "claims",
    metadata,
    Column("id", Id, primary_key=True),
    Column("post_id", Id, ForeignKey("posts.id"), nullable=False),
    Column("member_id", Id, ForeignKey("members.id"), nullable=False),
    Column("platform", Text, nullable=False),
    Column("evidence", Text, nullable=False),  # digest of the link, or hash of the capture
    Column("url", Text),  # null: a capture, or the person is erased
    Column("capture", Text),  # SHA-256 of the picture's bytes; the bytes are in the home for a short while
    Column("capture_until", UtcTime),  # when the bytes go; null: there are none (any more)
    Column("claimed_at", UtcTime, nullable=False),  # when the member says it was
    Column("handed_at", UtcTime, nullable=False),
    Column("source", Text, nullable=False),  # claim, import
    Column("actor", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("why", Text, nullable=False, server_default=""),  # for people: what the look or the reviewer said
    Column("reviewed_by", Text),
    Column("reviewed_at", UtcTime),
    Column("before", JSONType),  # what a review changed, for undo
    Column("reshare_id", Id, ForeignKey("reshares.id")),
    UniqueConstraint("post_id", "member_id", "platform", "evidence"),
    CheckConstraint("state IN ('waiting','unproved','matched','accepted','refused','withdrawn')", name="state"),
    Index("ix_claims_waiting", "id", postgresql_where=_WAITING, sqlite_where=_WAITING),
    Index("ix_claims_member_id", "member_id"),
    Index("ix_claims_evidence", "evidence"),  # who else handed the same thing in
    Index("ix_claims_capture_until", "capture_until"),
)

share_totals = Table(
    "share_totals",
    metadata,
    Column("publication_id", Id, ForeignKey("publications.id"), primary_key=True),
    Column("post_id", Id, ForeignKey("posts.id"), nullable=False),
    Column("platform", Text, nullable=False),
    Column("total", Integer, nullable=False),  # the platform's own count; publications without a row have none
    Column("as_of", UtcTime, nullable=False),
    Index("ix_share_totals_post_id", "post_id"),
)

coverage = Table(
    "coverage",
    metadata,
    Column("post_id", Id, ForeignKey("posts.id"), primary_key=True),
    Column("area", Text, primary_key=True),  # at any level
    Column("body", Text, primary_key=True),  # * : all
    Column("platform", Text, primary_key=True),  # * : all
    *(Column(grade, Integer, nullable=False, server_default="0") for grade in GRADES),  # members whose best grade it is
    # Most reports want all bodies and platforms together: one cell in thirty, which lie side by side here.
    Index("ix_coverage_whole", "post_id", "area", postgresql_where=_WHOLE, sqlite_where=_WHOLE, postgresql_include=GRADES),
)

chores = Table(
    "chores",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),  # sweep, scan, verify, notice, measure
    Column("platform", Text, nullable=False),
    Column("subject", Id, nullable=False),  # publication, account, claim, notice
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),  # by whose token
    Column("step", Integer, nullable=False, server_default="0"),
    Column("state", JSONType, nullable=False),  # where the next run goes on
    Column("due_at", UtcTime),  # null: never again by itself
    Column("since", UtcTime),  # when it last ran to its end
    Column("tries", Integer, nullable=False, server_default="0"),  # failures in a row
    Column("lease", Text),
    Column("lease_until", UtcTime),
    Column("error_kind", Text),
    Column("error_code", Text),
    Column("error_message", Text),
    Column("updated_at", UtcTime, nullable=False),
    UniqueConstraint("kind", "subject"),
    CheckConstraint("kind IN ('sweep','scan','verify','notice','measure')", name="kind"),
    Index("ix_chores_due", "platform", "due_at", postgresql_where=_UNLEASED, sqlite_where=_UNLEASED),
    Index("ix_chores_leased", "lease_until", postgresql_where=_LEASED, sqlite_where=_LEASED),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("key", Text, nullable=False),  # digest
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload", Text),  # sealed; null once it was followed
    Column("received_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
    UniqueConstraint("platform", "key"),
    Index("ix_notices_received_at", "received_at"),
)

spent_requests = Table(
    "spent_requests",
    metadata,
    Column("scope", Text, primary_key=True),  # app:P:ID
    Column("day", Text, primary_key=True),  # UTC
    Column("requests", Integer, nullable=False),  # by chores; publishing is never counted against them
)

drives = Table(
    "drives",
    metadata,
    Column("id", Id, primary_key=True),
    Column("post_id", Id, ForeignKey("posts.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("bodies", JSONType, nullable=False),  # [] : all
    Column("areas", JSONType, nullable=False),  # codes; each with all below it
    Column("captions", JSONType, nullable=False),
    Column("windows", Integer, nullable=False),  # how many, from opens_at to deadline_at
    Column("target", Integer, nullable=False),  # percent of members in term on the post's day
    Column("opens_at", UtcTime, nullable=False),
    Column("deadline_at", UtcTime, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    Index("ix_drives_post_id", "post_id"),
)
