"""Looks at the registered accounts that one office's account looks after, a batch at a time, for publications of the last days.

A round goes through all of them; the next one begins when some publication reaches the next step of the schedule.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from gaung.core.engine.handlers.look import Look, Tools
from gaung.core.engine.handlers.sweep import OVERLAP
from gaung.core.ledger.recording import Recorded, record_sightings
from gaung.core.records import Account, Found, Profile
from gaung.core.registry import looked_at
from gaung.core.registry.looked_at import Registered
from gaung.core.store import schedule
from gaung.core.store.chores import Ending, Job
from gaung.core.store.types import day_of

_LEAST_POLL, _LONGEST_POLL = 5.0, 3600.0
_COUNTS = ("accounts", "seen", "matched", "unmatched", "requests")


def prepare(tools: Tools, job: Job) -> Look | Ending:
    """Ask for the next batch; without anything to look for, or anybody to look at, the round is over."""
    engine, ours = tools.engine, tools.recent(job.platform)
    begun = datetime.fromisoformat(job.state["round"]) if "round" in job.state else job.now
    size = min(engine.settings.endorsement.batch, job.state.get("batch", engine.settings.endorsement.batch))
    with engine.store.read() as conn:
        batch = _batch(conn, tools, job, size) if ours.publications else []
        if not batch:
            return _over(conn, tools, job, begun, job.state)
    platform = engine.manager.platform(job.platform)
    since = None if job.since is None else job.since - OVERLAP
    older = [one.profile for one in batch if since is not None and one.declared_at <= since]
    newer = [one.profile for one in batch if one.profile not in older]
    going = {**job.state, "round": begun.isoformat(), "cursor": batch[-1].profile.id}

    def ask(account: Account) -> list[Found]:
        """Accounts registered since the last round are looked at for everything."""
        asked: list[tuple[Sequence[Profile], datetime | None]] = [(older, since), (newer, None)]
        return [engine.manager.scan_profiles(account, some, ours.publications, from_) for some, from_ in asked if some]

    def record(conn: Connection, answers: list[Found], requests: int) -> Ending:
        seen = [sighting for answer in answers for sighting in answer.sightings]
        put = record_sightings(conn, engine.box, platform, ours.targets, seen, source="scan", verifier=platform.name)
        state = _counted(going, put, len(batch), requests)
        if len(batch) == size:
            return Ending(due_in=0.0, state=state)
        return _over(conn, tools, job, begun, state)

    names = (name for one in batch for name in (one.profile.handle, one.profile.external_id) if name)

    def smaller(parts: int, of: int) -> dict[str, Any] | None:
        fits = len(batch) * parts // of
        return {**job.state, "batch": fits} if fits else None

    passed_over = Ending(due_in=0.0, state=going)
    return Look(ask=ask, record=record, passed_over=passed_over, smaller=smaller, private=tuple(names))


def _batch(conn: Connection, tools: Tools, job: Job, size: int) -> list[Registered]:
    days = schedule.window(tools.hours) / 86400
    cursor = job.state.get("cursor", 0)
    return looked_at.next_batch(conn, job.account.id, job.platform, after=cursor, limit=size, day=day_of(job.now), days=days)


def _counted(state: Mapping[str, Any], put: Recorded, accounts: int, requests: int) -> dict[str, Any]:
    new = {"accounts": accounts, "seen": put.seen, "matched": put.matched, "unmatched": put.unmatched, "requests": requests}
    return {**state, **{key: state.get(key, 0) + value for key, value in new.items()}}


def _over(conn: Connection, tools: Tools, job: Job, begun: datetime, state: Mapping[str, Any]) -> Ending:
    """The round is over. Where no publication is ahead, look again for new ones now and then: that asks no platform."""
    told = {"source": "scan", **{key: state.get(key, 0) for key in _COUNTS}} if state.get("accounts") else {}
    due = schedule.next_round(conn, job.platform, tools.hours, begun)
    ending: dict[str, Any] = {"state": {}, "since": begun, "data": told}
    if due is not None:
        return Ending(due_at=due, **ending)
    poll = min(_LONGEST_POLL, max(_LEAST_POLL, tools.hours[0] * 3600))
    return Ending(due_in=poll * random.uniform(0.9, 1.1), **ending)  # noqa: S311 - no secret
