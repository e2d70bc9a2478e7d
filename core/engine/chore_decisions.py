"""Which ending of a chore follows from which error. A chore changes nothing on a platform, so it may always be tried again."""

import random
import re

from gaung.core.engine.budget import BudgetSpent
from gaung.core.engine.decisions import words
from gaung.core.engine.handlers.look import Look
from gaung.core.errors import AuthExpired, AuthRevoked, GaungError, PlatformError, RateLimited, Rejected, Unsupported
from gaung.core.store import budgets
from gaung.core.store.chores import Ending, Job
from gaung.core.store.outcomes import Words
from gaung.core.store.switches import DISABLED

LONGEST_BACKOFF = 900.0
LATE_BACKOFF = 6 * 3600.0
OFTEN = 8
"""After so many failures in a row a look is given up, or tried only a few times a day."""
MOST_TRIES = 20
SPREAD = 600.0
"""Seconds over which what waited for a new day begins."""
_ON = ("sweep", "measure")
"""Kinds that an outage of days must not end: they go on when it is over."""
_HIDDEN = "***"
_SHORTEST = 3


def refusal(error: Exception) -> bool:
    """Whether the platform cannot or will not tell, now and later. Switched off is neither: the claim waits for the switch."""
    return isinstance(error, Unsupported | Rejected) and error.code != DISABLED


def waits(error: Exception) -> bool:
    """Whether scope, account, switch or budget keep it back, which is no failure of the chore."""
    switched_off = isinstance(error, Unsupported) and error.code == DISABLED
    return switched_off or isinstance(error, RateLimited | AuthExpired | AuthRevoked | BudgetSpent)


def after(job: Job, look: Look | None, error: Exception, retry_base: float) -> Ending:
    """How it goes on after an error that no handler took."""
    said = said_of(error, look)
    if isinstance(error, BudgetSpent):
        return _until_it_suffices(job, look, error, said)
    if waits(error):
        return Ending(due_in=0.0, tries=job.tries, error=said)
    if refusal(error):
        return Ending(error=said)
    return _again(job, look, error, said, retry_base)


def _until_it_suffices(job: Job, look: Look | None, error: BudgetSpent, said: Words) -> Ending:
    """At once for as much as what is left suffices for; else the next day, for half as much where this day's part was sent in vain."""
    smaller = look.smaller if look is not None else None
    state = smaller(error.left, error.needed) if smaller is not None and error.left else None
    if state is not None:
        return Ending(due_in=0.0, state=state, tries=job.tries, error=said)
    state = smaller(1, 2) if smaller is not None and error.sent and not job.tries else None
    wait = (budgets.next_day(job.now) - job.now).total_seconds() + random.uniform(0, SPREAD)  # noqa: S311 - no secret
    return Ending(due_in=wait, state=state, tries=job.tries, error=said)


def _again(job: Job, look: Look | None, error: Exception, said: Words, retry_base: float) -> Ending:
    tries = job.tries + 1
    transient = isinstance(error, PlatformError)
    if tries >= OFTEN and look is not None and look.passed_over is not None and (job.kind in _ON or not transient):
        over = look.passed_over
        return Ending(due_in=over.due_in, due_at=over.due_at, step=over.step, state=over.state, tries=over.tries, error=said)
    if tries >= MOST_TRIES:
        return Ending(tries=tries, error=said)
    longest = LONGEST_BACKOFF if tries < OFTEN else LATE_BACKOFF
    wait = random.uniform(0, min(longest, retry_base * 2**job.tries))  # noqa: S311 - no secret
    return Ending(due_in=wait, tries=tries, error=said)


def said_of(error: Exception, look: Look | None) -> Words:
    """Kind, code and words of an error, without anything that names a person.

    A platform repeats what it was asked about; what a plugin's own mistake says may hold anything.
    """
    kind, code, message = words(error)
    if not isinstance(error, GaungError):
        return kind, code, "the plugin failed; the log of the worker says where"
    for private in sorted(look.private if look else (), key=len, reverse=True):
        if len(private) >= _SHORTEST:
            code, message = (re.sub(re.escape(private), _HIDDEN, text, flags=re.IGNORECASE) for text in (code, message))
    return kind, code, message
