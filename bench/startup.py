"""`gaung --help` against `python -c "import click"`, and with ten plugins installed against none."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gaung.core.testkit.distributions import install
from report import Row

RUNS = 15


def measure() -> list[Row]:
    """Median of several runs each, alternating."""
    gaung = [str(Path(sys.executable).with_name("gaung")), "--help"]
    bare = [sys.executable, "-c", "import click"]
    with tempfile.TemporaryDirectory() as folder:
        none, ten = Path(folder, "none"), _ten_plugins(Path(folder, "ten"))
        none.mkdir()
        times: dict[str, list[float]] = {"gaung": [], "bare": [], "none": [], "ten": []}
        for _ in range(RUNS):
            times["gaung"].append(_seconds(gaung))
            times["bare"].append(_seconds(bare))
            times["none"].append(_processor_seconds(gaung, none))
            times["ten"].append(_processor_seconds(gaung, ten))
    ours, theirs, without, with_ten = (sorted(times[name])[RUNS // 2] for name in ("gaung", "bare", "none", "ten"))
    said = f"gaung --help {with_ten * 1000:.0f} ms of processor with ten plugins and their commands, {without * 1000:.0f} ms with none"
    return [
        Row("help", ours / theirs, "ratio", 2.0, "lower", f"gaung --help {ours * 1000:.0f} ms, import click {theirs * 1000:.0f} ms"),
        Row("help_with_ten_plugins", with_ten / without, "ratio", 1.05, "lower", said),
    ]


def _ten_plugins(folder: Path) -> Path:
    """Ten distributions whose import would take a second each."""
    for number in range(10):
        module = f"gaung_heavy_{number}"
        points = {"gaung": {f"heavy{number}": module}, "gaung.commands": {f"heavy{number}": f"{module}:command"}}
        install(folder, f"gaung-heavy-{number}", modules={module: "import time\ntime.sleep(1)\n"}, points=points)
    return folder


def _seconds(command: list[str]) -> float:
    started = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def _processor_seconds(command: list[str], path: Path) -> float:
    """What ten small files cost is less than what other programs on the machine do to the clock on the wall."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(path)})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
