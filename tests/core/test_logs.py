"""Log lines are JSON with the ids of the work, without secrets, in files that several processes share."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gaung.core import logs
from gaung.core.logfile import SharedFile
from gaung.core.secrets import remember


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before, root, level = logs._sinks, list(logging.getLogger().handlers), logging.getLogger().level
    logs._sinks = logs._Sinks()
    yield
    if logs._sinks.file is not None:
        logs._sinks.file.close()
    logs._sinks = before
    logging.getLogger().handlers, logging.getLogger().level = root, level


def lines(home: Path, role: str = "cli") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / "logs" / f"{role}.jsonl").read_text("utf-8").splitlines()]


def test_a_line_carries_time_level_event_and_the_bound_ids(tmp_path: Path) -> None:
    logs.setup(tmp_path, "cli")
    with logs.bound(delivery=17, post=3, office="18.01", platform=None):
        logs.get_logger("engine").info("delivery.published", url="https://x")
    logs.get_logger("engine").info("later")
    first, second = lines(tmp_path)
    assert (first["event"], first["level"], first["delivery"], first["post"], first["office"]) == (
        "delivery.published",
        "info",
        17,
        3,
        "18.01",
    )
    assert first["at"].endswith("+07:00")
    assert first["logger"] == "engine"
    assert "platform" not in first
    assert "delivery" not in second


def test_no_secret_reaches_the_file_or_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    remember(["token-sangat-rahasia"])
    logs.setup(tmp_path, "cli", verbose=True)
    log = logs.get_logger("x")
    log.warning("refused token-sangat-rahasia", data={"body": ["token-sangat-rahasia"]}, error=ValueError("token-sangat-rahasia"))
    try:
        raise RuntimeError("token-sangat-rahasia")
    except RuntimeError:
        log.exception("broke")
    logging.getLogger("dramatiq").error("lost %s", "token-sangat-rahasia")
    written = (tmp_path / "logs" / "cli.jsonl").read_text()
    shown = capsys.readouterr().err
    assert "RuntimeError" in written
    for text in (written, shown):
        assert "rahasia" not in text
        assert text.count("***") >= 5


def test_other_libraries_come_into_the_same_stream_from_warning_on(tmp_path: Path) -> None:
    logs.setup(tmp_path, "worker", quiet=True)
    logging.getLogger("dramatiq.worker").info("quiet")
    logging.getLogger("dramatiq.worker").warning("loud %d", 1)
    logging.getLogger("alembic").info("quiet")
    assert [(line["logger"], line["event"], line["level"]) for line in lines(tmp_path, "worker")] == [
        ("dramatiq.worker", "loud 1", "warning")
    ]


@pytest.mark.parametrize(
    ("role", "options", "seen"),
    [
        ("cli", {}, ["warned"]),
        ("cli", {"quiet": True}, []),
        ("cli", {"verbose": True}, ["detail", "told", "warned"]),
        ("worker", {}, ["told", "warned"]),
        ("worker", {"quiet": True}, []),
    ],
)
def test_stderr_shows_as_much_as_was_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], role: str, options: dict[str, Any], seen: list[str]
) -> None:
    logs.setup(tmp_path, role, **options)
    log = logs.get_logger("x")
    log.debug("detail")
    log.info("told")
    log.warning("warned")
    shown = capsys.readouterr().err
    assert [word for word in ("detail", "told", "warned") if word in shown] == seen


def test_stderr_is_json_where_nobody_reads_and_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup(tmp_path, "worker")
    logs.get_logger("x").info("told", delivery=1)
    assert json.loads(capsys.readouterr().err)["delivery"] == 1
    logs.setup(tmp_path, "worker", json=False)
    logs.get_logger("x").info("told", delivery=1)
    assert "told delivery=1" in capsys.readouterr().err


def test_a_full_file_is_rotated_and_only_so_many_are_kept(tmp_path: Path) -> None:
    file = SharedFile(tmp_path / "worker.jsonl", max_bytes=100, kept=3)
    for number in range(40):
        file.write(f"line {number:03d} ......................\n")
    file.close()
    assert sorted(path.name for path in tmp_path.glob("*.jsonl*")) == ["worker.jsonl", *(f"worker.jsonl.{n}" for n in (1, 2, 3))]
    assert "line 039" in (tmp_path / "worker.jsonl").read_text()


def test_processes_that_share_a_file_lose_no_line_and_mix_none(tmp_path: Path) -> None:
    path = tmp_path / "worker.jsonl"
    program = (
        "import sys; from pathlib import Path; from gaung.core.logfile import SharedFile\n"
        "file = SharedFile(Path(sys.argv[1]), max_bytes=20_000, kept=50)\n"
        "for number in range(500): file.write(f'{sys.argv[2]} {number:04d} ' + 'x' * 80 + '\\n')\n"
    )
    running = [subprocess.Popen([sys.executable, "-P", "-c", program, str(path), name]) for name in ("a", "b", "c")]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    written = [line for part in tmp_path.glob("worker.jsonl*") for line in part.read_text().splitlines()]
    assert len(list(tmp_path.glob("worker.jsonl*"))) > 3
    assert sorted(written) == sorted(f"{name} {number:04d} {'x' * 80}" for name in ("a", "b", "c") for number in range(500))


def test_a_home_that_cannot_be_written_is_said_once_and_stops_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    logs.setup(tmp_path, "cli")
    logs.get_logger("x").warning("still here")
    assert "No log file" in (shown := capsys.readouterr().err)
    assert "still here" in shown
