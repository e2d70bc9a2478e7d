"""The commands that need no post: init, office, plugin, pause, events, doctor, db, sandbox, and what the long-running ones refuse."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from typing import Any

import pytest


def test_init_tells_what_it_made(bare: Any) -> None:
    done = bare.ok("init")
    assert set(done) == {"home", "database", "schema", "key", "offices"}
    assert (done["home"], done["key"], done["offices"]) == (str(bare.home), "made", 16)
    again = bare("init")
    assert (again.code, "kept" in again.out) == (0, True)


def test_offices_are_listed_shown_and_added(cli: Any) -> None:
    assert len(cli.ok("office", "list")) == 16
    added = cli.ok("office", "add", "18.01.05", "--name", "PPK Jati Agung", "--level", "district")
    assert added == {"code": "18.01.05", "name": "PPK Jati Agung", "level": "district"}
    assert "PPK Jati Agung" in cli("office", "list").out
    cli.account("18.01.05")
    shown = cli.ok("office", "show", "18.01.05")
    assert (shown["name"], len(shown["accounts"]), shown["deliveries"]) == ("PPK Jati Agung", 1, {})
    assert "contoh_1180105" in cli("office", "show", "18.01.05").out
    assert "there already" in cli("office", "add", "18.01.05", "--name", "x", "--level", "district").line


def test_plugins_are_listed(cli: Any) -> None:
    found = {one["name"]: one for one in cli.ok("plugin", "list", "--office", "18")}
    assert {"facebook", "instagram", "youtube", "tiktok"} <= set(found)
    assert set(found["facebook"]) >= {"name", "package", "version", "status", "hooks", "reason"}
    assert (found["facebook"]["package"], found["facebook"]["status"]) == ("gaung", "enabled")
    assert "gaung_publish" in found["facebook"]["hooks"]
    assert "tiktok" in cli("plugin", "list").out


@pytest.mark.parametrize(
    ("option", "scope"), [(["--all"], "all"), (["--platform", "facebook"], "platform:facebook"), (["--office", "18.01"], "office:18.01")]
)
def test_pausing_and_resuming(cli: Any, option: list[str], scope: str) -> None:
    done = cli.ok("pause", *option, "--reason", "masa tenang")
    assert (done["scope"], done["changed"], [one["scope"] for one in done["pauses"]]) == (scope, True, [scope])
    assert f"Paused: {scope} (masa tenang)" in cli("pause", *option).out
    back = cli.ok("resume", *option)
    assert (back["lifted"], back["released"], back["pauses"]) == ([scope], 0, [])
    assert "Nothing is paused now." in cli("resume", *option).out


def test_events_are_json_lines_in_order(cli: Any) -> None:
    cli("pause", "--all")
    cli("resume", "--all")
    lines = [json.loads(line) for line in cli("events", "tail").out.splitlines()]
    assert [line["event"] for line in lines] == ["office.added", "scope.paused", "scope.resumed"]
    assert all(line["at"].endswith("+07:00") for line in lines)
    assert [json.loads(line)["event"] for line in cli("events", "tail", "-n", "1").out.splitlines()] == ["scope.resumed"]
    assert cli("events", "tail", "--event", "scope.paused", "--since", "1h").out.count("\n") == 1
    assert cli("events", "tail", "--since", "2099-01-01").out == ""


def test_the_schema_of_events_is_printed(bare: Any) -> None:
    assert "delivery.published" in bare("events", "schema").json["properties"]["event"]["enum"]


def test_the_log_of_the_home_follows_the_same_events(cli: Any) -> None:
    cli("pause", "--platform", "facebook")
    lines = [json.loads(line) for line in (cli.home / "logs" / "cli.jsonl").read_text().splitlines()]
    assert lines[-1]["event"] == "scope.paused"
    assert lines[-1]["platform"] == "facebook"


def test_events_follow_across_processes(cli: Any) -> None:
    command = [sys.executable, "-P", "-m", "gaung.cli", "events", "tail", "-f", "--home", str(cli.home), "--event", "scope.paused"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    assert process.stdout is not None
    try:
        cli("pause", "--platform", "tiktok")
        assert json.loads(process.stdout.readline())["data"]["scope"] == "platform:tiktok"
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def test_the_doctor_tells_what_to_do(cli: Any) -> None:
    found = cli.ok("doctor", "--offline")
    assert {"database", "broker", "plugins", "accounts", "clock", "disk", "key"} <= {one["name"] for one in found}
    assert all(set(one) == {"name", "status", "detail", "remedy"} for one in found)
    (cli.home / "secret.key").unlink()
    answer = cli("doctor", "--offline")
    assert answer.code == 1
    assert "gaung init" in answer.out


def test_the_doctor_asks_the_platforms(cli: Any, aimed: Any) -> None:
    made = aimed.platform("facebook").add_account("1001", "contoh_lampung")
    cli.account(external_id="1001", **made.credentials)
    assert "1 of 1 work" in cli("doctor").out
    aimed.platform("facebook").break_token("1001", "revoke")
    answer = cli("doctor")
    assert answer.code == 1
    assert "gaung explain account 1" in answer.out


def test_the_database_is_upgraded(cli: Any) -> None:
    done = cli.ok("db", "upgrade")
    assert set(done) == {"database", "from", "to"}
    assert done["from"] == done["to"]


def test_the_sandbox_tells_where_it_is_and_how_to_aim_at_it(cli: Any) -> None:
    command = [sys.executable, "-P", "-m", "gaung.cli", "sandbox", "--port", "0", "--home", str(cli.home)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        url = re.findall(r"http://127\.0\.0\.1:\d+", said)[0]
        while "GAUNG_PLUGINS__YOUTUBE__API_URL" not in said:
            said += process.stdout.readline()
        assert f"export GAUNG_PLUGINS__FACEBOOK__API_URL={url}/facebook" in said
        with urllib.request.urlopen(f"{url}/") as answer:
            assert answer.status == 200
    finally:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, "Traceback" in err) == (0, False)


def test_a_taken_port_is_one_line(cli: Any, sandbox: Any) -> None:
    port = sandbox.base_url.rpartition(":")[2]
    assert "Choose another --port" in cli("sandbox", "--port", port).line


@pytest.mark.parametrize("command", ["worker", "dispatcher"])
def test_many_machines_need_a_broker_that_all_reach(cli: Any, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "broker_url is `embedded`" in cli(command).line
    monkeypatch.setenv("GAUNG_BROKER_URL", "redis://:geheim99@127.0.0.1:9")
    answer = cli(command)
    assert answer.code == 1
    assert "127.0.0.1:9" in answer.line
    assert "geheim99" not in answer.err


def test_run_needs_a_home(bare: Any) -> None:
    assert "gaung init" in bare("run", "--until-idle").line
