"""Puts /metrics beside a running process, if the settings want it. Whatever goes wrong with it, the process goes on."""

import contextlib
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gaung.core.config import Settings
from gaung.core.engine.context import Engine
from gaung.core.errors import UserError

if TYPE_CHECKING:
    from gaung.core.metrics.collector import Children

_BROKER_SECONDS = 2.0
_log = logging.getLogger("gaung.metrics")


@contextlib.contextmanager
def exposed(settings: Settings, role: str, *, broker_url: str | None = None, children: "Children | None" = None) -> Iterator[str | None]:
    """Answer Prometheus in the block at `metrics.host` and `metrics.port`; the address, or None where there is none.

    `broker_url` None: this process knows of no broker. A port that is taken is one warning, and publishing goes on.
    """
    port = settings.metrics.port
    if port is None:
        yield None
        return
    with contextlib.ExitStack() as ending:
        address = None
        try:
            address = ending.enter_context(_started(settings, role, port, broker_url, children))
        except UserError as error:
            _log.warning("there are no figures for Prometheus: %s Everything else goes on.", error)
        else:
            _log.info("figures for Prometheus are at %s", address)
        yield address


@contextlib.contextmanager
def _started(settings: Settings, role: str, port: int, broker_url: str | None, children: "Children | None") -> Iterator[str]:
    from importlib.metadata import version

    from prometheus_client import CollectorRegistry, ProcessCollector

    from gaung.core.metrics import facts
    from gaung.core.metrics.collector import GaungCollector
    from gaung.core.metrics.sampler import Sampler
    from gaung.core.metrics.server import serving

    engine = Engine(settings, "metrics", threads=1)
    broker = None if broker_url is None else Sampler("the broker", lambda: _answers(broker_url))
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    database = Sampler("the database", lambda: facts.read(engine))
    registry.register(GaungCollector(role, version("gaung"), database, broker, children))
    try:
        with serving(registry, settings.metrics.host, port) as address:
            yield address
    finally:
        engine.store.close()


def _answers(broker_url: str) -> bool:
    import redis

    with contextlib.closing(
        redis.Redis.from_url(broker_url, socket_connect_timeout=_BROKER_SECONDS, socket_timeout=_BROKER_SECONDS)
    ) as one:
        return bool(one.ping())
