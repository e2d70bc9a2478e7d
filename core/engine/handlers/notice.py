"""Follows what a platform pushed: who shared which of our publications."""

import json
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from gaung.core.engine.handlers.look import Look, Tools
from gaung.core.errors import PlatformError
from gaung.core.ledger import ours
from gaung.core.ledger.recording import record_sightings
from gaung.core.records import Account, Found, Notice
from gaung.core.store.chores import Ending, Job
from gaung.core.store.ledger_tables import notices
from gaung.core.store.tables import publications
from gaung.core.store.types import db_now

_DAYS = 90
"""So old may a publication be that somebody mentions."""


def prepare(tools: Tools, job: Job) -> Look | Ending:
    """Ask what a kept notice means; one that was followed, or is too old to be kept, needs nothing."""
    engine = tools.engine
    with engine.store.read() as conn:
        payload = conn.execute(select(notices.c.payload).where(notices.c.id == job.subject)).scalar()
        if payload is None:
            return Ending()
        mine = (publications.c.account_id == job.account.id) & (publications.c.published_at > db_now(-_DAYS * 86400))
        found = ours.read(conn, mine)
    notice = read(engine.box.unseal(payload))
    others = tools.recent(job.platform)
    targets = {**others.targets, **found.targets}
    candidates = tuple({one.id: one for one in (*found.publications, *others.publications)}.values())
    platform = engine.manager.platform(job.platform)

    def ask(account: Account) -> Found:
        return engine.manager.follow_notice(account, notice, candidates)

    def record(conn: Connection, answer: Found, _requests: int) -> Ending:
        record_sightings(conn, engine.box, platform, targets, answer.sightings, source="webhook", verifier=platform.name)
        _done(conn, job.subject)
        return Ending(since=job.now)

    def refused(conn: Connection, _error: PlatformError) -> Ending:
        _done(conn, job.subject)
        return Ending()

    return Look(ask=ask, record=record, refused=refused, private=(notice.key, *_texts(notice.payload)))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for inner in value.values() for text in _texts(inner))
    elif isinstance(value, Sequence):
        yield from (text for inner in value for text in _texts(inner))


def kept(notice: Notice) -> dict[str, str]:
    """A notice as it is sealed."""
    told = {"key": notice.key, "account": notice.account, "kind": notice.kind, "refers": notice.refers, "payload": dict(notice.payload)}
    return {"notice": json.dumps(told)}


def read(values: dict[str, str]) -> Notice:
    """What `kept` wrote down."""
    return Notice(**json.loads(values["notice"]))


def _done(conn: Connection, notice: int) -> None:
    conn.execute(update(notices).where(notices.c.id == notice).values(payload=None, done_at=db_now()))
