"""The embedded broker: private, and gone when whoever started it is."""

import os
import subprocess
import sys
import time
from pathlib import Path

_STARTS = """
import subprocess, sys, time
from gaung.core.engine.broker import EmbeddedBroker
broker = EmbeddedBroker()
process = subprocess.Popen(broker.command(), stdout=subprocess.DEVNULL)
broker.wait(process)
print(process.pid, flush=True)
time.sleep(60)
"""


def runs(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_broker_whose_starter_was_killed_ends_too() -> None:
    with subprocess.Popen([sys.executable, "-P", "-c", _STARTS], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        assert runs(pid)
        starter.kill()
    until = time.monotonic() + 10
    while runs(pid) and time.monotonic() < until:
        time.sleep(0.05)
    found = runs(pid)
    if found:
        os.kill(pid, 9)
    assert not found
