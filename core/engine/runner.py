"""One piece of work, from a claimed lease to a committed outcome: publish, check or look."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from gaung.core import fence, pacing, steady
from gaung.core.engine.attempt import LiveAttempt
from gaung.core.engine.commits import Commits
from gaung.core.engine.context import Engine
from gaung.core.engine.decisions import Decisions, Phase, pause_seconds, words
from gaung.core.engine.leases import Keeper
from gaung.core.engine.refresh import Refresher
from gaung.core.errors import Ambiguous, AuthExpired, AuthRevoked, LeaseLost, PlatformError, RateLimited, Rejected, Scope, StopWork
from gaung.core.records import Account, CannotTell, Content, NotThere, Pending, PublishAnswer, Published, Ready, Unfinished
from gaung.core.store import credentials, outcomes, pauses, work
from gaung.core.store.outcomes import Outcome
from gaung.core.store.work import Held, Job
from gaung.core.validation import problems

T = TypeVar("T")
_log = logging.getLogger("gaung.runner")


class Runner:
    """Runs claimed deliveries; shared by all threads of a worker process."""

    def __init__(self, engine: Engine, worker: str) -> None:
        self._engine = engine
        self._lease = engine.settings.engine.lease
        self._decide = Decisions(engine.settings.engine)
        self._commits = Commits(engine.store, self._statements(worker))
        self._keeper = Keeper(engine.store, self._lease)
        self._refresher = Refresher(engine, self._commits)

    def _statements(self, worker: str) -> dict[str, Any]:
        board = self._engine.switchboard
        return {
            "start": lambda conn, items: work.start(conn, items, lease=self._lease, worker=worker, off=board.fresh(conn)),
            "mark": lambda conn, items: work.mark(conn, items, off=board.fresh(conn)),
            "checkpoint": lambda conn, items: dict.fromkeys(work.save_checkpoints(conn, items), True),
            "refreshed": lambda conn, items: {item[0]: credentials.store_refreshed(conn, *item) for item in items},
            "outcome": lambda conn, items: dict.fromkeys(outcomes.apply(conn, items), True),
        }

    def close(self) -> None:
        """Stop renewing and commit what is left."""
        self._keeper.close()
        self._commits.close()

    def run(self, delivery: int, lease: str) -> None:
        """Work on a delivery if the claim is still current; otherwise do nothing."""
        asked = steady.seconds()
        held: Held = (delivery, lease)
        job: Job | None = self._commits.submit("start", delivery, held)
        if job is None:
            return
        attempt = LiveAttempt(job, self._commits, good_until=asked + self._lease, owned_ids=self._owned(job))
        self._keeper.watch(attempt)
        try:
            with fence.raised(attempt.fence):
                Work(self, attempt).go()
        finally:
            self._keeper.forget(attempt)

    def _owned(self, job: Job) -> frozenset[str]:
        if job.state != "unconfirmed":
            return frozenset()
        with self._engine.store.read() as conn:
            return work.owned_ids(conn, job)

    def rivals(self, job: Job) -> list[Content]:
        """What other deliveries of unknown outcome may have put on the account in the same window."""
        with self._engine.store.read() as conn:
            found = work.rivals(conn, job)
        return [self._engine.content(number) for number in found]

    # what a piece of work asks for

    @property
    def engine(self) -> Engine:
        """Settings, store and plugins."""
        return self._engine

    @property
    def decide(self) -> Decisions:
        """The rules."""
        return self._decide

    def save(self, outcome: Outcome) -> bool:
        """Commit an outcome; False when the delivery is another's by now."""
        return bool(self._commits.submit("outcome", outcome.job.id, outcome))

    def fresh(self, attempt: LiveAttempt, row: Any) -> tuple[Any, Account]:
        """New credentials for the account."""
        attempt.fence.check()
        return self._refresher.fresh(row)

    def flag(self, row: Any, error: PlatformError) -> None:
        """The account waits for a person."""
        _, code, message = words(error)
        with self._engine.store.write() as conn:
            credentials.flag(conn, row.id, row.credentials_version, code=code, message=message)

    def pause(self, row: Any, scope: Scope, seconds: float, reason: str) -> None:
        """Nobody calls this scope for a while."""
        name = f"app:{row.platform}:{row.app_scope}" if scope == "app" else f"account:{row.id}"
        with self._engine.store.write() as conn:
            pauses.pause(conn, name, kind="auto", reason=reason, seconds=seconds)


class Work:
    """One delivery in the hands of one thread."""

    def __init__(self, runner: Runner, attempt: LiveAttempt) -> None:
        self._runner = runner
        self._decide = runner.decide
        self._attempt = attempt
        self._job = attempt.job
        self._row = attempt.job.account
        self._settled = False

    def go(self) -> None:
        """Do what the state asks for, and commit what came of it."""
        phase: Phase = {"publishing": "publish", "processing": "check", "unconfirmed": "look"}[self._job.state]  # type: ignore[assignment]
        try:
            if self._job.off and self._job.mutation_at is None:
                self._save(self._decide.disabled(self._attempt))
            elif self._job.paused or self._row.status != "active":
                self._save(self._waiting())
            elif phase == "look":
                self._look()
            elif phase == "check":
                self._check()
            else:
                self._publish()
        except LeaseLost as lost:
            _log.info("stopped: %s", lost)
        except Exception as error:  # noqa: BLE001, a bug in a plugin is an outcome of this delivery
            if self._settled:  # a wrapper failed after the receipt was saved
                _log.error("delivery %s is settled, but a plugin failed afterwards: %s", self._job.id, words(error)[2])
            else:
                self._failed(error, phase)

    def _waiting(self) -> Outcome:
        """The scope was paused, or the account given up on, since the claim."""
        if self._job.state == "publishing":
            return self._decide.held(self._attempt, "paused" if self._job.paused else "needs_reauth")
        if self._job.state == "processing":
            return self._decide.pending(self._attempt, Pending(0.0), 0.0)
        return self._decide.look_failed(self._attempt, RateLimited("paused", scope="app", retry_after=0.0))

    def _publish(self) -> None:
        account, content = self._load()
        if self._job.now >= self._job.deadline_at:
            self._save(self._decide.missed(self._attempt))
            return
        self._validate(account, content)
        self._irreversible("publish", account, content)

    def _irreversible(self, step: str, account: Account, content: Content) -> None:
        platform = self._runner.engine.manager.platform(self._job.platform)
        if not platform.marks_mutation:
            self._attempt.mark()
        manager = self._runner.engine.manager
        hook = manager.publish if step == "publish" else manager.finish
        self._called(lambda who: hook(who, content, self._attempt, on_receipt=self._receipt), account, reads=False)

    def _validate(self, account: Account, content: Content) -> None:
        manager = self._runner.engine.manager
        found = problems(manager, account, content, manager.platform(self._job.platform))
        errors = [problem for problem in found if problem.level == "error"]
        if errors:
            first = errors[0]
            raise Rejected(first.message, code=first.code, field=first.field)

    def _receipt(self, answer: PublishAnswer) -> None:
        if isinstance(answer, Published):
            self._save(self._decide.published(self._attempt, answer, reconciled=self._job.state == "unconfirmed"))
        else:
            self._save(self._decide.pending(self._attempt, answer, self._poll()))

    def _check(self) -> None:
        account, content = self._load()
        manager = self._runner.engine.manager
        answer = self._called(lambda who: manager.check(who, content, self._attempt), account, reads=True)
        if isinstance(answer, Ready):
            self._finish(account, content)
        else:
            self._receipt(answer)

    def _finish(self, account: Account, content: Content) -> None:
        """The platform waits for our next step: nothing irreversible has happened, whatever an earlier try had begun."""
        self._attempt.forget_mutation()
        if self._job.now >= self._job.deadline_at:
            self._save(self._decide.missed_unpublished(self._attempt))
        elif self._save(self._decide.finishing(self._attempt)):
            self._settled = False
            self._attempt.state = "publishing"
            self._irreversible("finish", account, content)

    def _look(self) -> None:
        account, content = self._load()
        manager = self._runner.engine.manager
        answer = self._called(lambda who: manager.find_published(who, content, self._attempt), account, reads=True)
        if isinstance(answer, Published) and self._attempt.went_by_appearance and self._rivalled(content):
            answer = CannotTell("another delivery of the same text to this account is of unknown outcome, too")
        if isinstance(answer, Published):
            self._save(self._decide.published(self._attempt, answer, reconciled=True))
        elif isinstance(answer, NotThere | CannotTell):
            self._save(self._decide.looked(self._attempt, answer, self._job.now))
        else:
            self._resume(answer, account, content)

    def _rivalled(self, content: Content) -> bool:
        """Whether what appeared may as well be another delivery's: the same text on the same account at the same time."""
        same = (content.title, content.text_with_link)
        return any((rival.title, rival.text_with_link) == same for rival in self._runner.rivals(self._job))

    def _resume(self, answer: Unfinished, account: Account, content: Content) -> None:
        if answer.resume == "check":
            self._save(self._decide.resumed(self._attempt))
        else:
            self._finish(account, content)

    def _called(self, call: Callable[[Account], T], account: Account, *, reads: bool) -> T:
        """Call a hook; after `AuthExpired` once more with a fresh token, unless something irreversible was tried."""
        with pacing.collect() as reports:
            try:
                try:
                    return call(account)
                except AuthExpired as expired:
                    self._row, account = self._runner.fresh(self._attempt, self._row)
                    if self._attempt.mutation_started_at is not None and not reads:
                        raise Ambiguous(expired.message, code=expired.code) from expired
                    return call(account)
            finally:
                for report in reports:
                    self._runner.pause(self._row, report.scope, report.retry_after, report.reason)

    def _failed(self, error: Exception, phase: Phase) -> None:
        if isinstance(error, AuthExpired | AuthRevoked):
            self._runner.flag(self._row, error)
        elif isinstance(error, RateLimited):
            self._runner.pause(self._row, error.scope, pause_seconds(error), words(error)[2])
        elif not isinstance(error, PlatformError | StopWork):
            _log.exception("delivery %s: a plugin failed", self._job.id)
        if phase == "look" and self._attempt.state == "unconfirmed":
            self._save(self._decide.look_failed(self._attempt, error))
        else:
            self._save(self._decide.error(self._attempt, error, phase))

    def _save(self, outcome: Outcome) -> bool:
        taken = self._runner.save(outcome)
        self._settled = True
        if not taken:
            tell = _log.error if outcome.published else _log.info  # a receipt that nobody keeps must at least be found in the log
            what = f"{outcome.state} {outcome.external_id} {outcome.url}" if outcome.published else outcome.state
            tell("delivery %s went on without this worker; dropped: %s", self._job.id, what)
        return taken

    def _load(self) -> tuple[Account, Content]:
        engine = self._runner.engine
        return engine.account(self._row), engine.content(self._job.content_id)

    def _poll(self) -> float:
        return float(self._runner.engine.platform_settings(self._job.platform, self._job.office).get("poll_seconds", 10))
