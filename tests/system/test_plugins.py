"""Plugins while everything runs: switched off and on for an office, broken, and gone."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from PIL import Image

from gaung.core.testkit.distributions import POLICY, plugin

TEXT = """\
title = "Cek DPT"
text = "Cek namamu di daftar pemilih."
purpose = "edukasi"
origin = "provinsi"
[to]
offices = ["all"]
platforms = ["{platform}"]
"""
RAISES = """\
from gaung.core.markers import hookimpl


@hookimpl
def gaung_event(event):
    raise OSError("disk full")
"""


def facebook(number: int, more: str = "") -> str:
    """A post file; Facebook refuses a text that it has just had."""
    return TEXT.format(platform="facebook").replace("pemilih.", f"pemilih {number}.").replace("[to]", f"{more}[to]")


def states(home: Any, post: int) -> dict[str, tuple[str, str | None]]:
    """State and reason of each office's delivery."""
    return {row["office"]: (row["state"], row["reason"]) for row in home.deliveries() if row["post"] == post}


def log(home: Any) -> list[dict[str, Any]]:
    """Everything that all processes logged."""
    return [json.loads(line) for path in (home.path / "logs").glob("*.jsonl") for line in path.read_text("utf-8").splitlines()]


def told(home: Any, name: str) -> list[dict[str, Any]]:
    """Events of a name."""
    return [line for line in log(home) if line["event"] == name]


def test_a_platform_switched_off_while_everything_runs_posts_nothing_more(home: Any) -> None:
    home.accounts("facebook", 2)
    process = home.start("run")
    first = home.post(facebook(1))
    home.until(lambda: {state for state, _ in states(home, first).values()} == {"published"})
    waiting = home.post(facebook(2, "at = 2099-01-01T08:00:00+07:00\n"))
    done = home.gaung("plugin", "disable", "facebook", "--office", "18.01")
    assert (done["status"], done["skipped"]) == ("disabled", 1)
    assert states(home, waiting)["18.01"] == ("skipped", "plugin_disabled")
    assert states(home, waiting)["18"][0] == "scheduled"
    second = home.post(facebook(3))
    home.until(lambda: states(home, second)["18"][0] == "published")
    assert states(home, second)["18.01"] == ("skipped", "plugin_disabled")
    home.gaung("plugin", "enable", "facebook", "--office", "18.01")
    third = home.post(facebook(4))
    home.until(lambda: {state for state, _ in states(home, third).values()} == {"published"})
    assert states(home, second)["18.01"] == ("skipped", "plugin_disabled")
    assert sorted(home.posts().values()) == [2, 3]
    assert process.poll() is None


def test_what_is_at_work_when_the_command_returns_publishes_nothing_afterwards(make_home: Any) -> None:
    home = make_home({"GAUNG_ENGINE__HTTP_TIMEOUT": "300"})
    home.accounts("instagram", 1)
    slow = home.sandbox.fault("instagram.media", "slow", seconds=250.0, times=-1)  # until we say so, however long the commands take
    home.start("run")
    Image.new("RGB", (400, 500), (20, 90, 60)).save(home.path / "poster.jpg")
    post = home.post(TEXT.format(platform="instagram").replace("[to]", 'media = ["poster.jpg"]\n[to]'))
    home.until(lambda: slow.applied and states(home, post)["18"][0] == "publishing")
    assert home.gaung("plugin", "disable", "instagram", "--all-offices")["skipped"] == 1
    slow.seconds = 0.0
    home.until(lambda: any("stopped: " in line["event"] for line in log(home)))  # the slow call came back, and the worker saw it
    assert states(home, post)["18"] == ("skipped", "plugin_disabled")
    assert home.sandbox.journal("instagram.media_publish") == []
    assert sum(home.posts("instagram").values()) == 0


def test_broken_plugins_and_failing_observers_stop_nothing_and_are_told_once(make_home: Any, tmp_path: Path) -> None:
    site = tmp_path / "site"
    plugin(site, "bad", "import no_such_library\n")
    plugin(site, "watcher", RAISES)
    plugin(site, "tagline", POLICY.format(mark="#Contoh"))
    home = make_home({"PYTHONPATH": str(site)})
    home.accounts("facebook", 2)
    for number in range(2):
        home.post(facebook(number))
        assert home.start("run", "--until-idle").wait(60) == 0
    assert {row["state"] for row in home.deliveries()} == {"published"}
    texts = [post.text for account in home.sandbox.platform("facebook").accounts.values() for post in account.posts]
    assert len(texts) == 4
    assert all(text.endswith("#Contoh") for text in texts)
    (event,) = told(home, "plugin.broken")
    assert (event["plugin"], event["package"], event["version"]) == ("bad", "gaung-bad", "0.1")
    logs = "".join(path.read_text("utf-8") for path in (home.path / "logs").glob("*.jsonl"))
    assert "plugin watcher (package gaung-watcher 0.1): gaung_event failed: OSError: disk full" in logs


def test_deliveries_of_a_plugin_that_is_gone_are_held_and_idle(make_home: Any) -> None:
    home = make_home()
    home.accounts("facebook", 1)
    post = home.post()
    database = sqlite3.connect(home.path / "gaung.db")
    with database:
        database.execute("UPDATE accounts SET platform = 'gone'")
        database.execute("UPDATE deliveries SET platform = 'gone'")
    database.close()
    assert home.start("run", "--until-idle").wait(60) == 0
    assert states(home, post)["18"] == ("held", "no_plugin")
    said = home.gaung("explain", "delivery", "1")
    assert "missing or broken" in said["text"]
    assert "gaung plugin list" in said["commands"]
    assert home.gaung("account", "check", "--all", code=1)[0]["ok"] is False
    assert any("accounts on gone" in line["detail"] for line in home.gaung("doctor", "--offline", code=1))
    assert home.gaung("plugin", "disable", "gone", "--all-offices")["skipped"] == 1
