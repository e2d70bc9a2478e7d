"""Asks for the numbers of one account and its publications: one question a run, the account's own first, then those longest due."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection

from gaung.core.engine.chore_decisions import LATE_BACKOFF, OFTEN
from gaung.core.engine.decisions import words
from gaung.core.engine.handlers import measure_batches as batches
from gaung.core.engine.handlers.look import Look, Tools
from gaung.core.errors import PlatformError, Unsupported
from gaung.core.ledger import ours
from gaung.core.ledger.ours import Ours
from gaung.core.records import Account, Measure, Measured, Platform
from gaung.core.store import events, measures
from gaung.core.store.chores import Ending, Job
from gaung.core.store.tables import publications

_STILL = "still"
REFUSED = "refused"
ASKED = "asked"
"""State keys: how many looks in a row changed nothing, by publication; until when a question that was refused is not asked (by question);
and since when a person wants an answer (by question), whatever the schedule says."""
_A_WEEK = int(7 * 24 * 3600 / LATE_BACKOFF)
"""Late tries: an even number, so that tries go on taking turns when their count begins anew, which is told."""
_REFUSED_FOR = 7
"""Rights are granted and apps reviewed some day: a refused question is asked again after so many times `account_hours`."""


def prepare(tools: Tools, job: Job) -> Look | Ending:
    """The next question that is due, or when there will be one."""
    engine = tools.engine
    settings, platform = engine.settings.measuring, engine.manager.platform(job.platform)
    refused = _refused(job)
    with engine.store.read() as conn:
        own = "account" not in refused and _declares(platform, "account") and _account_due(conn, tools, job)
        if own and not job.tries % 2:  # every other try begins with the other question: what always fails keeps nothing back
            return _of_account(tools, job, platform)
        together = min(platform.capabilities.measures_together, settings.batch)
        if "publications" not in refused and together and _declares(platform, "publication"):
            due = measures.due(
                conn, job.account.id, settings.publication_hours, job.state.get(_STILL, {}), job.now, wanted=_wanted(job, "publications")
            )
            found = ours.read(conn, publications.c.id.in_(batches.choose(job.state, due, together))) if due else Ours()
            if found.publications:
                return _of_publications(tools, job, platform, found)
        if own:
            return _of_account(tools, job, platform)
        return Ending(due_at=_next(conn, tools, job, platform, refused), since=job.now, state=_at_rest(conn, tools, job))


def _later(job: Job) -> Ending:
    """After so many failures in a row it is tried a few times a day until it works again: an outage ends no series."""
    return Ending(due_in=LATE_BACKOFF, tries=OFTEN - 1 + (job.tries - OFTEN + 2) % _A_WEEK)


def _at_rest(conn: Connection, tools: Tools, job: Job) -> dict[str, Any]:
    """The state when nothing is due, without publications that will never be asked about again: it must not grow for years."""
    kept = measures.recent(conn, job.account.id, tools.engine.settings.measuring.publication_hours, job.now)
    still = {key: looks for key, looks in job.state.get(_STILL, {}).items() if int(key) in kept}
    return {**batches.rested(job.state, kept), _STILL: still}


def _account_due(conn: Connection, tools: Tools, job: Job) -> bool:
    asked = measures.account_taken(conn, job.account.id)
    whole = timedelta(hours=tools.engine.settings.measuring.account_hours)
    return asked is None or job.now - asked >= whole or asked < _wanted(job, "account")


def _refused(job: Job) -> dict[str, datetime]:
    """Questions that are not asked yet, and until when."""
    until = {question: datetime.fromisoformat(said) for question, said in job.state.get(REFUSED, {}).items()}
    return {question: moment for question, moment in until.items() if moment > job.now}


def _wanted(job: Job, question: str) -> datetime:
    """Since when a person wants an answer to a question."""
    said = job.state.get(ASKED, {}).get(question)
    return datetime.fromisoformat(said) if said else _LONG_AGO


_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def _declares(platform: Platform, of: str) -> bool:
    return any(metric.of == of for metric in platform.metrics)


def _next(conn: Connection, tools: Tools, job: Job, platform: Platform, refused: Mapping[str, datetime]) -> datetime:
    settings = tools.engine.settings.measuring
    whole = timedelta(hours=settings.account_hours)
    asked = measures.account_taken(conn, job.account.id) if "account" not in refused else None
    ahead = [(asked or job.now) + whole, *refused.values()]
    step = measures.next_step(conn, job.account.id, settings.publication_hours, job.now)
    if step is not None and "publications" not in refused and platform.capabilities.measures_together:
        ahead.append(step)
    return max(min(ahead), job.now + timedelta(seconds=1))


def _of_account(tools: Tools, job: Job, platform: Platform) -> Look:
    manager = tools.engine.manager

    def ask(account: Account) -> Measured:
        return manager.measure_account(account)

    def record(conn: Connection, answer: Measured, requests: int) -> Ending:
        told = [measure for measure in answer.measures if measure.publication is None]
        rows = [_row(job, platform, measure) for measure in told or [_nothing(job, platform, "account")]]
        measures.put(conn, rows, actor=conn.info[events.ACTOR])
        _tell(conn, "account.measured", job, answer, requests)
        return Ending(due_in=0.0, since=job.now)

    return Look(ask=ask, record=record, refused=_refusing(tools, job, "account"), passed_over=_later(job))


def _of_publications(tools: Tools, job: Job, platform: Platform, found: Ours) -> Look:
    manager = tools.engine.manager

    def ask(account: Account) -> Measured:
        return manager.measure_publications(account, found.publications)

    def record(conn: Connection, answer: Measured, requests: int) -> Ending:
        known = {measure.publication for measure in answer.measures}
        told = [measure for measure in answer.measures if measure.publication in found.targets]
        rows = [_row(job, platform, one, found) for one in told]
        rows += [_missing(job, platform, found, external) for external in found.targets if external not in known]
        before = measures.values_of(conn, [target.publication_id for target in found.targets.values()])
        measures.put(conn, rows, actor=conn.info[events.ACTOR])
        _tell(conn, "publication.measured", job, answer, requests, publications=len(found.targets))
        state = batches.answered(job.state, [target.publication_id for target in found.targets.values()])
        return Ending(due_in=0.0, since=job.now, state={**state, _STILL: _still(job, rows, before)})

    def smaller(parts: int, of: int) -> dict[str, Any] | None:
        return batches.fitting(job.state, len(found.targets), parts, of)

    return Look(ask=ask, record=record, refused=_refusing_some(tools, job, platform, found), passed_over=_later(job), smaller=smaller)


def _refusing_some(tools: Tools, job: Job, platform: Platform, found: Ours) -> Callable[..., Ending]:
    """One publication that the platform refuses to tell of costs no other its numbers; see `measure_batches`."""
    whole = _refusing(tools, job, "publications")

    def refused(conn: Connection, error: PlatformError) -> Ending:
        if isinstance(error, Unsupported):
            return whole(conn, error)
        state, over = batches.refused(job.state, [target.publication_id for target in found.targets.values()])
        if over:
            return whole(conn, error, state)
        if len(found.targets) == 1:
            why = f"the platform refuses to tell: {': '.join(filter(None, words(error)[1:]))}"
            rows = [_missing(job, platform, found, external, why) for external in found.targets]
            measures.put(conn, rows, actor=conn.info[events.ACTOR])
            events.emit(conn, "publication.measured", data={"measures": 0, "unavailable": 1, "publications": 1}, **job.ids)
        return Ending(due_in=0.0, state=state, error=words(error))

    return refused


def _refusing(tools: Tools, job: Job, question: str) -> Callable[..., Ending]:
    """A platform that cannot or will not tell one thing is still asked for the other, and for this one after a while."""
    until = job.now + timedelta(hours=tools.engine.settings.measuring.account_hours) * _REFUSED_FOR

    def refused(conn: Connection, error: PlatformError, state: Mapping[str, Any] = job.state) -> Ending:
        state = {**state, REFUSED: {**state.get(REFUSED, {}), question: until.isoformat()}}
        said = dict(zip(("kind", "code", "message"), words(error), strict=True))
        told = {"source": "measure", "error": said, "rests": False, "next_in": (until - job.now).total_seconds()}
        events.emit(conn, "sweep.failed", data=told, **job.ids)
        return Ending(due_in=0.0, state=state, error=words(error))

    return refused


def _row(job: Job, platform: Platform, measure: Measure, found: Ours | None = None) -> dict[str, Any]:
    of = "account" if measure.publication is None else "publication"
    metric = next((one for one in platform.metrics if (one.name, one.of) == (measure.name, of)), None)
    target = found.targets[measure.publication] if found is not None and measure.publication is not None else None
    return {
        "office": job.account.office,
        "platform": job.platform,
        "handle": job.account.handle,
        "account_id": job.account.id,
        "publication": target.publication_id if target else 0,
        "post_id": target.post_id if target else None,
        "name": measure.name,
        "value": measure.value,
        "as_of": measure.as_of,
        "definition": metric.version if metric else "",
        "exact": metric.exact if metric else True,
        "source": measures.API,
        "why": measure.why,
    }


def _missing(job: Job, platform: Platform, found: Ours, external: str, why: str = "") -> dict[str, Any]:
    """A publication that the answer leaves out: asked for, and nothing told; without a mark it would be asked for again at once."""
    target = found.targets[external]
    mark = _nothing(job, platform, "publication")
    row = {"publication": target.publication_id, "post_id": target.post_id, "name": mark.name, "value": None, "as_of": mark.as_of}
    who = {"office": job.account.office, "platform": job.platform, "handle": job.account.handle, "account_id": job.account.id}
    return {**who, **row, "definition": "", "exact": True, "source": measures.API, "why": why or mark.why}


def _nothing(job: Job, platform: Platform, of: str) -> Measure:
    name = next(metric.name for metric in platform.metrics if metric.of == of)
    return Measure(name=name, value=None, as_of=job.now, why="the platform told nothing of it")


def _still(job: Job, rows: list[dict[str, Any]], before: Mapping[int, Mapping[str, float | None]]) -> dict[str, int]:
    now: dict[int, dict[str, float | None]] = {}
    for row in rows:
        now.setdefault(row["publication"], {})[row["name"]] = row["value"]
    still = dict(job.state.get(_STILL, {}))
    for publication, values in now.items():
        same = publication in before and all(before[publication].get(name) == value for name, value in values.items())
        still[str(publication)] = still.get(str(publication), 0) + 1 if same else 0
    return still


def _tell(conn: Connection, name: str, job: Job, answer: Measured, requests: int, **more: int) -> None:
    missing = sum(measure.value is None for measure in answer.measures)
    data = {"measures": len(answer.measures) - missing, "unavailable": missing, "requests": requests, **more}
    events.emit(conn, name, data=data, **job.ids)
