"""`gaung top`, once and in place."""

import os
import pty
import signal
import subprocess
import sys
import time
from typing import Any

WORDS = ("Platform", "scheduled", "Due and waiting", "Nothing runs", "The latest troubles")


def test_one_look_for_people_and_for_programs(cli: Any) -> None:
    cli.account("18")
    cli.ok("post", "schedule", cli.file())
    shown = cli("top").out
    assert [word for word in WORDS if word not in shown] == []
    assert cli.ok("top")["states"] == {"facebook": {"scheduled": 1}}


def test_on_a_terminal_it_stays_until_ctrl_c(cli: Any) -> None:
    cli.account("18")
    cli.ok("post", "schedule", cli.file())
    ours, theirs = pty.openpty()
    command = [sys.executable, "-P", "-m", "gaung.cli", "--home", str(cli.home), "top", "--every", "0.2"]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120", "LINES": "40"}
    running = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, env=environment)
    os.close(theirs)
    shown, until = b"", time.monotonic() + 20
    while shown.count(b"Due and waiting") < 2 and time.monotonic() < until:
        shown += os.read(ours, 65536)
    running.send_signal(signal.SIGINT)
    assert running.wait(10) == 0
    os.close(ours)
    assert shown.count(b"Due and waiting") >= 2
