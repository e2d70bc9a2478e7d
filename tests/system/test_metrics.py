"""/metrics of the four programs, as Prometheus gets it: the same truth everywhere, while things break, too."""

import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import func, make_url, select

from gaung.core.config import load
from gaung.core.engine.broker import EmbeddedBroker
from gaung.core.metrics.names import METRICS
from gaung.core.services import area_import, member_import
from gaung.core.services.context import Context
from gaung.core.store.db import Store
from gaung.core.store.tables import attempts, deliveries, events, publications
from gaung.core.testkit.leaks import leak

OF_INSTALLATION = {name for name, one in METRICS.items() if one.of == "installation"}
Numbers = dict[tuple[str, ...], float]


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Page:
    """One answer. `took`: seconds; `numbers` by sample name and the values of its labels in the order of their names."""

    def __init__(self, port: int) -> None:
        begun = time.monotonic()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
            self.text = answer.read().decode()
        self.took = time.monotonic() - begun
        self.families = {family.name + ("_total" if family.type == "counter" else "") for family in self._families()}
        self.numbers: dict[str, Numbers] = {}
        for family in self._families():
            for sample in family.samples:
                self.numbers.setdefault(sample.name, {})[tuple(value for _, value in sorted(sample.labels.items()))] = sample.value

    def _families(self) -> Any:
        return text_string_to_metric_families(self.text)

    def one(self, name: str) -> float:
        return self.numbers[name][()]

    def some(self, name: str) -> Numbers:
        """What is not zero."""
        return {labels: value for labels, value in self.numbers.get(name, {}).items() if value}


def until(port: int, true: Any, seconds: float = 40) -> Page:
    """Scrape until it says so."""
    end, page = time.monotonic() + seconds, None
    while time.monotonic() < end:
        try:
            page = Page(port)
        except urllib.error.URLError:  # it starts still
            time.sleep(0.1)
            continue
        if true(page):
            return page
        time.sleep(0.2)
    raise AssertionError(page.text if page else "no answer")


def agrees(page: Page, url: str) -> bool:
    """Whether everything told is what the tables hold."""
    store = Store(url, actor="test")
    with store.read() as conn:
        state, outcome, platform, name = deliveries.c.state, attempts.c.outcome, deliveries.c.platform, events.c.event
        of, own = func.coalesce(events.c.platform, ""), deliveries.c.id == attempts.c.delivery_id
        queries = {
            "gaung_deliveries": select(platform, state, func.count()).group_by(platform, state),
            "gaung_attempts_total": select(outcome, platform, func.count()).where(own).group_by(outcome, platform),
            "gaung_events_total": select(name, of, func.count()).group_by(name, of),
        }
        held = {metric: {(row[0], row[1]): float(row[2]) for row in conn.execute(query)} for metric, query in queries.items()}
        out = conn.execute(select(func.count()).select_from(publications)).scalar_one()
    store.close()
    late = sum(page.numbers.get("gaung_lateness_seconds_count", {}).values())
    return late == out and all(page.some(metric) == numbers for metric, numbers in held.items())


def register(home: Path) -> None:
    """A member, as `gaung member import` does it; in this process, for each command line takes its second."""
    ctx = Context(load(home))
    areas = "code,name,level,parent\n18,Lampung,province,\n18.01,Lampung Selatan,regency,18\n18.01.04,Natar,district,18.01\n"
    (home / "areas.csv").write_text(areas)
    area_import.import_areas(ctx, home / "areas.csv")
    rows = "A-0001,Siti Contoh Wulandari,PPK,18.01.04,2023-12-04,contohagt.siti,2026-11-01,2026-1"
    (home / "corps.csv").write_text(f"member_no,name,body,area,term_start,facebook,consent_at,consent_text\n{rows}\n")
    assert member_import.import_members(ctx, home / "corps.csv")["imported"] == 1
    ctx.close()


def test_run_tells_what_the_database_holds_and_what_became_of_its_children(home: Any) -> None:
    port, url = free_port(), f"sqlite:///{home.path}/gaung.db"
    home.accounts("facebook", 4)
    home.sandbox.fault("facebook.feed", "refused", times=1)
    register(home.path)
    home.post()
    process = home.start("run", "--metrics-port", str(port))
    until(port, lambda page: sum(page.numbers.get("gaung_events_total", {}).values()) > 0)
    home.until(lambda: {row["state"] for row in home.deliveries()} == {"published", "failed"})
    page = until(port, lambda page: agrees(page, url))
    assert page.families >= set(METRICS)
    assert page.some("gaung_deliveries") == {("facebook", "published"): 3, ("facebook", "failed"): 1}
    assert page.numbers["gaung_lateness_seconds_bucket"]["+Inf", "facebook"] == 3
    assert page.some("gaung_processes") == {("dispatcher",): 1, ("worker",): 1}
    assert page.numbers["gaung_events_total"]["member.imported", ""] == 1
    assert leak(page.text) is None
    assert [row for row in home.deliveries() if row["handle"] in page.text] == []
    assert [one for one in home.sandbox.platform("facebook").accounts.values() if one.credentials["access_token"] in page.text] == []

    children = {role: child for child in psutil.Process(process.pid).children(True) for role in ("worker", "redis-server", "valkey-server")
                if any(role in part for part in child.cmdline())}  # fmt: skip
    children["worker"].kill()
    broker = next(child for role, child in children.items() if role != "worker")
    broker.suspend()
    page = until(port, lambda page: page.one("gaung_broker_up") == 0 and page.some("gaung_child_restarts_total"))
    assert page.some("gaung_child_restarts_total") == {("worker",): 1}
    assert page.one("gaung_database_up") == 1
    broker.resume()
    until(port, lambda page: page.one("gaung_broker_up") == 1 and page.numbers["gaung_child_processes"]["worker",] == 1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    with pytest.raises(urllib.error.URLError):
        Page(port)


def test_many_machines_tell_the_same_and_say_when_database_or_broker_are_away(
    make_home: Any, postgres: Any, postgres_url: str, tmp_path: Path
) -> None:
    broker = EmbeddedBroker()
    server = subprocess.Popen(broker.command())
    broker.wait(server)
    taken, other = socket.create_server(("127.0.0.1", 0)), free_port()
    env = {"GAUNG_DATABASE_URL": postgres_url, "GAUNG_BROKER_URL": broker.url, "GAUNG_SERVE__PORT": str(free_port())}
    home = make_home(env)
    ports = {role: free_port() for role in ("dispatcher", "worker", "serve")}
    try:
        home.accounts("facebook", 2)
        home.post()
        for role, port in ports.items():
            few = ("--processes", "1", "--threads", "2") if role == "worker" else ()
            home.start(role, "--metrics-port", str(port), *few)
        home.env["GAUNG_SERVE__PORT"] = str(other)
        home.start("serve", "--metrics-port", str(taken.getsockname()[1]))
        home.until(lambda: {row["state"] for row in home.deliveries()} == {"published"}, 60)
        pages = {role: until(port, lambda page: agrees(page, postgres_url)) for role, port in ports.items()}
        for role, page in pages.items():
            assert [labels[0] for labels in page.numbers["gaung_build_info"]] == [role]
            assert page.families >= {name for name in METRICS if "child" not in name}
            assert ("gaung_child_processes" in page.families) == (role == "worker")
            assert (page.one("gaung_database_up"), page.one("gaung_broker_up")) == (1, 1)
            for name in ("gaung_deliveries", "gaung_lateness_seconds_bucket", "gaung_lateness_seconds_sum", "gaung_worker_threads"):
                assert page.numbers[name] == pages["worker"].numbers[name], (role, name)

        log = (home.path / "logs" / "serve.jsonl").read_text()
        assert log.count(f"127.0.0.1:{taken.getsockname()[1]} cannot be listened on") == 1
        assert _healthy(other), "a port for /metrics that is taken must not keep it from serving"

        database = make_url(postgres_url).database
        server.send_signal(signal.SIGSTOP)
        postgres.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
        postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")
        for role, port in ports.items():
            page = until(port, lambda page: page.one("gaung_database_up") == 0 and page.one("gaung_broker_up") == 0)
            assert page.families & OF_INSTALLATION == set(), role
            assert page.one("gaung_database_last_success_timestamp_seconds") > time.time() - 100
            assert page.took < 8  # a scrape gives up after 10
        server.send_signal(signal.SIGCONT)
        postgres.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")
        for port in ports.values():
            until(port, lambda page: page.one("gaung_database_up") == 1 and page.one("gaung_broker_up") == 1)
        until(ports["serve"], lambda page: agrees(page, postgres_url))
        lines = [line for path in (home.path / "logs").glob("*.jsonl") for line in path.read_text().splitlines() if "gaung.metrics" in line]
        assert [line for line in lines if "Traceback" in line] == []
        assert sum("the database is away" in line for line in lines) == len(ports)  # once each, however often it was asked
    finally:
        taken.close()
        home.close()
        server.send_signal(signal.SIGCONT)
        server.terminate()
        server.wait()
        broker.close()


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
