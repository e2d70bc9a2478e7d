"""A clock for leases: goes on while a process is stopped and while the machine sleeps, and is never set back."""

import time

_CLOCK: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # Linux's monotonic clock stands still during suspend


def seconds() -> float:
    """Seconds since some moment before this process began."""
    return time.clock_gettime(_CLOCK)
