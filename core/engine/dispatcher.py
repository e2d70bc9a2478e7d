"""Claims what is due and rings the broker; every few seconds sweeps leases, deadlines and pauses. Any number may run."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.engine import Connection

from gaung.core.engine import alerting, periodic, presence, retention, totals
from gaung.core.engine.broker import actor_name, chore_actor_name, chore_queue_name, connect, queue_name
from gaung.core.engine.chore_rounds import ChoreRounds
from gaung.core.engine.context import Engine
from gaung.core.engine.observers import Observers
from gaung.core.store import chores, claims, migrate, pauses, restored, skips, unserved
from gaung.core.store.claims import Claim
from gaung.core.store.db import first_line, gone

if TYPE_CHECKING:
    from dramatiq.brokers.redis import RedisBroker

_log = logging.getLogger("gaung.dispatcher")
_MOST_AT_ONCE = 500
_CAPACITY_EVERY = 1.0


class Dispatcher:
    """One dispatcher process. `run` returns after `stop`."""

    def __init__(self, engine: Engine, broker_url: str) -> None:
        self._engine = engine
        self._settings = engine.settings.engine
        self._broker: RedisBroker = connect(broker_url, migrate.installation_id(engine.store))
        self._chores = ChoreRounds(engine, self._ring_chore)
        restored.look(engine.store)  # before anybody reads the event log
        self._observers = Observers(engine)
        engine.tell_broken()
        self._stop = threading.Event()
        self._threads: dict[str, int] = {}
        self._next_count = 0.0
        self._next_sweep = 0.0

    def stop(self) -> None:
        """End after the round at hand."""
        self._stop.set()

    def run(self) -> None:
        """Dispatch until stopped. A database or broker that is away is waited for."""
        self._guarded(self._chores.plan)  # before anybody sees us: `run --until-idle` goes by that
        here = presence.Presence(self._engine.store, "dispatcher", 1, [])
        # In threads of their own: an observer may be slow, a post must not be late.
        self._observers.begin(self._stop, every=self._settings.sweep)
        periodic.begin("totals", partial(totals.look, self._engine, self._stop), self._stop, every=totals.EVERY)
        periodic.begin("alerts", partial(alerting.look, self._engine), self._stop, every=alerting.EVERY)
        remove = partial(retention.look, self._engine, self._stop)
        periodic.begin("removals", remove, self._stop, every=retention.EVERY, again=retention.AGAIN)
        wait = self._settings.poll
        try:
            while not self._stop.wait(wait):
                wait = self._guarded(self._round)
        finally:
            here.close()

    def _guarded(self, round_: Callable[[], bool]) -> float:
        import redis

        try:
            more = round_()
        except redis.RedisError as error:
            _log.warning("the broker is away, waiting: %s", error)
            return 1.0
        except Exception as error:
            if not gone(error):
                raise
            _log.warning("the database is away, waiting: %s", first_line(error))
            return 1.0
        return 0.0 if more else self._settings.poll

    def _round(self) -> bool:
        now = time.monotonic()
        if now >= self._next_sweep:
            self._sweep()
            self._chores.sweep()
            self._next_sweep = now + self._settings.sweep
        self._chores.plan()
        if now >= self._next_count:
            with self._engine.store.read() as conn:
                self._threads = presence.threads_by_platform(conn)
            self._next_count = now + _CAPACITY_EVERY
        with self._engine.store.read() as conn:
            paused = pauses.active(conn)
            used = claims.leased(conn)
            room = self._room(conn, paused, used)
            holdable = claims.anything_to_hold(conn, paused)
            disabled = skips.anything_due(conn, self._engine.switchboard.fresh(conn))
        if disabled:
            with self._engine.store.write() as conn:
                skips.skip_due(conn)
        if holdable:
            with self._engine.store.write() as conn:
                claims.hold(conn, paused)
        sent = [self._dispatch(platform, limit, paused) for platform, limit in room.items()]  # all of them, so no generator in any()
        self._chores.dispatch(self._threads, used, paused)
        return any(sent)

    def _room(self, conn: Connection, paused: list[pauses.Pause], used: Mapping[str, int]) -> dict[str, int]:
        room = {name: self._settings.queue_factor * threads - used.get(name, 0) for name, threads in self._threads.items()}
        return {name: min(free, _MOST_AT_ONCE) for name, free in room.items() if free > 0 and claims.anything_due(conn, name, paused)}

    def _dispatch(self, platform: str, limit: int, paused: list[pauses.Pause]) -> bool:
        with self._engine.store.write() as conn:
            claimed = claims.claim(conn, platform, limit, self._settings.lease, paused)
        for claim in claimed:  # after the commit: a message must never be faster than its lease
            self._ring(claim)
        return len(claimed) == limit

    def _ring(self, claim: Claim) -> None:
        self._enqueue(queue_name(claim.platform), actor_name(claim.platform), claim.id, claim.lease)

    def _ring_chore(self, claim: chores.Claim) -> None:
        self._enqueue(chore_queue_name(claim.platform), chore_actor_name(claim.platform), claim.id, claim.lease)

    def _enqueue(self, queue: str, actor: str, *arguments: int | str) -> None:
        from dramatiq import Message

        self._broker.declare_queue(queue)
        self._broker.enqueue(Message(queue_name=queue, actor_name=actor, args=arguments, kwargs={}, options={}))

    def _sweep(self) -> None:
        store, first_look = self._engine.store, self._settings.reconcile_after[0]
        with store.read() as conn:
            lost, late, over = claims.expired(conn), claims.anything_late(conn), pauses.anything_over(conn)
            free = pauses.anything_free(conn)
        if over:
            with store.write() as conn:
                pauses.expire(conn)
        if free:
            with store.write() as conn:
                pauses.free(conn)
        if lost:
            with store.write() as conn:
                claims.sweep(conn, first_look)
        if late:
            with store.write() as conn:
                claims.miss(conn)
        self._rest_unserved()

    def _rest_unserved(self) -> None:
        """Served is what a plugin of ours or a worker anywhere can publish to."""
        served = {*self._engine.manager.platforms(), *self._threads}
        with self._engine.store.read() as conn:
            anything = unserved.anything(conn, served)
        if anything:
            with self._engine.store.write() as conn:
                unserved.rest(conn, served)
                unserved.wake(conn, served)
