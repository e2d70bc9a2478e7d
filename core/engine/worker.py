"""One worker process: Dramatiq threads that take messages and run deliveries."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from gaung.core import http
from gaung.core.engine.broker import actor_name, connect, queue_name
from gaung.core.engine.context import Engine
from gaung.core.engine.presence import Presence
from gaung.core.engine.runner import Runner
from gaung.core.errors import UserError
from gaung.core.store import migrate

IDLE_POLL_MS = 100
"""How often an idle consumer asks the broker; Dramatiq's default of a second would be our lateness."""
TIME_LIMIT_MS = 3_600_000
"""A hook may run for an hour (a large video on a slow line); each of its requests has a time-out of its own."""
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
    for platform in served:
        _declare(broker, platform, runner.run)
    worker = Worker(broker, queues={queue_name(name) for name in served}, worker_timeout=IDLE_POLL_MS, worker_threads=threads)
    worker.start()
    stop.wait()
    worker.stop(timeout=int(GRACE_SECONDS * 1000))
    here.close()
    runner.close()


def _served(engine: Engine, platforms: Sequence[str]) -> list[str]:
    for name in platforms:
        engine.manager.platform(name)  # an unknown name is one line
    served = list(platforms or engine.manager.platforms())
    if not served:
        raise UserError("No platform plugin works, so there is nothing to do.", "See: gaung plugin list")
    return served


def _declare(broker: Any, platform: str, work: Callable[[int, str], None]) -> None:
    from dramatiq import Actor

    def deliver(delivery: int, lease: str) -> None:
        work(delivery, lease)

    options = {"max_retries": 0, "time_limit": TIME_LIMIT_MS}
    Actor(deliver, broker=broker, actor_name=actor_name(platform), queue_name=queue_name(platform), priority=0, options=options)
