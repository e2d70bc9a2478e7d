"""`gaung run`, `gaung worker`, `gaung dispatcher`, `gaung serve`: which child processes there are and when they end."""

import contextlib
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from gaung.core.config import Settings
from gaung.core.engine import serve as serving
from gaung.core.engine.broker import EMBEDDED, EmbeddedBroker, ping
from gaung.core.engine.presence import alive, threads_by_platform
from gaung.core.engine.supervisor import Child, Supervisor, python
from gaung.core.errors import UserError
from gaung.core.metrics.expose import exposed
from gaung.core.store import chores, claims, migrate
from gaung.core.store.db import Store, gone

_CHILD = "gaung.core.engine.child"
_IDLE_EVERY = 0.5
_log = logging.getLogger("gaung.run")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How many processes and threads; `threads` None chooses by database, `processes` None by the number of cores."""

    processes: int | None = None
    threads: int | None = None
    platforms: Sequence[str] = ()
    stderr_level: int | None = None

    def settled(self, settings: Settings) -> "Shape":
        """With every number chosen. SQLite has one writer, so one process serves it best."""
        sqlite = settings.database_url.startswith("sqlite")
        processes = self.processes or (1 if sqlite else max(1, os.cpu_count() or 1))
        return Shape(processes=processes, threads=self.threads or 16, platforms=self.platforms, stderr_level=self.stderr_level)


def run(settings: Settings, shape: Shape, *, until_idle: bool = False, tick: Callable[[], None] = lambda: None) -> None:
    """Everything in one place until SIGTERM, SIGINT or, with `until_idle`, until nothing moves by itself. `tick` is called now and then."""
    store = ready(settings)
    supervisor = Supervisor()
    with supervisor.signals(), contextlib.ExitStack() as ending:  # a second signal must not cut the ending short
        ending.callback(supervisor.stop)
        broker_url = ending.enter_context(_broker(settings, supervisor))
        env = _media_server(settings, supervisor, shape, ending)
        supervisor.add(_child("dispatcher", settings, shape, ["--broker", broker_url], env))
        for child in _workers(settings, shape.settled(settings), broker_url, env):
            supervisor.add(child)
        ending.enter_context(exposed(settings, "run", broker_url=broker_url, children=supervisor.counts))
        idle = _idle(store) if until_idle else lambda: False

        def ended() -> bool:
            tick()
            return idle()

        supervisor.watch(ended)


def work(settings: Settings, shape: Shape) -> None:
    """`gaung worker`: worker processes only, respawned, on the broker that the office runs."""
    ready(settings)
    broker_url = _given_broker(settings, "gaung worker")
    supervisor = Supervisor()
    with supervisor.signals(), contextlib.ExitStack() as ending:
        ending.callback(supervisor.stop)
        for child in _workers(settings, shape.settled(settings), broker_url, {}):
            supervisor.add(child)
        ending.enter_context(exposed(settings, "worker", broker_url=broker_url, children=supervisor.counts))
        supervisor.watch()


def dispatch(settings: Settings) -> None:
    """`gaung dispatcher`: one dispatcher in this process, until SIGTERM or SIGINT."""
    from gaung.core.engine.context import Engine
    from gaung.core.engine.dispatcher import Dispatcher

    ready(settings)
    broker_url = _given_broker(settings, "gaung dispatcher")
    dispatcher = Dispatcher(Engine(settings, "dispatcher"), broker_url)
    with _on_signal(dispatcher.stop), exposed(settings, "dispatcher", broker_url=broker_url):
        dispatcher.run()


def serve(settings: Settings) -> None:
    """`gaung serve`: the server of media and webhooks in this process, until SIGTERM or SIGINT."""
    from gaung.core.engine.context import Engine

    stop = threading.Event()
    broker_url = None if settings.broker_url == EMBEDDED else settings.broker_url
    with _on_signal(stop.set), exposed(settings, "serve", broker_url=broker_url):
        serving.serve(Engine(settings, "serve"), stop)


def ready(settings: Settings) -> Store:
    """The store, once its schema is right. Raises UserError with what to do."""
    store = Store(settings.database_url, actor="gaung.run")
    migrate.require(store)
    return store


def _child(
    role: str, settings: Settings, shape: Shape, arguments: Sequence[object], env: dict[str, str], fds: tuple[int, ...] = ()
) -> Child:
    level = [] if shape.stderr_level is None else ["--stderr-level", shape.stderr_level]
    command = python(_CHILD, role, "--home", settings.home, *arguments, *level)
    return Child(role, command, lean_on_it=role == "serve", env=env, fds=fds)  # platforms may fetch media to the last moment


def _workers(settings: Settings, shape: Shape, broker_url: str, env: dict[str, str]) -> Iterator[Child]:
    platforms = [part for name in shape.platforms for part in ("--platform", name)]
    for _ in range(shape.processes or 1):
        yield _child("worker", settings, shape, ["--broker", broker_url, "--threads", shape.threads, *platforms], env)


@contextlib.contextmanager
def _broker(settings: Settings, supervisor: Supervisor) -> Iterator[str]:
    if settings.broker_url != EMBEDDED:
        ping(settings.broker_url)
        yield settings.broker_url
        return
    broker = EmbeddedBroker()
    try:
        child = supervisor.add(Child("broker", broker.command(), lean_on_it=True))
        assert child.process is not None
        broker.wait(child.process)
        yield broker.url
    finally:
        supervisor.stop()  # nobody may still speak to it when its folder goes
        broker.close()


def _given_broker(settings: Settings, command: str) -> str:
    if settings.broker_url == EMBEDDED:
        raise UserError(
            f"{command} needs a broker that other processes reach, but broker_url is `embedded`.",
            "Set broker_url (GAUNG_BROKER_URL) to redis://HOST:PORT/DB, or use `gaung run`.",
        )
    ping(settings.broker_url)
    return settings.broker_url


def _media_server(settings: Settings, supervisor: Supervisor, shape: Shape, ending: contextlib.ExitStack) -> dict[str, str]:
    """Start the media server; answers what the other children must know of it."""
    free = settings.media.public_url is None and not settings.serve.port_chosen
    sock = ending.enter_context(serving.bind(settings.serve.host, 0 if free else settings.serve.port))
    supervisor.add(_child("serve", settings, shape, ["--fd", sock.fileno()], {}, (sock.fileno(),)))
    if settings.media.public_url is not None:
        return {}
    return {"GAUNG_MEDIA__PUBLIC_URL": serving.public_url(sock)}


def _idle(store: Store) -> Callable[[], bool]:
    quiet = 0

    def idle() -> bool:
        nonlocal quiet
        try:
            with store.read() as conn:
                busy = claims.busy(conn) or _looking(conn)
        except Exception as error:
            if not gone(error):
                raise
            busy = 1
        quiet = 0 if busy else quiet + 1
        return quiet >= 2

    return idle


def _looking(conn: Connection) -> int:
    """Looks for reshares that are due or under way, once a dispatcher has put down what is to be looked at; until then it is not known."""
    if not alive(conn, "dispatcher"):
        return 1
    return chores.busy(conn, threads_by_platform(conn) or None)


@contextlib.contextmanager
def _on_signal(stop: Callable[[], None]) -> Iterator[None]:
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda *_: stop()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
