"""Removes what names a person, and keeps what only counts: rows stay, so that every number stays exact.

All of it works on many members at once and may be run again: what was killed half-way is simply done anew. The bytes of captures
go before the transaction ends, so that none can be left on a disk with nobody knowing of it.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from gaung.core.registry import state
from gaung.core.store import events
from gaung.core.store.ledger_tables import chores, claims, reshare_changes, reshares, sightings
from gaung.core.store.locks import ROLLUP, lock
from gaung.core.store.registry_tables import assignments, consents, declared_accounts, member_follows, members
from gaung.core.store.types import db_now

_PENDING = ("waiting", "unproved")

Forget = Callable[[Iterable[str]], None]
"""Deletes the bytes of captures, named by their SHA-256; one that is not there is no error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """What came to its end: accounts, links of evidence, claims that nobody had proved or reviewed, captures."""

    accounts: int
    links: int
    claims: int
    captures: int


def stop(conn: Connection, ids: Collection[int], *, why: str, forget: Forget) -> Stopped:
    """Stop all processing for these members: accounts end, links and captures go, pending claims are withdrawn.

    Evidence recorded before stays counted. `why`: `withdrawn`, `erased`.
    """
    stopped = _stop(conn, ids, why, forget)
    if stopped.accounts:
        state.touched(conn)
    return stopped


def _stop(conn: Connection, ids: Collection[int], why: str, forget: Forget) -> Stopped:
    lock(conn, ROLLUP)  # first, as who records reshares does: else two of us could wait for each other's rows
    open_ = (declared_accounts.c.member_id.in_(ids), declared_accounts.c.ended_at.is_(None))
    accounts = conn.execute(update(declared_accounts).where(*open_).values(ended_at=db_now(), ended_why=why)).rowcount
    conn.execute(delete(member_follows).where(member_follows.c.member_id.in_(ids)))
    captures = _forget_captures(conn, ids, forget)
    pending = _withdraw_claims(conn, ids)
    return Stopped(accounts=accounts, links=_unlink(conn, ids), claims=pending, captures=captures)


def erase(conn: Connection, ids: Collection[int], *, why: str, forget: Forget) -> list[str]:
    """Remove all that names these members; answers the numbers of those who were there. `why`: `request`, `retention`.

    Erasing twice changes nothing, except that it takes away what somebody put down in between. Emits `member.erased`.
    """
    lock(conn, ROLLUP)
    locked = select(members.c.id, members.c.number, members.c.erased_at).where(members.c.id.in_(ids)).order_by(members.c.id)
    rows = conn.execute(locked.with_for_update(key_share=True)).all()
    found = [row.id for row in rows]
    stopped = _stop(conn, found, "erased", forget)
    _forget_accounts(conn, found)
    no_words = {"url": None, "capture": None, "capture_until": None, "why": "", "before": None}
    conn.execute(update(claims).where(claims.c.member_id.in_(found)).values(**no_words))
    _forget_reasons(conn, found)
    closed = update(consents).where(consents.c.member_id.in_(found), consents.c.withdrawn_at.is_(None))
    conn.execute(closed.values(withdrawn_at=db_now(), withdrawn_by=conn.info[events.ACTOR]))
    gone = {"name": None, "contact": None, "reason": None, "reason_at": None, "updated_at": db_now()}
    conn.execute(update(members).where(members.c.id.in_(found)).values(**gone))
    fresh = [row for row in rows if row.erased_at is None]
    first = update(members).where(members.c.id.in_([row.id for row in fresh]))
    conn.execute(first.values(erased_at=db_now(), erased_why=why))
    offices = office_of(conn, [row.id for row in fresh])
    told = [{"member": row.number, "office": offices.get(row.id), "data": {"why": why}} for row in fresh]
    events.emit_many(conn, "member.erased", told)
    if stopped.accounts:
        state.touched(conn)
    return [row.number for row in fresh]


def office_of(conn: Connection, ids: Collection[int]) -> dict[int, str]:
    """The office that appointed each member last: it finds the events of its own members by that."""
    query = select(assignments.c.member_id, assignments.c.office).where(assignments.c.member_id.in_(ids))
    return {row.member_id: row.office for row in conn.execute(query.order_by(assignments.c.term_start, assignments.c.id))}


def _unlink(conn: Connection, ids: Collection[int]) -> int:
    theirs = select(declared_accounts.c.id).where(declared_accounts.c.member_id.in_(ids)).scalar_subquery()
    seen = (sightings.c.declared_id.in_(theirs), sightings.c.link.is_not(None))
    conn.execute(update(sightings).where(*seen).values(link=None))
    links = conn.execute(update(reshares).where(reshares.c.member_id.in_(ids), reshares.c.link.is_not(None)).values(link=None)).rowcount
    return links + conn.execute(update(claims).where(claims.c.member_id.in_(ids), claims.c.url.is_not(None)).values(url=None)).rowcount


def _withdraw_claims(conn: Connection, ids: Collection[int]) -> int:
    """Their reshares stay as they are: the member said so before, and it counts as that."""
    pending = update(claims).where(claims.c.member_id.in_(ids), claims.c.state.in_(_PENDING)).values(state="withdrawn", why="")
    numbers = list(conn.execute(pending.returning(claims.c.id)).scalars())
    for start in range(0, len(numbers), 500):
        several = numbers[start : start + 500]
        conn.execute(delete(chores).where(chores.c.kind == "verify", chores.c.subject.in_(several)))
    return len(numbers)


def _forget_captures(conn: Connection, ids: Collection[int], forget: Forget) -> int:
    held = select(claims.c.capture).where(claims.c.member_id.in_(ids), claims.c.capture_until.is_not(None)).distinct()
    theirs = list(conn.execute(held).scalars())
    if not theirs:
        return 0
    others = (claims.c.member_id.not_in(ids), claims.c.capture_until.is_not(None))
    shared = select(claims.c.capture).where(claims.c.capture.in_(theirs), *others)
    kept = set(conn.execute(shared).scalars())
    gone = [name for name in theirs if name not in kept]
    forget(gone)
    conn.execute(update(claims).where(claims.c.member_id.in_(ids)).values(capture_until=None))
    return len(gone)


def _forget_reasons(conn: Connection, ids: Collection[int]) -> None:
    """Why a person withdrew or refused something: free words, which should name nobody, and may."""
    theirs = select(reshares.c.id).where(reshares.c.member_id.in_(ids)).scalar_subquery()
    withdrawn = (reshares.c.member_id.in_(ids), reshares.c.withdrawn_why.is_not(None))
    conn.execute(update(reshares).where(*withdrawn).values(withdrawn_why=""))
    noted = (reshare_changes.c.reshare_id.in_(theirs), reshare_changes.c.grade.is_(None))
    conn.execute(update(reshare_changes).where(*noted).values(why=""))


def _forget_accounts(conn: Connection, ids: Collection[int]) -> None:
    theirs = select(declared_accounts.c.id).where(declared_accounts.c.member_id.in_(ids)).scalar_subquery()
    conn.execute(update(sightings).where(sightings.c.declared_id.in_(theirs)).values(author=None, author_id=None, link=None))
    nothing = {"handle": None, "handle_key": None, "external_id": None}
    conn.execute(update(declared_accounts).where(declared_accounts.c.member_id.in_(ids)).values(**nothing))
