"""Runs chores: one look at a platform that changes nothing there, from a claimed lease to a committed answer."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy.engine import Connection

from gaung.core import fence, http, pacing, steady
from gaung.core.engine import chore_decisions as decide
from gaung.core.engine.attempt import LeaseFence
from gaung.core.engine.budget import Budget
from gaung.core.engine.commits import Commits
from gaung.core.engine.context import Engine
from gaung.core.engine.decisions import pause_seconds
from gaung.core.engine.frames import where
from gaung.core.engine.handlers import measure, notice, scan, sweep, verify
from gaung.core.engine.handlers.look import Look, Tools
from gaung.core.engine.leases import Keeper
from gaung.core.engine.refresh import Refresher
from gaung.core.errors import AuthExpired, AuthRevoked, LeaseLost, PlatformError, RateLimited, Scope, StopWork
from gaung.core.store import chores, credentials, events, pauses
from gaung.core.store.chores import Ending, Job
from gaung.core.store.db import first_line, gone

_log = logging.getLogger("gaung.chores")
Prepare = Callable[[Tools, Job], Look | Ending]
HANDLERS: Mapping[str, Prepare] = {
    "sweep": sweep.prepare,
    "scan": scan.prepare,
    "verify": verify.prepare,
    "notice": notice.prepare,
    "measure": measure.prepare,
}


@dataclass(slots=True)
class Errand:
    """A chore in the hands of one thread."""

    job: Job
    fence: LeaseFence
    budget: Budget
    account: Row[Any]
    look: Look | None = None


class Chores:
    """Runs claimed chores; shared by all threads of a process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._store = engine.store
        self._lease = engine.settings.engine.lease
        self._tools = Tools(engine)
        stored = {"refreshed": lambda conn, items: {item[0]: credentials.store_refreshed(conn, *item) for item in items}}
        self._commits = Commits(engine.store, stored)
        self._refresher = Refresher(engine, self._commits)
        self._keeper = Keeper(engine.store, self._lease, chores.renew)

    def close(self) -> None:
        """Stop renewing and commit what is left."""
        self._keeper.close()
        self._commits.close()

    def run(self, chore: int, lease: str) -> None:
        """Work on a chore if the claim is still current; otherwise do nothing. Never raises: the lease runs out, and it is due again."""
        asked = steady.seconds()
        try:
            with self._store.write() as conn:
                job = chores.start(conn, (chore, lease), lease=self._lease)
            if job is None:
                return
            errand = Errand(job, LeaseFence(job.id, asked + self._lease, of="chore"), self._budget(job), job.account)
            self._keeper.watch(errand)
            try:
                self._work(errand)
            finally:
                self._keeper.forget(errand)
        except LeaseLost as lost:
            _log.info("stopped: %s", lost)
        except Exception as error:  # noqa: BLE001, a message that raises would be lost with a traceback full of links
            if gone(error):
                _log.warning("chore %s waits for its lease to run out, the database is away: %s", chore, first_line(error))
            else:
                _log.error("chore %s could not be written down: %s\n%s", chore, type(error).__name__, where(error))

    def _budget(self, job: Job) -> Budget:
        limit = self._engine.platform_settings(job.platform, job.account.office).get(_SHARES.get(job.kind, "sweep_requests"))
        share = _app(job.account) if job.kind not in _SHARES else f"{job.kind}:{_app(job.account)}"
        return Budget(self._store, share, None if limit is None else int(limit), job.now)

    def _work(self, errand: Errand) -> None:
        if errand.job.blocked:  # since the claim; the next one waits until it may
            self._end(errand, lambda _conn: Ending(due_in=0.0, tries=errand.job.tries))
            return
        try:
            prepared = HANDLERS[errand.job.kind](self._tools, errand.job)
            if isinstance(prepared, Ending):
                self._end(errand, lambda _conn: prepared)
                return
            errand.look = prepared
            answer = self._ask(errand, prepared)
            self._end(errand, lambda conn: prepared.record(conn, answer, errand.budget.sent))
        except LeaseLost:
            raise
        except Exception as error:
            if gone(error):
                raise
            self._failed(errand, error)

    def _ask(self, errand: Errand, look: Look) -> Any:
        """Ask; after `AuthExpired` once more with a fresh token, which alone may change something."""
        try:
            return self._called(errand, look)
        except AuthExpired:
            errand.fence.check()
            errand.account, _ = self._refresher.fresh(errand.account)
            return self._called(errand, look)

    def _called(self, errand: Errand, look: Look) -> Any:
        account = self._engine.account(errand.account)
        with pacing.collect() as reports:
            try:
                with fence.raised(errand.fence), fence.reading(), http.spending(errand.budget.spend):
                    return look.ask(account)
            finally:
                for report in reports:
                    self._pause(errand, report.scope, report.retry_after, report.reason)

    def _failed(self, errand: Errand, error: Exception) -> None:
        if isinstance(error, AuthExpired | AuthRevoked):
            _, code, message = decide.said_of(error, errand.look)
            with self._store.write() as conn:
                credentials.flag(conn, errand.account.id, errand.account.credentials_version, code=code, message=message)
        elif isinstance(error, RateLimited):
            self._pause(errand, error.scope, pause_seconds(error), decide.said_of(error, errand.look)[2])
        elif not isinstance(error, PlatformError | StopWork):
            _log.error("chore %s (%s): a plugin failed: %s\n%s", errand.job.id, errand.job.kind, type(error).__name__, where(error))
        refused = errand.look.refused if errand.look is not None else None
        if refused is not None and isinstance(error, PlatformError) and decide.refusal(error):
            self._end(errand, lambda conn: refused(conn, error))
        else:
            self._end(errand, lambda _conn: decide.after(errand.job, errand.look, error, self._engine.settings.engine.retry_base))

    def _pause(self, errand: Errand, scope: Scope, seconds: float, reason: str) -> None:
        name = _app(errand.account) if scope == "app" else f"account:{errand.account.id}"
        with self._store.write() as conn:
            pauses.pause(conn, name, kind="auto", reason=reason, seconds=seconds)

    def _end(self, errand: Errand, record: Callable[[Connection], Ending]) -> None:
        """Everything that the look brought and the end of the chore, in one transaction, if it is still ours."""
        job = errand.job
        with self._store.write() as conn:
            ending = record(conn)
            errand.budget.settle(conn)
            if not chores.finish(conn, job, ending):
                raise LeaseLost(f"chore {job.id} belongs to another worker now")
            _tell(conn, job, ending)


def _tell(conn: Connection, job: Job, ending: Ending) -> None:
    if ending.data:
        ids = job.ids | ({"publication": job.subject} if job.kind == "sweep" else {})
        events.emit(conn, "sweep.done", data=ending.data, **ids)
    rests = ending.due_in is None and ending.due_at is None
    first, given_up = job.tries == 0 and ending.tries == 1, job.tries > ending.tries
    if ending.error is not None and (rests or first or given_up):
        error = dict(zip(("kind", "code", "message"), ending.error, strict=True))
        told = {"source": _SOURCES[job.kind], "error": error, "rests": rests, "next_in": ending.due_in}
        events.emit(conn, "sweep.failed", data=told, **job.ids)


_SHARES = {"measure": "measure_requests"}
"""The setting that bounds a day's requests, where it is not `sweep_requests`; they are counted apart."""
_SOURCES = {"sweep": "sweep", "scan": "scan", "verify": "claim", "notice": "webhook", "measure": "measure"}


def _app(account: Row[Any]) -> str:
    return f"app:{account.platform}:{account.app_scope}"
