"""One worker process: Dramatiq threads that take messages and run deliveries."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from gaung.core import http
from gaung.core.engine.broker import actor_name, chore_actor_name, chore_queue_name, connect, queue_name
from gaung.core.engine.chores import Chores
from gaung.core.engine.context import Engine
from gaung.core.engine.presence import Presence
from gaung.core.engine.runner import Runner
from gaung.core.errors import UserError
from gaung.core.store import migrate

IDLE_POLL_MS = 100
"""How often an idle consumer asks the broker; Dramatiq's default of a second would be our lateness."""
TIME_LIMIT_MS = 3_600_000
"""A hook may run for an hour (a large video on a slow line); each of its requests has a time-out of its own."""
CHORE_PRIORITY = 10
"""A thread that is free takes a delivery (0) before a look for reshares."""
GRACE_SECONDS = 25.0
"""How long work at hand may go on after SIGTERM; what is not done by then loses its lease and is judged by the sweep."""


def run(engine: Engine, broker_url: str, *, threads: int, platforms: Sequence[str], stop: threading.Event) -> None:
    """Work until `stop` is set, then let what is at hand finish."""
    from dramatiq import Worker

    engine.tell_broken()
    served = _served(engine, platforms)
    http.configure(timeout=engine.settings.engine.http_timeout)
    broker = connect(broker_url, migrate.installation_id(engine.store))
    here = Presence(engine.store, "worker", threads, served)
    runner = Runner(engine, here.id)
    chores = Chores(engine)
    for platform in served:
        _declare(broker, actor_name(platform), queue_name(platform), runner.run, priority=0)
        _declare(broker, chore_actor_name(platform), chore_queue_name(platform), chores.run, priority=CHORE_PRIORITY)
    queues = {name(platform) for platform in served for name in (queue_name, chore_queue_name)}
    worker = Worker(broker, queues=queues, worker_timeout=IDLE_POLL_MS, worker_threads=threads)
    worker.start()
    stop.wait()
    worker.stop(timeout=int(GRACE_SECONDS * 1000))
    here.close()
    runner.close()
    chores.close()


def _served(engine: Engine, platforms: Sequence[str]) -> list[str]:
    for name in platforms:
        engine.manager.platform(name)  # an unknown name is one line
    served = list(platforms or engine.manager.platforms())
    if not served:
        raise UserError("No platform plugin works, so there is nothing to do.", "See: gaung plugin list")
    return served


def _declare(broker: Any, actor: str, queue: str, work: Callable[[int, str], None], *, priority: int) -> None:
    from dramatiq import Actor

    def deliver(number: int, lease: str) -> None:
        work(number, lease)

    options = {"max_retries": 0, "time_limit": TIME_LIMIT_MS}
    Actor(deliver, broker=broker, actor_name=actor, queue_name=queue, priority=priority, options=options)
