"""Links and captures that members hand in: each makes a reshare of the grade `claimed` at once, and is proved later where a call can.

A claim counts until a person refuses it. `matched` needs a platform's word that the thing behind the link refers to a publication of the
post, and that its author is the account that the member has on record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.engine import Connection

from gaung.core.ledger import matching
from gaung.core.ledger.raising import CAPTURE, LINK, Evidence, chunks, numbers_of, raise_grade
from gaung.core.records import Platform, Sighting
from gaung.core.registry.handles import key_of
from gaung.core.store import events
from gaung.core.store.chores import plan
from gaung.core.store.ledger_tables import chores, claims
from gaung.core.store.locks import ROLLUP, lock
from gaung.core.store.registry_tables import declared_accounts, members
from gaung.core.store.tables import deliveries, publications
from gaung.core.store.types import db_now

WAITING, UNPROVED, MATCHED, ACCEPTED, REFUSED, WITHDRAWN = "waiting", "unproved", "matched", "accepted", "refused", "withdrawn"
PENDING = (WAITING, UNPROVED)
"""What a reviewer is shown."""
NOT_THEIRS = "The author of the link is not the account that the member has on record."
NOT_OURS = "What the link shows does not refer to this post."


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One thing that was handed in, checked. `digests`: of the link under every key, newest first, or the capture's hash alone."""

    post_id: int
    member_id: int
    platform: str
    digests: tuple[str, ...]
    source: str
    """claim, import."""
    url: str | None = field(default=None, repr=False)
    capture: str | None = None
    capture_until: datetime | None = None
    claimed_at: datetime | None = None
    """When the member says it was; None: just now."""
    doubt: str = ""
    """Why no call can prove it; empty: one is worth a try where the platform has one."""
    account_id: int | None = None
    """By whose token a call looks; None: nobody's."""

    @property
    def key(self) -> tuple[int, int, str, str]:
        """What makes it one claim with others."""
        return (self.post_id, self.member_id, self.platform, self.digests[0])

    @property
    def signal(self) -> str:
        """Of the reshare that rests on it."""
        return LINK if self.url is not None else CAPTURE


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a thing handed in; `new` False: it had been handed in before, and nothing changed."""

    id: int
    reshare_id: int | None
    state: str
    why: str
    new: bool


def hand_in(conn: Connection, rows: Sequence[Handed]) -> list[Taken]:
    """Put claims down with their reshares and, where a call may prove them, a chore; answers in the order of `rows`.

    Set-based. Idempotent: the same link of the same member for the same post is one claim for good. Whether members may be recorded of,
    and posts endorsed, is checked before (`gaung.core.services.claims`). Events `claim.received`, `claim.unproved`, `reshare.recorded`.
    """
    if not rows:
        return []
    lock(conn, ROLLUP)  # first, as all who change reshares: two imports of the same file must not wait for each other's rows
    there = _existing(conn, rows)
    fresh = {row.key: row for row in rows if row.key not in there}
    moment = conn.execute(select(db_now())).scalar_one()
    made = _insert(conn, list(fresh.values()), moment)
    raised = raise_grade(conn, [_evidence(row, moment) for row in fresh.values()])
    reshare_of = {key: raised.ids[_evidence(row, moment).key] for key, row in fresh.items()}
    if made:
        pairs = [{"this": made[key], "reshare": number} for key, number in reshare_of.items()]
        conn.execute(update(claims).where(claims.c.id == bindparam("this")).values(reshare_id=bindparam("reshare")), pairs)
    _tell(conn, made, fresh)
    _plan(conn, made, fresh)
    first: set[Any] = set()
    taken = []
    for row in rows:
        new = row.key in made and row.key not in first
        first.add(row.key)
        taken.append(_taken(row, there.get(row.key), made.get(row.key), reshare_of.get(row.key), new))
    return taken


def proved(conn: Connection, claim: int, platform: Platform, sighting: Sighting, *, verifier: str) -> bool:
    """A call answered that the link refers to a publication. Whether the claim is `matched` now, which needs the member's own account.

    A person's decision that came first stands, and of a member who took the consent back nothing is proved. Events `reshare.upgraded`,
    or `claim.unproved`.
    """
    lock(conn, ROLLUP)
    query = select(claims).join(members, members.c.id == claims.c.member_id)
    row = conn.execute(query.where(claims.c.id == claim, claims.c.state == WAITING, matching.recordable())).first()
    if row is None:
        return False
    if not _refers(conn, row, sighting):
        unproved(conn, claim, NOT_OURS)
        return False
    if not _theirs(conn, row.member_id, platform, sighting):
        unproved(conn, claim, NOT_THEIRS)
        return False
    conn.execute(update(claims).where(claims.c.id == claim).values(state=MATCHED, why=""))
    evidence = Evidence(
        post_id=row.post_id, member_id=row.member_id, platform=row.platform, signal=LINK, grade="matched",
        source=row.source, verifier=verifier, link=row.url,
    )  # fmt: skip
    raise_grade(conn, [evidence])
    return True


def unproved(conn: Connection, claim: int, why: str) -> bool:
    """No call proves the claim: it stays `claimed` and waits for a reviewer. `why` names nobody. Event `claim.unproved`."""
    gone = update(claims).where(claims.c.id == claim, claims.c.state == WAITING).values(state=UNPROVED, why=why)
    row = conn.execute(gone.returning(claims.c.post_id, claims.c.member_id, claims.c.platform)).first()
    if row is None:
        return False
    member = numbers_of(conn, [row.member_id])[row.member_id]
    events.emit(conn, "claim.unproved", member=member, post=row.post_id, platform=row.platform, data={"claim": claim, "why": why})
    return True


def plan_again(conn: Connection, claim: int) -> None:
    """Let a claim that waits once more be looked up, too."""
    this = (chores.c.kind == "verify", chores.c.subject == claim)
    conn.execute(update(chores).where(*this).values(due_at=db_now(), tries=0))


def _existing(conn: Connection, rows: Sequence[Handed]) -> dict[tuple[int, int, str, str], Row[Any]]:
    wanted = {(row.post_id, row.member_id, row.platform, digest): row.key for row in rows for digest in row.digests}
    posts = {row.post_id for row in rows}
    found: dict[tuple[int, int, str, str], Row[Any]] = {}
    for some in chunks(sorted({key[3] for key in wanted})):
        for row in conn.execute(select(claims).where(claims.c.post_id.in_(posts), claims.c.evidence.in_(some))):
            key = wanted.get((row.post_id, row.member_id, row.platform, row.evidence))
            if key is not None:
                found[key] = row
    return found


def _insert(conn: Connection, rows: Sequence[Handed], moment: datetime) -> dict[tuple[int, int, str, str], int]:
    if not rows:
        return {}
    actor = conn.info[events.ACTOR]
    values = [
        {"post_id": row.post_id, "member_id": row.member_id, "platform": row.platform, "evidence": row.digests[0], "url": row.url,
         "capture": row.capture, "capture_until": row.capture_until, "claimed_at": row.claimed_at or moment, "handed_at": moment,
         "source": row.source, "actor": actor, "state": UNPROVED if row.doubt else WAITING, "why": row.doubt}
        for row in rows
    ]  # fmt: skip
    made = insert(claims).returning(claims.c.id, claims.c.post_id, claims.c.member_id, claims.c.platform, claims.c.evidence)
    return {(row[1], row[2], row[3], row[4]): int(row[0]) for row in conn.execute(made, values)}


def _evidence(row: Handed, moment: datetime) -> Evidence:
    return Evidence(
        post_id=row.post_id, member_id=row.member_id, platform=row.platform, signal=row.signal, grade="claimed", source=row.source,
        link=row.url, happened=moment,
    )  # fmt: skip


def _tell(conn: Connection, made: Mapping[Any, int], fresh: Mapping[Any, Handed]) -> None:
    numbers = numbers_of(conn, {row.member_id for row in fresh.values()})
    ids = {key: {"member": numbers[row.member_id], "post": row.post_id, "platform": row.platform} for key, row in fresh.items()}
    received = [
        {**ids[key], "data": {"claim": number, "signal": fresh[key].signal, "source": fresh[key].source}} for key, number in made.items()
    ]
    events.emit_many(conn, "claim.received", received)
    doubted = [{**ids[key], "data": {"claim": number, "why": fresh[key].doubt}} for key, number in made.items() if fresh[key].doubt]
    events.emit_many(conn, "claim.unproved", doubted)


def _plan(conn: Connection, made: Mapping[Any, int], fresh: Mapping[Any, Handed]) -> None:
    rows = [
        {"platform": row.platform, "subject": made[key], "account_id": row.account_id}
        for key, row in fresh.items()
        if row.account_id is not None and row.url is not None and not row.doubt
    ]
    plan(conn, "verify", rows)


def _taken(row: Handed, old: Row[Any] | None, made: int | None, reshare: int | None, new: bool) -> Taken:
    if old is not None:
        return Taken(old.id, old.reshare_id, old.state, old.why, new=False)
    assert made is not None
    return Taken(made, reshare, UNPROVED if row.doubt else WAITING, row.doubt, new=new)


def _refers(conn: Connection, claim: Row[Any], sighting: Sighting) -> bool:
    """Whether the sighting names a publication of the claim's post on the claim's platform."""
    query = (
        select(publications.c.id)
        .join(deliveries, deliveries.c.id == publications.c.delivery_id)
        .where(publications.c.external_id == sighting.publication, deliveries.c.post_id == claim.post_id)
        .where(deliveries.c.platform == claim.platform)
    )
    return conn.execute(query.limit(1)).first() is not None


def _theirs(conn: Connection, member_id: int, platform: Platform, sighting: Sighting) -> bool:
    """Whether the author that the platform named is the member's open account; a new id is learned by the way."""
    table = declared_accounts
    query = select(table).where(table.c.member_id == member_id, table.c.platform == platform.name, table.c.ended_at.is_(None))
    account = conn.execute(query).first()
    if account is None:
        return False
    if sighting.author_id is not None and account.external_id is not None:
        return bool(account.external_id == sighting.author_id)
    same = sighting.author is not None and account.handle_key == key_of(platform, sighting.author)
    if same and sighting.author_id is not None:
        conn.execute(update(table).where(table.c.id == account.id).values(external_id=sighting.author_id))
    return same
