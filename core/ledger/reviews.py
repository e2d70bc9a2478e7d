"""A person's decision about a claim, and its undoing.

Accepted: the reshare is `reviewed`. Refused: the reshare counts no longer, unless another claim or proof still speaks for it. Undone: what
was before is there again, and what came in between is not lost.
"""

from typing import Any

from sqlalchemy import Row, or_, select, update
from sqlalchemy.engine import Connection

from gaung.core.ledger import claims as handed
from gaung.core.ledger import matching, raising
from gaung.core.ledger.claims import ACCEPTED, MATCHED, PENDING, REFUSED, WAITING, WITHDRAWN
from gaung.core.ledger.raising import Evidence, Standing
from gaung.core.store import events
from gaung.core.store.ledger_tables import claims, reshares
from gaung.core.store.registry_tables import members
from gaung.core.store.types import db_now

_LIVE = (*PENDING, MATCHED, ACCEPTED)


def accept(conn: Connection, claim: Row[Any], number: str) -> None:
    """A person looked and it is true: grade `reviewed`. The caller holds the rollup's lock and has seen that the claim is pending."""
    _decide(conn, claim, ACCEPTED, why="")
    actor = conn.info[events.ACTOR]
    raising.raise_grade(
        conn,
        [
            Evidence(
                post_id=claim.post_id, member_id=claim.member_id, platform=claim.platform, signal=_signal(claim), grade="reviewed",
                source="review", verifier=actor, link=claim.url,
            )
        ],
    )  # fmt: skip
    _tell(conn, claim, number, "accepted")


def refuse(conn: Connection, claim: Row[Any], number: str, why: str) -> None:
    """A person looked and it is not true, or not this post. As `accept`."""
    _decide(conn, claim, REFUSED, why=why)
    if _best_other(conn, claim) is None:
        raising.withdraw(conn, [claim.reshare_id], why=why)
    _tell(conn, claim, number, "refused")


def undo(conn: Connection, claim: Row[Any], number: str) -> None:
    """Take a decision back. The claim is as it was, but for a member who took the consent back, whose pending claims stay withdrawn."""
    before = claim.before
    state = before["state"] if before["state"] not in PENDING or _may_record(conn, claim.member_id) else WITHDRAWN
    why = "" if state == WITHDRAWN else before["why"]
    values = {"state": state, "why": why, "reviewed_by": None, "reviewed_at": None, "before": None}
    conn.execute(update(claims).where(claims.c.id == claim.id).values(**values))
    if state == WAITING:
        handed.plan_again(conn, claim.id)
    raising.put(conn, [_after(conn, claim)], why="undone")
    _tell(conn, claim, number, "undone")


def withdrawn(conn: Connection, reshare: int, why: str) -> None:
    """A person withdrew the reshare: so are the claims it rests on, and no undoing may bring it back."""
    theirs = claims.c.reshare_id == reshare
    conn.execute(update(claims).where(theirs, claims.c.state.in_((*_LIVE, WITHDRAWN))).values(state=WITHDRAWN, why=why))
    conn.execute(update(claims).where(theirs).values(before=None))


def _decide(conn: Connection, claim: Row[Any], state: str, *, why: str) -> None:
    """No link is kept in `before`: it would outlive the consent."""
    row = conn.execute(select(reshares.c.grade, reshares.c.source, reshares.c.verifier).where(reshares.c.id == claim.reshare_id)).one()
    before = {"state": claim.state, "why": claim.why, "grade": row.grade, "source": row.source, "verifier": row.verifier}
    by = {"reviewed_by": conn.info[events.ACTOR], "reviewed_at": db_now()}
    conn.execute(update(claims).where(claims.c.id == claim.id).values(state=state, why=why, before=before, **by))


def _after(conn: Connection, claim: Row[Any]) -> Standing:
    """How the reshare stands once the claim is pending again: at the best grade that its claims give."""
    best = _best_other(conn, claim)
    grade = max(1, _worth(best))
    link = claim.url if best is None or grade == 1 else best.url
    if grade == claim.before["grade"]:
        source, verifier = claim.before["source"], claim.before["verifier"]
    elif best is not None and best.state == ACCEPTED:
        source, verifier = "review", best.reviewed_by
    elif best is not None and best.state == MATCHED:
        source, verifier = best.source, claim.platform
    else:
        source, verifier = claim.source, None
    return Standing(id=claim.reshare_id, grade=raising.name(grade), source=source, verifier=verifier, link=link)


def _best_other(conn: Connection, claim: Row[Any]) -> Row[Any] | None:
    """The strongest other claim for the same reshare; None where none speaks for it."""
    counted = or_(claims.c.state.in_(_LIVE), (claims.c.state == WITHDRAWN) & (claims.c.why == ""))  # the consent went, not the evidence
    same = (claims.c.reshare_id == claim.reshare_id, claims.c.id != claim.id, counted)
    return max(conn.execute(select(claims).where(*same).order_by(claims.c.id)).all(), key=_worth, default=None)


def _worth(claim: Row[Any] | None) -> int:
    """The grade that a claim gives, as it is stored; 0 for none."""
    if claim is None:
        return 0
    return raising.code({ACCEPTED: "reviewed", MATCHED: "matched"}.get(claim.state, "claimed"))


def _may_record(conn: Connection, member: int) -> bool:
    return conn.execute(select(members.c.id).where(members.c.id == member, matching.recordable())).first() is not None


def _signal(claim: Row[Any]) -> str:
    return raising.LINK if claim.capture is None else raising.CAPTURE


def _tell(conn: Connection, claim: Row[Any], number: str, decision: str) -> None:
    ids = {"member": number, "post": claim.post_id, "platform": claim.platform}
    events.emit(conn, "claim.reviewed", **ids, data={"claim": claim.id, "decision": decision})
