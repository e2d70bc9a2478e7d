"""Looks who shared one publication, as far as the platform names anybody."""

from datetime import timedelta
from typing import Any

from sqlalchemy.engine import Connection

from gaung.core.engine.handlers.look import Look, Tools
from gaung.core.ledger import ours, totals
from gaung.core.ledger.recording import record_sightings
from gaung.core.records import Account, Found
from gaung.core.store import schedule
from gaung.core.store.chores import Ending, Job
from gaung.core.store.tables import publications
from gaung.core.store.types import db_now

OVERLAP = timedelta(hours=1)
"""Each look begins so long before the last one: platforms show some things late."""


def prepare(tools: Tools, job: Job) -> Look | Ending:
    """Ask for one publication; one that was deleted is not looked at again."""
    engine, hours = tools.engine, tools.hours
    with engine.store.read() as conn:
        this = publications.c.id == job.subject
        beside = (publications.c.account_id == job.account.id) & (publications.c.published_at > db_now(-schedule.window(hours)))
        found = ours.read(conn, this | beside)
    publication = next((one for one in found.publications if one.id == job.subject), None)
    if publication is None:
        return Ending()
    platform = engine.manager.platform(job.platform)
    after = schedule.next_step(publication.published_at, hours, job.now)
    ahead: dict[str, Any] = {} if after is None else {"step": after[0], "due_at": after[1]}
    since = None if job.since is None else job.since - OVERLAP

    def ask(account: Account) -> Found:
        return engine.manager.find_reshares(account, publication, since)

    def record(conn: Connection, answer: Found, requests: int) -> Ending:
        put = record_sightings(conn, engine.box, platform, found.targets, answer.sightings, source="sweep", verifier=platform.name)
        if answer.total is not None and publication.external_id is not None:
            totals.put(conn, found.targets[publication.external_id], answer.total, job.now)
        told = {"source": "sweep", "seen": put.seen, "matched": put.matched, "unmatched": put.unmatched, "requests": requests}
        return Ending(since=job.now, data=told, **ahead)

    return Look(ask=ask, record=record, passed_over=Ending(**ahead) if ahead else None)
