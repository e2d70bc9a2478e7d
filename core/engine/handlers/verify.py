"""Looks up a link that a member handed in: does it refer to one of our publications of that post, and whose is it?"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from gaung.core.engine.chore_decisions import said_of
from gaung.core.engine.handlers.look import Look, Tools
from gaung.core.errors import PlatformError
from gaung.core.ledger import claims, matching, ours
from gaung.core.records import Account, Publication, Sighting
from gaung.core.store.chores import Ending, Job
from gaung.core.store.ledger_tables import claims as table
from gaung.core.store.registry_tables import assignments, members
from gaung.core.store.tables import accounts, deliveries

_AT_ONCE = 8
"""So many publications are asked for in one go; a post may have thousands."""


def prepare(tools: Tools, job: Job) -> Look | Ending:
    """Ask for the post's publications, the nearest office's first.

    A claim that was settled meanwhile needs nothing; one of a member who took the consent back may not be looked up.
    """
    engine = tools.engine
    with engine.store.read() as conn:
        query = select(table).join(members, members.c.id == table.c.member_id)
        waiting = (table.c.id == job.subject, table.c.state == claims.WAITING, matching.recordable())
        claim = conn.execute(query.where(*waiting)).first()
        if claim is None or claim.url is None:
            return Ending(state={})
        left = _left(conn, job, claim)
    asked, more, url = left[:_AT_ONCE], len(left) > _AT_ONCE, claim.url
    platform = engine.manager.platform(job.platform)

    def ask(account: Account) -> Sighting | None:
        answers = (engine.manager.verify_reshare(account, publication, url) for publication in asked)
        return next((answer for answer in answers if answer is not None), None)

    def record(conn: Connection, answer: Sighting | None, _requests: int) -> Ending:
        if answer is None and more:
            return Ending(due_in=0.0, state={"asked": [*job.state.get("asked", []), *(one.id for one in asked)]})
        if answer is None:
            claims.unproved(conn, job.subject, claims.NOT_OURS)
        else:
            claims.proved(conn, job.subject, platform, answer, verifier=platform.name)
        return Ending(since=job.now, state={})

    def refused(conn: Connection, error: PlatformError) -> Ending:
        claims.unproved(conn, job.subject, f"{platform.title}: {said_of(error, look)[2]}")
        return Ending(state={})

    look = Look(ask=ask, record=record, refused=refused, private=(url,))
    return look


def _left(conn: Connection, job: Job, claim: Any) -> list[Publication]:
    """What was not asked for yet: of the member's own office first, then of the one above, then of the others."""
    found = ours.read(conn, (deliveries.c.post_id == claim.post_id) & (accounts.c.platform == job.platform))
    own = set(conn.execute(select(assignments.c.office).where(assignments.c.member_id == claim.member_id)).scalars())
    offices = {target.publication_id: target.office for target in found.targets.values()}

    def distance(one: Publication) -> tuple[int, int]:
        office = offices[one.id]
        above = any(mine.startswith(f"{office}.") for mine in own)
        return 0 if office in own else 1 if above else 2, one.id

    asked = set(job.state.get("asked", []))
    return sorted((one for one in found.publications if one.id not in asked), key=distance)
