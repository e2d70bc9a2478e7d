"""`gaung --help` against `python -c "import click"`."""

import subprocess
import sys
import time
from pathlib import Path

from report import Row

RUNS = 15


def measure() -> list[Row]:
    """Median of several runs each, alternating."""
    gaung = [str(Path(sys.executable).with_name("gaung")), "--help"]
    bare = [sys.executable, "-c", "import click"]
    times: dict[str, list[float]] = {"gaung": [], "bare": []}
    for _ in range(RUNS):
        times["gaung"].append(_seconds(gaung))
        times["bare"].append(_seconds(bare))
    ours, theirs = (sorted(times[name])[RUNS // 2] for name in ("gaung", "bare"))
    return [Row("help", ours / theirs, "ratio", 2.0, "lower", f"gaung --help {ours * 1000:.0f} ms, import click {theirs * 1000:.0f} ms")]


def _seconds(command: list[str]) -> float:
    started = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started
