"""How long `post schedule` takes for every account, and what it takes of memory."""

import json
import subprocess
import sys
import time
from pathlib import Path

from report import Row
from world import World

_POST = """\
title = "Cek namamu"
text = "Cek namamu di daftar pemilih."
purpose = "edukasi"
origin = "provinsi"
[to]
offices = ["all"]
platforms = ["bench"]
"""


def measure(world: World, targets: list[int]) -> list[Row]:
    """The command as a user runs it, its start included."""
    path = world.home / "post.toml"
    path.write_text(_POST, "utf-8")
    gaung = str(Path(sys.executable).with_name("gaung"))
    command = ["/usr/bin/env", gaung, "--home", str(world.home), "--json", "post", "schedule", str(path)]
    started = time.monotonic()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    seconds = time.monotonic() - started
    scheduled = json.loads(done.stdout)["deliveries"]
    assert scheduled == len(targets), scheduled
    megabytes = _peak_megabytes(command)
    world.clear()
    detail = f"{scheduled} accounts, the whole command; peak memory {megabytes:.0f} MB"
    return [Row("schedule_all", seconds, "s", 5.0, "lower", detail)]


def _peak_megabytes(command: list[str]) -> float:
    """Peak resident memory of the command, run once more."""
    import resource

    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
