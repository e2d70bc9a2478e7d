"""The one rule that says whether something on a platform can stem from an attempt of ours, judged by its time alone."""

from datetime import datetime, timedelta

CUT_FRACTION = timedelta(seconds=1)
"""Platforms date posts in whole seconds, cutting the fraction off: ours may look up to a second older than it is."""

LATEST = timedelta(seconds=120)
"""How long after the outcome became unknown a post of ours may still appear."""


def appeared(
    created_at: datetime,
    mutation_started_at: datetime | None,
    unknown_since: datetime | None,
    server_now: datetime | None,
    local_now: datetime,
) -> bool:
    """Whether something that the platform dates `created_at` lies in the window of this attempt's mutation.

    The window reaches from *mutation started* less one second to 120 s after the outcome became unknown (or after now).
    `server_now` is the platform's clock, read together with `local_now`; their difference is taken out of `created_at`.
    None: the clocks are taken to agree. It errs towards True: a post of ours is never missed, since that could repeat it.
    False while no mutation started.
    """
    if mutation_started_at is None:
        return False
    ahead = timedelta() if server_now is None else server_now - local_now
    ours = created_at - ahead
    return mutation_started_at - CUT_FRACTION <= ours <= (unknown_since or local_now) + LATEST
