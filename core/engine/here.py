"""Looks done in this process, where no worker runs: the same claims, leases and budgets as everywhere."""

import contextlib
import time
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from gaung.core import http
from gaung.core.config import Settings
from gaung.core.engine.chores import Chores
from gaung.core.engine.context import Engine
from gaung.core.store import chores, pauses, switches

if TYPE_CHECKING:
    from gaung.core.manager import Manager

THREADS = 8
PAUSE = 0.5
"""Seconds between two looks for what is due."""


def look_here(settings: Settings, manager: "Manager", ids: Collection[int], left: Callable[[], int]) -> None:
    """Work on these chores until `left` answers 0. An interrupt ends it after the looks at hand; the rest stays due."""
    engine = Engine(settings, "sweep", threads=THREADS)
    engine.manager = manager
    http.configure(timeout=settings.engine.http_timeout)
    with contextlib.closing(Chores(engine)) as work, contextlib.closing(engine.store), ThreadPoolExecutor(THREADS) as pool:
        running: set[Future[None]] = set()
        while left() or running:
            for claim in _claim(engine, THREADS - len(running), ids):
                running.add(pool.submit(work.run, claim.id, claim.lease))
            if running:
                _, running = wait(running, timeout=PAUSE, return_when=FIRST_COMPLETED)
            else:  # somebody else holds what is left
                time.sleep(PAUSE)


def _claim(engine: Engine, room: int, ids: Collection[int]) -> list[chores.Claim]:
    found: list[chores.Claim] = []
    with engine.store.write() as conn:
        if chores.expired(conn):
            chores.sweep(conn)
        if pauses.anything_over(conn):
            pauses.expire(conn)
        allowed = chores.may(pauses.active(conn), switches.load(conn))
        for platform in engine.manager.platforms():
            if room > len(found):
                found += chores.claim(conn, platform, room - len(found), engine.settings.engine.lease, allowed, only=ids)
    return found
