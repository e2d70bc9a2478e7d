"""Options stand anywhere, errors are one line with an exit code, and nothing else reaches stdout."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gaung.cli.main import LAZY, cli, run


def test_every_documented_command_is_there() -> None:
    import click

    nouns = {
        "office": {"list", "show", "add"},
        "plugin": {"list"},
        "account": {"add", "import", "list", "remove", "check"},
        "post": {"check", "schedule", "list", "show", "watch", "cancel", "reschedule", "retry", "delete", "import"},
        "delivery": {"list", "settle"},
        "explain": {"post", "delivery", "account"},
        "events": {"tail"},
        "db": {"upgrade"},
    }
    words = {"init", "demo", "run", "worker", "dispatcher", "serve", "sandbox", "doctor", "pause", "resume"}
    assert set(LAZY) >= words | set(nouns)
    ctx = click.Context(cli)
    for name in sorted(LAZY):
        command = cli.get_command(ctx, name)
        assert command is not None
        if name in nouns:
            assert isinstance(command, click.Group)
            assert set(command.list_commands(ctx)) >= nouns[name]
        assert command.help


def test_every_command_explains_itself_and_takes_the_common_options() -> None:
    import click

    def walk(command: click.Command, ctx: click.Context) -> None:
        options = {param.name for param in command.params}
        assert {"home", "json", "quiet", "verbose"} <= options, command.name
        assert command.help, command.name
        if isinstance(command, click.Group):
            for name in command.list_commands(ctx):
                inner = command.get_command(ctx, name)
                assert inner is not None
                walk(inner, ctx)

    walk(cli, click.Context(cli))


@pytest.mark.parametrize("where", [0, 1, 2])
def test_common_options_stand_before_and_after_any_command(cli: Any, where: int) -> None:
    words = ["office", "list"]
    words.insert(where, "--json")
    assert len(cli(*words).json) == 16


def test_the_innermost_home_wins(cli: Any, tmp_path: Path) -> None:
    answer = cli("office", "list", "--home", str(tmp_path / "other"))
    assert answer.code == 1
    assert "other" in answer.line


def test_the_home_comes_from_the_environment(cli: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("GAUNG_HOME", str(cli.home))
    assert run(["office", "list", "--quiet"]) == 0
    assert "KPU Provinsi Lampung" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["offce"], "Did you mean 'office'?"),
        (["post", "shedule"], "Did you mean 'schedule'?"),
        (["delivery", "list", "--post", "x"], "not a valid integer"),
        (["account", "check"], "ids, or --all"),
        (["account", "check", "1", "--all"], "ids, or --all"),
        (["delivery", "settle", "1"], "--published URL and --not-there"),
        (["delivery", "settle", "1", "--not-there", "--published", "https://x"], "--published URL and --not-there"),
        (["delivery", "settle", "1", "--not-there", "--external-id", "1"], "goes with --published"),
        (["post", "reschedule", "1", "--at", "besok"], "is no time"),
        (["post", "retry", "1", "--deadline", "19:30"], "2026"),
        (["events", "tail", "--since", "kemarin"], "is no time"),
        (["office", "add", "18.99", "--name", "x", "--level", "kota"], "kota"),
        (["post", "list", "--limit", "0"], "0"),
        (["pause"], "exactly one of"),
        (["resume", "--all", "--office", "18"], "exactly one of"),
    ],
)
def test_wrong_usage_is_2(cli: Any, arguments: list[str], words: str) -> None:
    answer = cli(*arguments)
    assert answer.code == 2
    assert words in answer.err
    assert answer.out == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["office", "show", "18.99"], "Unknown office 18.99"),
        (["account", "remove", "9"], "no account 9"),
        (["post", "show", "9"], "no post 9"),
        (["post", "cancel", "9"], "no post 9"),
        (["post", "watch", "9"], "no post 9"),
        (["post", "delete", "9"], "no post 9"),
        (["post", "retry", "9"], "no post 9"),
        (["post", "reschedule", "9", "--at", "2099-01-01T10:00"], "no post 9"),
        (["post", "check", "no.toml"], "no.toml"),
        (["post", "import", "no.csv"], "no.csv"),
        (["account", "import", "no.csv"], "no.csv"),
        (["delivery", "list", "--state", "publised"], 'Did you mean "published"?'),
        (["delivery", "settle", "9", "--not-there"], "no delivery 9"),
        (["explain", "delivery", "9"], "no delivery 9"),
        (["pause", "--platform", "facebok"], "Did you mean facebook"),
        (["plugin", "list", "--office", "18.99"], "Unknown office"),
    ],
)
def test_what_is_refused_is_1_and_one_line_on_stderr(cli: Any, arguments: list[str], words: str) -> None:
    answer = cli(*arguments)
    assert answer.code == 1
    assert words in answer.line
    assert answer.line.startswith("Error: ")
    assert answer.out == ""


@pytest.mark.parametrize("arguments", [["office", "list"], ["post", "list"], ["explain", "post", "1"], ["doctor", "--offline"]])
def test_without_a_home_every_command_says_init(bare: Any, arguments: list[str]) -> None:
    answer = bare(*arguments)
    assert answer.code == 1
    assert "gaung init" in answer.err + answer.out
    assert "Traceback" not in answer.err


def test_an_unreachable_database_is_one_line_without_its_password(bare: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAUNG_DATABASE_URL", "postgresql+psycopg://gaung:geheim99@127.0.0.1:9/gaung")
    answer = bare("post", "list")
    assert answer.code == 1
    assert "127.0.0.1:9" in answer.line
    assert "GAUNG_DATABASE_URL" in answer.line
    assert "geheim99" not in answer.err


def test_a_wrong_setting_is_one_line(cli: Any) -> None:
    (cli.home / "gaung.toml").write_text("[engine]\nleese = 3")
    assert 'Did you mean "lease"?' in cli("office", "list").line


def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    from gaung.core.services import posts

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("token EAAG-sangat-rahasia")

    monkeypatch.setattr(posts, "list_posts", fail)


def test_a_bug_is_one_line_with_a_pointer_to_the_log_and_no_traceback(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from gaung.core.secrets import remember

    remember(["EAAG-sangat-rahasia"])
    broken(monkeypatch)
    answer = cli("post", "list")
    assert answer.code == 1
    log = cli.home / "logs" / "cli.jsonl"
    assert answer.line == f"Error: unexpected ZeroDivisionError: token ***. Run it again with --verbose, or look into {log}."
    assert "ZeroDivisionError" in log.read_text()
    assert "rahasia" not in log.read_text()


def test_verbose_shows_the_traceback(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch)
    answer = cli("post", "list", "--verbose")
    assert answer.code == 1
    assert "Traceback" in answer.err
    assert answer.err.splitlines()[-1].startswith("Error: unexpected ZeroDivisionError")


def test_quiet_leaves_data_and_errors(bare: Any) -> None:
    answer = bare("init", "--quiet")
    assert (answer.code, answer.err) == (0, "")
    assert "offices" in answer.out
    assert "Unknown office" in bare("office", "show", "x", "--quiet").line


def test_the_version_is_told(bare: Any) -> None:
    from importlib.metadata import version

    answer = bare("--version")
    assert (answer.code, answer.out) == (0, f"gaung {version('gaung')}\n")


@pytest.mark.parametrize("arguments", [[], ["post"]])
def test_without_a_command_the_help_is_shown(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    said = capsys.readouterr()
    assert "Commands:" in said.out + said.err


def start(cli: Any, *arguments: str) -> "subprocess.Popen[str]":
    """The real program, to be dealt with while it runs."""
    command = [sys.executable, "-P", "-m", "gaung.cli", "--home", str(cli.home), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))


def test_a_closed_pipe_is_quiet(cli: Any) -> None:
    process = start(cli, "events", "tail", "-f")
    assert process.stdout is not None
    assert process.stderr is not None
    assert "office.added" in process.stdout.readline()
    process.stdout.close()
    cli.account()  # the next line finds nobody who reads
    assert process.wait(30) == 0
    assert process.stderr.read() == ""
    process.stderr.close()


def test_ctrl_c_ends_quietly_with_130(cli: Any) -> None:
    process = start(cli, "events", "tail", "-f")
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "")
