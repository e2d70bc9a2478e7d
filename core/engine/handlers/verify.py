"""Looks up a link that a member handed in: does it refer to one of our publications of that post, and whose is it?"""

from sqlalchemy.engine import Connection

from gaung.core.engine.chore_decisions import said_of
from gaung.core.engine.handlers.look import Look, Tools
from gaung.core.errors import PlatformError
from gaung.core.ledger import claims
from gaung.core.records import Account, Sighting
from gaung.core.store.chores import Ending, Job

_AT_ONCE = 8
"""So many publications are asked for in one go; a post may have thousands."""


def prepare(tools: Tools, job: Job) -> Look | Ending:
    """Ask for the post's publications, the nearest office's first; a claim that was settled meanwhile needs nothing."""
    engine = tools.engine
    with engine.store.read() as conn:
        claim = claims.question(conn, job.subject)
    if claim is None:
        return Ending()
    before, url = list(job.state.get("asked", [])), claim.url
    left = [one for one in claim.ours.publications if one.id not in before]
    asked, more = left[:_AT_ONCE], len(left) > _AT_ONCE
    platform = engine.manager.platform(job.platform)

    def ask(account: Account) -> Sighting | None:
        answers = (engine.manager.verify_reshare(account, publication, url) for publication in asked)
        return next((answer for answer in answers if answer is not None), None)

    def record(conn: Connection, answer: Sighting | None, _requests: int) -> Ending:
        if answer is None and more:
            return Ending(due_in=0.0, state={"asked": before + [one.id for one in asked]})
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
