"""Every metric that is exported, as data: what is not declared here cannot be exported, and docs/metrics.md is made from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["gauge", "counter", "histogram"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """One metric. `of`: the whole installation, by the database, or the process that answers."""

    name: str
    kind: Kind
    labels: tuple[str, ...] = ()
    of: Literal["installation", "process"] = "installation"
    help: str


_LIST = (
    Exported(name="gaung_build_info", kind="gauge", labels=("version", "role"), of="process", help="1; the version and role that answer."),
    Exported(name="gaung_database_up", kind="gauge", of="process", help="1: the database answered this scrape; 0: not, or too late."),
    Exported(
        name="gaung_database_last_success_timestamp_seconds", kind="gauge", of="process",
        help="When the database last answered this process; 0: never yet.",
    ),
    Exported(name="gaung_database_read_seconds", kind="gauge", of="process", help="How long reading everything below took."),
    Exported(
        name="gaung_broker_up", kind="gauge", of="process",
        help="1: the broker answers; 0: it does not. `gaung serve` tells it only of a broker_url that is not `embedded`.",
    ),
    Exported(
        name="gaung_broker_last_success_timestamp_seconds", kind="gauge", of="process",
        help="When the broker last answered this process; 0: never yet.",
    ),
    Exported(
        name="gaung_child_processes", kind="gauge", labels=("role",), of="process",
        help="Child processes that run, of `gaung run` and `gaung worker`.",
    ),
    Exported(
        name="gaung_child_restarts_total", kind="counter", labels=("role",), of="process",
        help="How often a child process had died and was started again.",
    ),
    Exported(
        name="gaung_deliveries", kind="gauge", labels=("platform", "state"),
        help="Deliveries by state: all that are open, and those of the last day's posts that ended; as `gaung top` counts.",
    ),
    Exported(name="gaung_queue_waiting", kind="gauge", labels=("platform",), help="Deliveries that are due and wait for a worker."),
    Exported(
        name="gaung_queue_oldest_seconds", kind="gauge", labels=("platform",),
        help="How long the oldest of them has been waiting; 0: none waits.",
    ),
    Exported(
        name="gaung_lateness_seconds", kind="histogram", labels=("platform",),
        help="Seconds from the planned time of a post to its publication, of all publications since the beginning.",
    ),
    Exported(
        name="gaung_attempts_total", kind="counter", labels=("platform", "outcome"),
        help="Attempts by how they ended. An unknown outcome that is settled later counts again, as what it turned out to be.",
    ),
    Exported(
        name="gaung_events_total", kind="counter", labels=("event", "platform"),
        help="Events by name since the beginning (docs/events.md); `platform` is empty for those of none.",
    ),
    Exported(
        name="gaung_totals_lag_seconds", kind="gauge",
        help="Age of the oldest event that the counters and the histogram do not hold yet. Seconds, or no dispatcher runs.",
    ),
    Exported(
        name="gaung_quota_limit", kind="gauge", labels=("platform", "quota", "app", "account"),
        help="Posts or requests that may go out in a day: of an app, or of an account (its number; at most 200, the scarcest).",
    ),
    Exported(
        name="gaung_quota_left", kind="gauge", labels=("platform", "quota", "app", "account"),
        help="What is left of it. `*posts_per_day` counts Gaung's publications of 24 hours, `*_requests` those of the day (UTC).",
    ),
    Exported(
        name="gaung_scopes_paused", kind="gauge", labels=("scope", "kind"),
        help="Pauses in force: of `all`, a `platform`, an `office`, an `app` or an `account`, by hand (`manual`) or by limits (`auto`).",
    ),
    Exported(name="gaung_accounts", kind="gauge", labels=("platform", "status"), help="Accounts by status: `active`, `needs_reauth`."),
    Exported(name="gaung_alerts_open", kind="gauge", labels=("kind",), help="Open alerts by kind, as `gaung alert list` shows them."),
    Exported(name="gaung_processes", kind="gauge", labels=("role",), help="Dispatchers and workers seen within 15 seconds, anywhere."),
    Exported(name="gaung_worker_threads", kind="gauge", labels=("platform",), help="Threads that can publish to a platform, anywhere."),
    Exported(name="gaung_plugins_broken", kind="gauge", labels=("plugin",), help="Machines on which a plugin is broken."),
)  # fmt: skip

METRICS: Mapping[str, Exported] = {one.name: one for one in _LIST}
"""By name."""
