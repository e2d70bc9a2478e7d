"""What /metrics tells is what the database holds, on both databases, and what `gaung top` shows; never a member."""

import dataclasses
import re
import time
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert, update

from gaung.core.alerts.rules import RULES
from gaung.core.engine.presence import Presence
from gaung.core.errors import Rejected
from gaung.core.manager import Manager
from gaung.core.metrics import facts, quotas
from gaung.core.metrics.collector import GaungCollector
from gaung.core.metrics.names import METRICS
from gaung.core.metrics.sampler import PATIENCE, Sampler
from gaung.core.records import Limit, Published
from gaung.core.services.context import Context
from gaung.core.services.overview import overview
from gaung.core.store import budgets, counts, events, pauses, totals
from gaung.core.store.ledger_tables import spent_requests
from gaung.core.store.measure_tables import alerts
from gaung.core.store.tables import accounts, plugin_faults, publications
from gaung.core.store.types import current, db_now
from gaung.core.switchboard import Switchboard

Found = dict[str, dict[tuple[str, ...], float]]
"""Metric's sample name -> values of its labels in the declared order (a bucket's `le` last) -> number."""


def out(_account: Any, content: Any, attempt: Any) -> Published:
    with attempt.mutating():
        return Published(f"x{attempt.delivery}", "https://toy/x")


def refused(_account: Any, _content: Any, _attempt: Any) -> Published:
    raise Rejected("no", code="1")


def scraped(world: Any) -> tuple[str, Found]:
    """One scrape as text, and as numbers."""
    registry = CollectorRegistry()
    children = {"worker": (2, 1)}
    database = Sampler("the database", lambda: facts.read(world.engine))
    registry.register(GaungCollector("run", "1.2.3", database, Sampler("the broker", lambda: True), lambda: children))
    text = generate_latest(registry).decode()
    found: Found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            declared = METRICS[re.sub("_(bucket|count|sum)$", "", sample.name)]
            labels = [*declared.labels, *(["le"] if "le" in sample.labels else [])]
            assert set(sample.labels) == set(labels), sample
            assert declared.kind == family.type, sample
            found.setdefault(sample.name, {})[tuple(sample.labels[one] for one in labels)] = sample.value
    return text, found


def set_toy(world: Any, **settings: Any) -> None:
    """As if `plugins.toy.*` stood in the file at the start."""
    world.engine.settings.plugins["toy"] = settings
    world.engine.switchboard = Switchboard(world.engine.settings, lambda: world.store, lambda: world.engine.box)


@pytest.fixture
def busy(world: Any) -> Any:
    """Two published (one late), one refused, one planned, one due; a pause, an alert, an account to reconnect, a worker."""
    world.toy.looks = True  # so that it declares sweep_requests
    world.engine.manager = Manager([world.toy.source()])
    world.toy.script("publish", out)
    world.delivery(external_id="a1", at_in=-20)
    world.delivery(external_id="a1", at_in=0)
    world.settle()
    world.toy.script("publish", refused)
    world.delivery(external_id="a2")
    world.settle()
    world.delivery(external_id="a1", at_in=3600, deadline_in=7200)
    world.delivery(external_id="a1", at_in=-30)
    with world.store.write() as conn:
        pauses.pause(conn, "office:18.09", kind="manual", reason="test")
        conn.execute(update(accounts).where(accounts.c.external_id == "a2").values(status="needs_reauth", limits={"posts_per_day": 50}))
        conn.execute(insert(alerts).values(kind="missed", key="post:1", data={}, raised_at=db_now()))
        conn.execute(insert(alerts).values(kind="missed", key="post:2", data={}, raised_at=db_now(), resolved_at=db_now()))
        fault = {"host": "h", "plugin": "broken", "package": "p", "version": "1", "reason": "why", "at": db_now()}
        conn.execute(insert(plugin_faults).values(**fault))
        events.emit(conn, "member.imported", data={"imported": 3})
    with world.store.write() as conn:
        assert not totals.add(conn)
    here = Presence(world.store, "worker", 8, ["toy"])
    yield world
    here.close()


def test_every_declared_metric_is_told_with_its_labels_and_agrees_with_the_database(busy: Any) -> None:
    text, found = scraped(busy)
    assert set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE)) == set(METRICS)
    top = overview(Context(busy.engine.settings, store=busy.store))
    told = {key: value for key, value in found["gaung_deliveries"].items() if value}
    assert told == {("toy", state): number for state, number in top["states"]["toy"].items()}
    assert told == {("toy", "published"): 2, ("toy", "failed"): 1, ("toy", "scheduled"): 2}
    assert found["gaung_deliveries"]["toy", "unconfirmed"] == 0
    assert found["gaung_queue_waiting"] == {("toy",): top["due"]["waiting"]} == {("toy",): 1}
    assert found["gaung_queue_oldest_seconds"]["toy",] == pytest.approx(30, abs=15)
    assert found["gaung_attempts_total"] == {("toy", one): {"published": 2, "failed": 1}.get(one, 0) for one in totals.OUTCOMES}
    assert found["gaung_events_total"]["delivery.missed", "toy"] == 0
    assert found["gaung_events_total"]["delivery.published", "toy"] == 2
    assert found["gaung_events_total"]["member.imported", ""] == 1
    assert found["gaung_lateness_seconds_count"] == {("toy",): 2}
    buckets = [found["gaung_lateness_seconds_bucket"]["toy", key] for key in ("10.0", "30.0", "7200.0", "+Inf")]
    assert buckets == [1, 2, 2, 2]
    assert found["gaung_lateness_seconds_sum"]["toy",] == pytest.approx(20, abs=9)
    assert found["gaung_totals_lag_seconds"][()] < 60
    assert found["gaung_scopes_paused"] == {("office", "manual"): 1}
    assert found["gaung_accounts"] == {("toy", "active"): 1, ("toy", "needs_reauth"): 1}
    assert found["gaung_alerts_open"] == {(kind,): float(kind == "missed") for kind in RULES}
    assert found["gaung_processes"] == {("worker",): 1, ("dispatcher",): 0}
    assert found["gaung_worker_threads"] == {("toy",): 8}
    assert found["gaung_plugins_broken"] == {("broken",): 1}
    assert found["gaung_child_restarts_total"] == {("worker",): 1}
    assert found["gaung_database_up"] == found["gaung_broker_up"] == {(): 1}
    assert found["gaung_build_info"] == {("1.2.3", "run"): 1}
    assert "contoh" not in text
    assert "token-of" not in text


def test_quotas_are_told_of_accounts_and_apps_that_have_one(busy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with busy.store.write() as conn:
        day = budgets.day_of(current(conn))
        conn.execute(insert(spent_requests).values(scope="app:toy:", day=day, requests=70))
        own = conn.execute(
            update(accounts).where(accounts.c.external_id == "a1").values(limits={"posts_per_day": 3}).returning(accounts.c.id)
        )
        first = str(own.scalar_one())
    set_toy(busy, sweep_requests=100)
    _, found = scraped(busy)
    left, limit = found["gaung_quota_left"], found["gaung_quota_limit"]
    assert set(left) == set(limit)
    assert (left["toy", "posts_per_day", "", first], limit["toy", "posts_per_day", "", first]) == (1, 3)
    assert (left["toy", "sweep_requests", "", ""], limit["toy", "sweep_requests", "", ""]) == (30, 100)
    monkeypatch.setattr(quotas, "MOST_ACCOUNTS", 1)
    _, fewer = scraped(busy)
    assert [key for key in fewer["gaung_quota_left"] if key[1] == "posts_per_day"] == [("toy", "posts_per_day", "", first)]


def test_the_uploads_of_an_app_are_counted_over_its_accounts_and_what_an_account_says_beats_what_is_documented(busy: Any) -> None:
    limits = tuple(
        Limit(name=name, value=value, unit="posts", source="test") for name, value in (("app_posts_per_day", 5), ("posts_per_day", 9))
    )
    platforms = {"toy": dataclasses.replace(busy.engine.manager.platform("toy"), limits=limits)}
    with busy.store.write() as conn:
        conn.execute(update(publications).where(publications.c.id == 1).values(published_at=db_now(-90000)))
        found = quotas.of_posts(conn, platforms, current(conn))
    assert sorted((one.quota, one.account or 0, one.left, one.limit) for one in found) == [
        ("app_posts_per_day", 0, 4, 5), ("posts_per_day", 1, 8, 9), ("posts_per_day", 2, 50, 50),
    ]  # fmt: skip


def test_a_setting_that_is_wrong_costs_only_the_quotas_of_apps(busy: Any, caplog: pytest.LogCaptureFixture) -> None:
    set_toy(busy, sweep_requests="many")
    _, found = scraped(busy)
    assert found["gaung_database_up"] == {(): 1}
    assert {key[1] for key in found["gaung_quota_left"]} == {"posts_per_day"}
    assert "plugins.toy.sweep_requests" in caplog.text


def test_a_reading_that_takes_too_long_is_cut_short(busy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "LONGEST", 0.2)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    monkeypatch.setattr(counts, "states", lambda conn, _now: conn.exec_driver_sql(endless).scalar())
    begun = time.monotonic()
    _, found = scraped(busy)
    assert time.monotonic() - begun < PATIENCE - 1, "it ended by itself: nobody was only tired of waiting for it"
    assert found["gaung_database_up"] == {(): 0}
    assert "gaung_deliveries" not in found
    monkeypatch.undo()
    assert scraped(busy)[1]["gaung_database_up"] == {(): 1}
