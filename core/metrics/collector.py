"""Turns what was read into metric families of prometheus_client, at the moment of a scrape."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from gaung.core.event_schema import EVENTS
from gaung.core.metrics.facts import Facts
from gaung.core.metrics.names import METRICS
from gaung.core.metrics.sampler import Sampler
from gaung.core.store import totals

if TYPE_CHECKING:
    from prometheus_client import Metric

Rows = Iterable[tuple[Sequence[object], float]]
"""Values of the labels, and the number."""
Children = Callable[[], Mapping[str, tuple[int, int]]]
"""By role: how many child processes run, and how often one was started again."""
_TOLD = tuple(name for name in EVENTS if name.startswith("delivery."))
_LISTED_STATES = ("queued", "publishing", "processing", "unconfirmed", "held", "scheduled")


class GaungCollector(Collector):
    """Everything of ours. What is not known is left out, and `..._up` says why; nothing is told from memory."""

    def __init__(
        self, role: str, version: str, database: Sampler[Facts], broker: Sampler[bool] | None = None, children: Children | None = None
    ) -> None:
        self._labels = (version, role)
        self._database, self._broker, self._children = database, broker, children

    def describe(self) -> Iterable["Metric"]:
        """Nothing: registering must not ask the database."""
        return ()

    def collect(self) -> Iterator["Metric"]:
        """All families, each once."""
        self._database.begin()
        yield _family("gaung_build_info", [(self._labels, 1)])
        yield from self._processes()
        if self._broker is not None:
            broker = self._broker.get()
            yield _family("gaung_broker_up", [((), broker.value is not None)])
            yield _family("gaung_broker_last_success_timestamp_seconds", [((), broker.last_success)])
        database = self._database.get()
        yield _family("gaung_database_up", [((), database.value is not None)])
        yield _family("gaung_database_last_success_timestamp_seconds", [((), database.last_success)])
        if database.value is not None:
            yield from _installation(database.value)

    def _processes(self) -> Iterator["Metric"]:
        if self._children is None:
            return
        found = sorted(self._children().items())
        yield _family("gaung_child_processes", [((role,), alive) for role, (alive, _) in found])
        yield _family("gaung_child_restarts_total", [((role,), restarts) for role, (_, restarts) in found])


def _installation(facts: Facts) -> Iterator["Metric"]:
    platforms = sorted({*facts.states, *facts.waiting, *facts.threads, *(platform for platform, _ in facts.accounts)})
    yield _family("gaung_database_read_seconds", [((), facts.read_seconds)])
    yield _family("gaung_deliveries", _states(facts, platforms))
    yield _family("gaung_queue_waiting", [((one,), facts.waiting.get(one, (0, 0.0))[0]) for one in platforms])
    yield _family("gaung_queue_oldest_seconds", [((one,), facts.waiting.get(one, (0, 0.0))[1]) for one in platforms])
    yield _lateness(facts.totals, platforms)
    attempts = _counted(facts, totals.ATTEMPTS, platforms, totals.OUTCOMES)
    yield _family("gaung_attempts_total", [((platform, outcome), value) for (platform, outcome), value in attempts])
    yield _family("gaung_events_total", [((name, of), value) for (of, name), value in _counted(facts, totals.EVENTS, platforms, _TOLD)])
    yield _family("gaung_totals_lag_seconds", [((), facts.uncounted)])
    for name in ("limit", "left"):
        known = [one for one in facts.quotas if one.limit is not None]
        rows = [((one.platform, one.quota, one.app, one.account or ""), float(getattr(one, name))) for one in known]
        yield _family(f"gaung_quota_{name}", rows)
    yield _family("gaung_scopes_paused", facts.pauses.items())
    yield _family("gaung_accounts", sorted(facts.accounts.items()))
    yield _family("gaung_alerts_open", [((kind,), number) for kind, number in sorted(facts.alerts.items())])
    roles = {"dispatcher": 0, "worker": 0} | dict(facts.processes)
    yield _family("gaung_processes", [((role,), number) for role, number in roles.items()])
    yield _family("gaung_worker_threads", [((one,), facts.threads.get(one, 0)) for one in platforms])
    yield _family("gaung_plugins_broken", [((plugin,), number) for plugin, number in sorted(facts.broken.items())])


def _states(facts: Facts, platforms: Sequence[str]) -> Rows:
    """A state that nothing is in is 0 for each platform, so that a rule can tell it from not knowing."""
    for platform in platforms:
        found = dict.fromkeys(_LISTED_STATES, 0) | dict(facts.states.get(platform, {}))
        yield from (((platform, state), number) for state, number in found.items())


def _counted(facts: Facts, name: str, platforms: Sequence[str], keys: Sequence[str]) -> list[tuple[tuple[str, str], float]]:
    """Totals of one name by platform and key. What never happened is 0: Prometheus sees no growth in a number that was not there before."""
    zeros = {(platform, key): 0.0 for platform in platforms for key in keys}
    return sorted((zeros | {(of, key): value for (one, of, key), value in facts.totals.items() if one == name}).items())


def _lateness(found: Mapping[totals.Total, float], platforms: Sequence[str]) -> "Metric":
    """Kept apart by bucket, told cumulatively. A bound of an older version counts in the next one above."""
    family: Any = _family("gaung_lateness_seconds", ())
    for platform in sorted({*platforms, *(of for name, of, _ in found if name == totals.LATENESS)}):
        own = [(float(key), value) for (name, of, key), value in found.items() if (name, of) == (totals.LATENESS, platform)]
        bounds = (*totals.BOUNDS, math.inf)
        buckets = [("+Inf" if bound == math.inf else str(bound), sum(n for upto, n in own if upto <= bound)) for bound in bounds]
        family.add_metric([platform], buckets, sum_value=found.get((totals.SECONDS_LATE, platform, ""), 0.0))
    return family  # type: ignore[no-any-return]


def _family(name: str, rows: Rows) -> "Metric":
    """A declared metric with its numbers."""
    declared = METRICS[name]
    kinds: Mapping[str, Any] = {"gauge": GaugeMetricFamily, "counter": CounterMetricFamily, "histogram": HistogramMetricFamily}
    family = kinds[declared.kind](name.removesuffix("_total"), declared.help, labels=declared.labels)
    for labels, value in rows:
        family.add_metric([str(label) for label in labels], float(value))
    return family  # type: ignore[no-any-return]
