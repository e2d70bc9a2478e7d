"""The dispatcher's part for chores: puts them down in time, claims what is due, and takes back what a dead worker left.

Publishing goes first: chores hold at most half of the threads, and none is claimed while a platform's deliveries fill them.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.engine import Connection

from gaung.core.engine import presence
from gaung.core.engine.context import Engine
from gaung.core.store import budgets, chores, notices, pauses, schedule
from gaung.core.store.chores import Claim
from gaung.core.store.types import current

LOOK_EVERY = 0.5
PLAN_EVERY, PLAN_OVERLAP = 10.0, 120.0
WHOLE_PLAN_EVERY = 900.0
_log = logging.getLogger("gaung.dispatcher")


class ChoreRounds:
    """One dispatcher's rounds; `ring` tells a worker of a claim."""

    def __init__(self, engine: Engine, ring: Callable[[Claim], None]) -> None:
        self._engine = engine
        self._settings = engine.settings
        self._ring = ring
        self._next_look = self._next_plan = self._next_whole_plan = 0.0

    def plan(self) -> bool:
        """Put sweeps and scans down for what was published since the last time; now and then for everything recent, and clean up."""
        now = time.monotonic()
        if now < self._next_plan:
            return False
        whole = now >= self._next_whole_plan
        put_down = plan(self._engine, within=None if whole else PLAN_EVERY + PLAN_OVERLAP)
        if put_down:
            _log.debug("%s chores were put down", put_down)
        if whole:
            with self._engine.store.write() as conn:
                notices.forget(conn)
                budgets.forget(conn, current(conn))
            self._next_whole_plan = now + WHOLE_PLAN_EVERY
        self._next_plan = now + PLAN_EVERY
        return put_down > 0

    def dispatch(self, threads: Mapping[str, int], publishing: Mapping[str, int], paused: Sequence[pauses.Pause]) -> None:
        """Claim what there is room for. `publishing`: deliveries queued or at work by platform."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + LOOK_EVERY
        with self._engine.store.read() as conn:
            room = self._room(conn, threads, publishing, paused)
        for platform, limit in room.items():
            with self._engine.store.write() as conn:
                allowed = chores.may(paused, self._engine.switchboard.fresh(conn))
                claimed = chores.claim(conn, platform, limit, self._settings.engine.lease, allowed)
            for claim in claimed:
                self._ring(claim)

    def _room(
        self, conn: Connection, threads: Mapping[str, int], publishing: Mapping[str, int], paused: Sequence[pauses.Pause]
    ) -> dict[str, int]:
        allowed = chores.may(paused, self._engine.switchboard.fresh(conn))
        free = [name for name, number in threads.items() if publishing.get(name, 0) < number]
        due = [name for name in free if chores.anything_due(conn, name, allowed)]
        if not due:
            return {}
        used = chores.leased(conn)
        left = max(1, presence.threads(conn) // 2) - sum(used.values())
        room: dict[str, int] = {}
        for place, name in enumerate(due):
            share = -(-left // (len(due) - place))
            room[name] = max(0, min(max(1, threads[name] // 2) - used.get(name, 0), share))
            left -= room[name]
        return {name: number for name, number in room.items() if number}

    def sweep(self) -> None:
        """Take back chores whose lease ran out."""
        with self._engine.store.read() as conn:
            lost = chores.expired(conn)
        if lost:
            with self._engine.store.write() as conn:
                chores.sweep(conn)


def plan(engine: Engine, *, within: float | None = None) -> int:
    """Put down what is to be looked at, of publications of the last `within` seconds (None: all still looked after). Answers how many."""
    hours = engine.settings.endorsement.sweep_hours
    able = {name: platform.capabilities for name, platform in engine.manager.platforms().items()}
    sweeping = [name for name, can in able.items() if can.finds_reshares]
    scanning = [name for name, can in able.items() if can.scans_members]
    measuring = [name for name, platform in engine.manager.platforms().items() if platform.metrics]
    whole = schedule.window(hours)
    with engine.store.read() as conn:
        anything = schedule.anything_to_plan(conn, sweeping, scanning, measuring, within=within or whole)
    if not anything:
        return 0
    with engine.store.write() as conn:
        put_down = schedule.plan_sweeps(conn, sweeping, hours, within=within or whole)
        return put_down + schedule.plan_scans(conn, scanning) + schedule.plan_measures(conn, measuring)
