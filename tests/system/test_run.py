"""`gaung run` and what may happen to its processes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest


def children(process: "subprocess.Popen[bytes]", role: str) -> list[psutil.Process]:
    """The children of a `gaung run` with this role."""
    found = psutil.Process(process.pid).children(recursive=True)
    return [child for child in found if role in _arguments(child)]


def _arguments(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


def test_run_until_idle_publishes_everything_once_and_ends_with_0(home: Any) -> None:
    home.accounts("facebook", 4)
    home.post()
    assert home.start("run", "--until-idle").wait(60) == 0
    rows = home.deliveries()
    assert {row["state"] for row in rows} == {"published"}
    assert all(row["external_id"] and row["url"] and row["attempts"] == 1 for row in rows)
    assert set(home.posts().values()) == {1}


def test_failed_deliveries_do_not_change_the_exit_code(home: Any) -> None:
    home.accounts("facebook", 1)
    home.sandbox.fault("facebook.feed", "refused", times=-1)
    home.post()
    assert home.start("run", "--until-idle").wait(60) == 0
    [row] = home.deliveries()
    assert row["state"] == "failed"
    assert row["error"]["code"]


def test_every_step_is_in_the_structured_log_with_the_same_ids(home: Any) -> None:
    home.accounts("facebook", 1)
    home.post()
    home.start("run", "--until-idle").wait(60)
    lines = [line for path in (home.path / "logs").glob("*.jsonl") for line in path.read_text().splitlines() if '"delivery": 1' in line]
    for step in ("delivery.queued", "delivery.publishing", "delivery.published"):
        assert any(f'"{step}"' in line for line in lines), step


def test_killed_children_are_started_again_and_the_work_goes_on(home: Any) -> None:
    home.accounts("facebook", 6)
    home.sandbox.fault("facebook.feed", "slow", seconds=0.5, times=-1)
    process = home.start("run")
    home.until(lambda: children(process, "worker") and children(process, "dispatcher"))
    home.post()
    home.until(lambda: home.sandbox.journal("facebook.feed"))  # a state that lasts half a second may fall between two commands
    for role in ("worker", "dispatcher"):
        for child in children(process, role):
            child.kill()
    home.until(lambda: {row["state"] for row in home.deliveries()} == {"published"}, 60)
    assert set(home.posts().values()) == {1}
    assert process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_ends_cleanly_on_a_signal_and_leaves_no_process(home: Any, number: signal.Signals) -> None:
    home.accounts("facebook", 3)
    process = home.start("run")
    home.until(lambda: children(process, "worker"))
    started = psutil.Process(process.pid).children(recursive=True)
    home.post()
    home.until(lambda: any(row["state"] == "published" for row in home.deliveries()))
    process.send_signal(number)
    assert process.wait(60) == 0
    assert [child for child in started if child.is_running()] == []
    assert {row["state"] for row in home.deliveries()} <= {"published", "scheduled"}


def test_children_end_when_their_supervisor_is_killed(home: Any) -> None:
    process = home.start("run")
    home.until(lambda: children(process, "worker") and children(process, "dispatcher"))
    started = [child for role in ("worker", "dispatcher", "serve") for child in children(process, role)]
    process.kill()
    process.wait()
    end = time.monotonic() + 40
    while any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in started):
        assert time.monotonic() < end
        time.sleep(0.2)


def test_pause_stops_and_resume_goes_on_at_once(home: Any) -> None:
    home.accounts("facebook", 2)
    home.gaung("pause", "--platform", "facebook")
    home.start("run")
    home.post()
    home.until(lambda: {(row["state"], row["reason"]) for row in home.deliveries()} == {("held", "paused")})
    assert sum(home.posts().values()) == 0
    home.gaung("resume", "--platform", "facebook")
    home.until(lambda: {row["state"] for row in home.deliveries()} == {"published"})


def test_a_worker_on_another_home_with_database_store_and_key_publishes(make_home: Any, postgres_url: str, tmp_path: Path) -> None:
    from gaung.core.engine.broker import EmbeddedBroker

    broker = EmbeddedBroker()
    server = subprocess.Popen(broker.command())
    broker.wait(server)
    try:
        shared = {"GAUNG_DATABASE_URL": postgres_url, "GAUNG_BROKER_URL": broker.url, "GAUNG_MEDIA__STORE": str(tmp_path / "store")}
        first = make_home(shared, "first")
        first.accounts("facebook", 3)
        key = (first.path / "secret.key").read_text()
        second = make_home({**shared, "GAUNG_SECRET_KEY": key}, "second")
        from PIL import Image

        Image.new("RGB", (400, 500), (20, 90, 60)).save(first.path / "poster.jpg")
        first.post(
            'title = "t"\ntext = "Halo"\npurpose = "edukasi"\norigin = "provinsi"\nmedia = ["poster.jpg"]\n'
            '[to]\noffices = ["all"]\nplatforms = ["facebook"]\n'
        )
        (first.path / "poster.jpg").unlink()
        first.start("dispatcher")
        second.start("worker", "--processes", "1", "--threads", "4")
        first.until(lambda: {row["state"] for row in first.deliveries()} == {"published"})
        assert set(first.posts().values()) == {1}
    finally:
        for home in (first, second):
            home.close()
        server.terminate()
        server.wait()
        broker.close()


def test_a_broker_that_is_away_is_one_line_with_the_address_and_no_password(home: Any) -> None:
    home.env["GAUNG_BROKER_URL"] = "redis://:geheim99@127.0.0.1:9/0"
    command = [sys.executable, "-P", "-m", "gaung.cli", "run", "--until-idle"]
    done = subprocess.run(command, env=home.env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "127.0.0.1:9" in done.stderr
    assert "geheim99" not in done.stderr + done.stdout
    assert len(done.stderr.strip().splitlines()) == 1


def test_no_token_is_in_any_file_of_the_home(home: Any) -> None:
    home.accounts("facebook", 2)
    home.sandbox.fault("facebook.feed", "error_after", times=1)
    home.post()
    home.start("run", "--until-idle").wait(60)
    tokens = [account.credentials["access_token"].encode() for account in home.sandbox.platform("facebook").accounts.values()]
    for folder, _, names in os.walk(home.path):
        for name in names:
            data = Path(folder, name).read_bytes()
            assert not any(token in data for token in tokens), name
