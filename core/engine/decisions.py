"""Which outcome follows from which answer or error. Retries, looks and deadlines are decided here and nowhere else.

After *mutation started* nothing goes back to a queue: what is neither published, pending nor refused becomes `unconfirmed`.
"""

import math
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from gaung.core.config.model import EngineSettings
from gaung.core.engine.attempt import LiveAttempt
from gaung.core.errors import (
    AuthExpired,
    AuthRevoked,
    DeadlinePassed,
    PlatformError,
    PluginDisabled,
    RateLimited,
    Rejected,
    ScopePaused,
    StopWork,
    Unsupported,
)
from gaung.core.records import CannotTell, NotThere, Pending, Published
from gaung.core.redaction import redact
from gaung.core.store import skips
from gaung.core.store.outcomes import Outcome, Words
from gaung.core.store.switches import DISABLED

Phase = Literal["publish", "check", "look"]

LONGEST_BACKOFF = 900.0
MOST_CHECK_FAILURES = 10
MOST_LOOK_FAILURES = 8
DEFAULT_PAUSE = 60.0
LEAST_PAUSE = 1.0
_MESSAGE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Decisions:
    """The rules, for one set of engine settings."""

    engine: EngineSettings

    def published(self, attempt: LiveAttempt, answer: Published, *, reconciled: bool = False) -> Outcome:
        """The post is out."""
        return _outcome(
            attempt,
            "published",
            "delivery.published",
            external_id=answer.external_id,
            url=answer.url,
            published=True,
            reconciled=reconciled,
            ends_attempt="published",
        )

    def pending(self, attempt: LiveAttempt, answer: Pending, poll: float) -> Outcome:
        """The platform works on; ask again later, without a worker waiting."""
        first = attempt.state == "publishing"
        wait = poll if answer.check_after is None or not math.isfinite(answer.check_after) else answer.check_after
        data = {"note": _said(answer.note)} if answer.note else {}
        return _outcome(attempt, "processing", "delivery.processing" if first else None, due_in=wait, data=data)

    def finishing(self, attempt: LiveAttempt) -> Outcome:
        """Go on to `gaung_finish` at once, in the state whose lost lease is judged by *mutation started*."""
        return _outcome(attempt, "publishing", "delivery.publishing", keep_lease=True)

    def failed(self, attempt: LiveAttempt, error: Exception) -> Outcome:
        """Refused for good."""
        state = "skipped" if isinstance(error, Unsupported) else "failed"
        return _outcome(attempt, state, f"delivery.{state}", error=words(error), reason=words(error)[1] or None, ends_attempt=state)

    def missed(self, attempt: LiveAttempt) -> Outcome:
        """Too late for the call that publishes. What kept it back until then stays its error, or nobody learns why it is missed."""
        return _outcome(attempt, "missed", "delivery.missed", error=attempt.job.error, reason="deadline", ends_attempt="missed")

    def disabled(self, attempt: LiveAttempt) -> Outcome:
        """The office switched the platform off before anything irreversible was tried; switching on brings nothing back."""
        said = ("Unsupported", DISABLED, skips.words(attempt.job.platform, attempt.job.office))
        ending: dict[str, Any] = {"ends_attempt": "skipped", "counted": False}
        return _outcome(attempt, "skipped", "delivery.skipped", reason=DISABLED, error=said, **ending)

    def held(self, attempt: LiveAttempt, reason: str, error: Exception | None = None) -> Outcome:
        """Wait for a person or the end of a pause; the try does not count."""
        said = words(error) if error else None
        return _outcome(attempt, "held", "delivery.held", reason=reason, error=said, ends_attempt="held", counted=False)

    def again(self, attempt: LiveAttempt, error: Exception) -> Outcome:
        """A new try after a backoff with full jitter."""
        wait = self.backoff(attempt.job.failures)
        return _outcome(
            attempt,
            "scheduled",
            "delivery.retrying",
            error=words(error),
            due_in=wait,
            failures=attempt.job.failures + 1,
            ends_attempt="retrying",
        )

    def limited(self, attempt: LiveAttempt, error: RateLimited) -> Outcome:
        """Go on when the scope's pause is over; the try does not count."""
        state = "processing" if attempt.job.state == "processing" else "scheduled"
        return _outcome(
            attempt,
            state,
            "delivery.retrying",
            error=words(error),
            due_in=pause_seconds(error),
            reason="rate_limited" if state == "scheduled" else None,
            ends_attempt="rate_limited" if state == "scheduled" else None,
            counted=state == "processing",
        )

    def unconfirmed(self, attempt: LiveAttempt, error: Exception) -> Outcome:
        """It may exist: look, never repeat."""
        return _outcome(
            attempt,
            "unconfirmed",
            "delivery.unconfirmed",
            error=words(error),
            due_in=self.engine.reconcile_after[0],
            unknown_now=True,
            mutation_at=attempt.mutation_started_at or attempt.job.now,
            ends_attempt="unconfirmed",
            counted=not isinstance(error, RateLimited),
        )

    def error(self, attempt: LiveAttempt, error: Exception, phase: Phase) -> Outcome:
        """What follows from an error of `gaung_publish`, `gaung_finish` or `gaung_check`."""
        if isinstance(error, Rejected | Unsupported):
            return self.failed(attempt, error)
        if isinstance(error, StopWork):
            return self._stopped(attempt, error)
        if attempt.mutation_started_at is not None:
            return self._after_mutation(attempt, error, phase)
        if isinstance(error, RateLimited):
            return self.limited(attempt, error)
        if isinstance(error, AuthRevoked | AuthExpired):
            return self.held(attempt, "needs_reauth", error)
        if isinstance(error, PlatformError) and error.kind == "Ambiguous":
            return self.unconfirmed(attempt, error)
        return self.again(attempt, error)

    def _stopped(self, attempt: LiveAttempt, error: StopWork) -> Outcome:
        if attempt.mutation_started_at is not None:
            return self.unconfirmed(attempt, error)
        if isinstance(error, DeadlinePassed):
            return self.missed(attempt)
        if isinstance(error, PluginDisabled):
            return self.disabled(attempt)
        return self.held(attempt, "paused", error if not isinstance(error, ScopePaused) else None)

    def _after_mutation(self, attempt: LiveAttempt, error: Exception, phase: Phase) -> Outcome:
        transient = isinstance(error, PlatformError) and error.kind in ("Transient", "AuthExpired")
        if phase == "check" and transient and attempt.job.failures < MOST_CHECK_FAILURES:
            wait = self.backoff(attempt.job.failures)
            return _outcome(attempt, "processing", None, due_in=wait, error=words(error), failures=attempt.job.failures + 1)
        return self.unconfirmed(attempt, error)

    def looked(self, attempt: LiveAttempt, verdict: NotThere | CannotTell, now: datetime) -> Outcome:
        """What follows from a look that found nothing."""
        if not self._last_look(attempt, now):
            return self._next_look(attempt, now, verdict.note)
        if isinstance(verdict, CannotTell):
            return self.rest(attempt, "cannot_tell", verdict.note)
        if now >= attempt.job.deadline_at:
            return self.missed_unpublished(attempt)
        return _outcome(
            attempt,
            "scheduled",
            "delivery.retrying",
            reconciled=True,
            error=attempt.job.error,
            due_in=0.0,
            mutation_at=None,
            checkpoints={},
            data={"why": "the platform has no such post"},
        )

    def missed_unpublished(self, attempt: LiveAttempt) -> Outcome:
        """Surely not there, and too late to go on or to try anew."""
        looked = attempt.state == "unconfirmed"
        ending: dict[str, Any] = {"error": attempt.job.error, "mutation_at": None, "ends_attempt": "missed"}
        return _outcome(attempt, "missed", "delivery.missed", reconciled=looked, reason="deadline", **ending)

    def resumed(self, attempt: LiveAttempt) -> Outcome:
        """Nothing is visible yet; go on by `gaung_check`. It may become visible without us, so *mutation started* and its rules stay."""
        return _outcome(attempt, "processing", "delivery.processing", reconciled=True, due_in=0.0)

    def look_failed(self, attempt: LiveAttempt, error: Exception) -> Outcome:
        """The look itself failed: the same look again later, a bounded number of times."""
        if isinstance(error, Rejected | Unsupported):
            return self.rest(attempt, "cannot_tell", str(error))
        if isinstance(error, AuthRevoked | AuthExpired | RateLimited):
            return self._same_look(attempt, 0.0, attempt.job.failures)  # not claimed until account or scope work again
        if attempt.job.failures >= MOST_LOOK_FAILURES:
            return self.rest(attempt, "look_failed", str(error))
        return self._same_look(attempt, self.backoff(attempt.job.failures), attempt.job.failures + 1)

    def rest(self, attempt: LiveAttempt, reason: str, note: str) -> Outcome:
        """Nobody can tell; a person settles it by `gaung delivery settle`."""
        keep = _as_it_is(attempt)
        keep |= {"looks": attempt.job.looks + 1, "reason": reason}
        return _outcome(attempt, "unconfirmed", "delivery.unconfirmed", data={"note": _said(note), "rests": True}, **keep)

    def _last_look(self, attempt: LiveAttempt, now: datetime) -> bool:
        since = attempt.job.unknown_since or now
        after = self.engine.reconcile_after
        return attempt.job.looks + 1 >= len(after) or now - since >= timedelta(seconds=after[-1])

    def _next_look(self, attempt: LiveAttempt, now: datetime, note: str) -> Outcome:
        looks = attempt.job.looks + 1
        at = (attempt.job.unknown_since or now) + timedelta(seconds=self.engine.reconcile_after[looks])
        wait = max(0.0, (at - now).total_seconds())
        data = {"note": _said(note)}
        return _outcome(attempt, "unconfirmed", None, **(_as_it_is(attempt) | {"looks": looks, "due_in": wait, "data": data}))

    def _same_look(self, attempt: LiveAttempt, wait: float, failures: int) -> Outcome:
        return _outcome(attempt, "unconfirmed", None, **(_as_it_is(attempt) | {"due_in": wait, "failures": failures}))

    def backoff(self, failures: int) -> float:
        """Full jitter: anything up to base x 2^failures (AWS Architecture Blog, "Exponential Backoff And Jitter")."""
        return random.uniform(0, min(LONGEST_BACKOFF, self.engine.retry_base * 2**failures))  # noqa: S311 - no secret


def _as_it_is(attempt: LiveAttempt) -> dict[str, Any]:
    job = attempt.job
    return {"unknown_since": job.unknown_since, "looks": job.looks, "error": job.error}


def _outcome(attempt: LiveAttempt, state: str, event: str | None, *, counted: bool = True, **values: Any) -> Outcome:
    job = attempt.job
    base: dict[str, Any] = {
        "checkpoints": dict(attempt.checkpoints),
        "number": job.number,
        "attempts": job.attempts - (0 if counted or job.state != "publishing" else 1),
        "mutation_at": attempt.mutation_started_at,
    }
    return Outcome(job=job, state=state, event=event, **(base | values))


def words(error: Exception) -> Words:
    """Kind, code and words of an error for people, without secrets."""
    if isinstance(error, PlatformError):
        return error.kind, _said(error.code), _said(error.message)
    kind = "Stopped" if isinstance(error, StopWork) else "Unforeseen"
    return kind, type(error).__name__, _said(str(error))


def _said(text: str) -> str:
    """A plugin's or platform's words as any database can hold them: no secrets, no NUL, no half of a character, no novel."""
    return redact(text).replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:_MESSAGE_LENGTH]


def pause_seconds(error: RateLimited) -> float:
    """How long to stay away from a scope. "Wait 0 seconds" is said by platforms that then refuse again."""
    said = error.retry_after
    if said is None or not math.isfinite(said):
        return DEFAULT_PAUSE
    return said if said > 0 else LEAST_PAUSE
