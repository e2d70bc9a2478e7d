"""`gaung plugin`, third-party commands, plugins that do not work: the program in a process of its own, real distributions on its path."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gaung.core.testkit.distributions import COMMAND, POLICY, command, install, plugin

HEAVY = "raise SystemExit('nobody asked for this import')\n"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that programs look for distributions in."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return folder


def answer(cli: Any, *arguments: str, code: int = 0) -> "subprocess.CompletedProcess[str]":
    done: subprocess.CompletedProcess[str] = cli.program(*arguments)
    assert done.returncode == code, done.stderr
    return done


def listed(cli: Any, *arguments: str) -> dict[str, Any]:
    return {row["name"]: row for row in json.loads(answer(cli, "plugin", "list", "--json", *arguments).stdout)}


def test_a_broken_plugin_is_listed_and_everything_else_works(cli: Any, site: Path) -> None:
    plugin(site, "bad", "import no_such_library\n", version="0.3")
    plugin(site, "tagline", POLICY.format(mark="#Contoh"))
    found = listed(cli)
    assert (found["bad"]["package"], found["bad"]["version"], found["bad"]["status"]) == ("gaung-bad", "0.3", "broken")
    assert found["bad"]["reason"] == "cannot be imported: ModuleNotFoundError: No module named 'no_such_library'"
    assert (found["tagline"]["status"], found["tagline"]["hooks"]) == ("enabled", ["gaung_prepare"])
    quiet, loud = answer(cli, "plugin", "list"), answer(cli, "plugin", "list", "--verbose")
    assert "Traceback" not in quiet.stdout + quiet.stderr
    assert "Traceback" in loud.stderr
    assert "Import (s)" in loud.stdout
    assert answer(cli, "office", "list").stderr == ""


def test_a_plugin_that_takes_long_is_named_and_holds_up_no_command_that_needs_none(cli: Any, site: Path) -> None:
    plugin(site, "slow", "import time\ntime.sleep(1.1)\n" + POLICY.format(mark="#Lama"))
    done = answer(cli, "plugin", "list", "--json")
    assert next(row for row in json.loads(done.stdout) if row["name"] == "slow")["import_seconds"] >= 1.1
    assert "plugin slow (package gaung-slow 0.1) takes 1." in done.stderr
    doctor = json.loads(answer(cli, "doctor", "--offline", "--json").stdout)
    assert any("slow (gaung-slow 0.1) takes" in line["detail"] and line["status"] == "warning" for line in doctor)
    (site / "gaung_slow_plugin.py").write_text(HEAVY)
    for quick in (["office", "list"], ["delivery", "list"], ["pause", "--all"], ["plugin", "disable", "slow", "--all-offices"]):
        assert answer(cli, *quick).stderr == ""


@pytest.mark.parametrize("arguments", [("--no-plugins", "plugin", "list", "--json"), ("plugin", "list", "--json", "--no-plugins")])
def test_third_parties_are_left_out_by_an_option_anywhere(cli: Any, site: Path, arguments: tuple[str, ...]) -> None:
    plugin(site, "tagline", HEAVY)
    done = answer(cli, *arguments)
    found = {row["name"]: row for row in json.loads(done.stdout)}
    assert (found["tagline"]["status"], found["tagline"]["reason"]) == ("disabled", "GAUNG_NO_PLUGINS is set")
    assert found["facebook"]["status"] == "enabled"
    assert "tagline" in done.stderr


def test_the_option_holds_for_one_command_only(cli: Any) -> None:
    assert cli("plugin", "list", "--no-plugins").code == 0
    assert "GAUNG_NO_PLUGINS" not in os.environ
    assert cli("plugin", "lst", "--no-plugins").code == 2
    assert "GAUNG_NO_PLUGINS" not in os.environ


def test_commands_of_others_are_listed_unimported_and_run_when_invoked(cli: Any, site: Path) -> None:
    command(site, "greet", COMMAND.format(said="halo dari luar"))
    command(site, "heavy", HEAVY)
    shown = answer(cli, "--help")
    assert "greet" in shown.stdout
    assert "(from gaung-greet)" in shown.stdout
    assert answer(cli, "greet").stdout == "halo dari luar\n"
    assert "Say something." in answer(cli, "greet", "--help").stdout
    assert answer(cli, "greet", "--json", "--no-plugins").stdout == "halo dari luar\n"
    hidden = answer(cli, "--no-plugins", "--help").stdout
    assert "greet" not in hidden
    assert "No such command 'greet'" in answer(cli, "--no-plugins", "greet", code=2).stderr
    assert "Did you mean 'greet'" in answer(cli, "gret", code=2).stderr


def test_a_command_may_use_gaung_as_gaungs_own_do(cli: Any, site: Path) -> None:
    source = (
        "import click\nfrom gaung.cli.options import pass_app\n@click.group()\ndef command(): ...\n@command.command()\n@pass_app\n"
        "def offices(app):\n    from gaung.core.services import offices\n    app.output.document(len(offices.list_offices(app.context)))\n"
    )
    command(site, "count", source)
    assert answer(cli, "count", "offices", "--json").stdout == "16\n"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import no_such_library\n", "cannot be imported: ModuleNotFoundError: No module named 'no_such_library'."),
        ("command = 7\n", "is no click command but of type int."),
        ("other = 7\n", "cannot be imported: AttributeError"),
        ("import click\n@click.command()\ndef command():\n    {}['x']\n", "unexpected KeyError in a command of the package gaung-bad 0.1"),
    ],
)
def test_a_broken_command_is_one_line_with_its_package(cli: Any, site: Path, source: str, words: str) -> None:
    command(site, "bad", source)
    done = answer(cli, "bad", code=1)
    (line,) = done.stderr.splitlines()
    assert words in line
    assert "gaung-bad 0.1" in line
    assert "Traceback" in answer(cli, "--verbose", "bad", code=1).stderr
    assert answer(cli, "--help").stderr == ""


def test_nobody_can_take_the_name_of_a_command_of_gaungs(cli: Any, site: Path) -> None:
    install(site, "gaung-thief", modules={"gaung_thief": HEAVY}, points={"gaung.commands": {"office": "gaung_thief:command"}})
    assert "gaung-thief" not in answer(cli, "--help").stdout
    assert "Way Kanan" in answer(cli, "office", "list").stdout


def test_hooks_are_traced_when_the_environment_asks(cli: Any, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin(site, "tagline", POLICY.format(mark="#Contoh"))
    cli.account(access_token="EAAG-rahasia-sekali-99")
    monkeypatch.setenv("GAUNG_TRACE_HOOKS", "1")
    done = answer(cli, "post", "check", cli.file(), "--json")
    assert json.loads(done.stdout)["deliveries"] == 1
    assert "gaung_prepare(account=Account(" in done.stderr
    assert "#Contoh" in done.stderr
    assert "EAAG" not in done.stderr


def test_a_platform_is_switched_for_an_office_and_listed_so(cli: Any) -> None:
    cli.account("18.01")
    done = cli.ok("plugin", "disable", "facebook", "--office", "18.01")
    assert done == {"plugin": "facebook", "office": "18.01", "status": "disabled", "changed": True, "skipped": 0, "followed": 0}
    assert "already disabled for office 18.01" in cli("plugin", "disable", "facebook", "--office", "18.01").out
    row = next(row for row in cli.ok("plugin", "list", "--office", "18.01") if row["name"] == "facebook")
    assert row["status"] == "disabled"
    assert row["reason"].startswith("disabled for 18.01 by ")
    assert "disabled for 18.01 by" in cli("plugin", "list", "--office", "18.01").out
    scheduled = cli.ok("post", "schedule", cli.file())
    assert (scheduled["deliveries"], scheduled["skipped"]) == (0, 1)
    assert [(row["state"], row["reason"]) for row in cli.ok("delivery", "list")] == [("skipped", "plugin_disabled")]
    assert cli.ok("plugin", "enable", "facebook", "--all-offices")["office"] is None
    row = next(row for row in cli.ok("plugin", "list", "--office", "18.01") if row["name"] == "facebook")
    assert row["reason"].startswith("enabled for all offices by ")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["disable", "facebook"], 2, "Say for whom"),
        (["enable", "facebook", "--office", "18", "--all-offices"], 2, "Say for whom"),
        (["disable", "facebok", "--all-offices"], 1, 'Did you mean "facebook"'),
        (["disable", "facebook", "--office", "18.99"], 1, "Unknown office 18.99"),
        (["set", "facebook", "poll_seconds", "--office", "18"], 2, "is no KEY=VALUE"),
        (["set", "facebook", "poll_second=3", "--office", "18"], 1, 'Did you mean "poll_seconds"'),
        (["set", "facebook", "app_id=-", "app_secret=-", "--office", "18"], 2, "Only one value"),
        (["unset", "facebook", "app_id", "--office", "18"], 1, "has set no app_id"),
        (["show", "nothing"], 1, "Unknown plugin nothing"),
    ],
)
def test_mistakes_are_told(cli: Any, arguments: list[str], code: int, words: str) -> None:
    done = cli("plugin", *arguments)
    assert (done.code, words in done.err) == (code, True), done.err


def test_an_office_sets_its_own_app_and_the_secret_comes_from_stdin(cli: Any) -> None:
    done = cli.program("plugin", "set", "facebook", "app_id=4711", "app_secret=-", "--office", "18.01", "--json", input="geheim-sekali\n")
    assert done.returncode == 0, done.stderr
    found = {line["name"]: line for line in json.loads(done.stdout)["settings"]}
    assert (found["app_id"]["value"], found["app_id"]["from"], found["app_secret"]["value"]) == ("4711", "office", "***")
    assert "geheim" not in done.stdout + done.stderr
    shown = cli("plugin", "show", "facebook", "--office", "18.01").out
    assert "4711" in shown
    assert "***" in shown
    assert "4711" not in cli("plugin", "show", "facebook").out
    assert cli.ok("plugin", "unset", "facebook", "app_id", "app_secret", "--office", "18.01")["office"] == "18.01"
