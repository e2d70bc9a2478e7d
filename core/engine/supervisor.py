"""Child processes that are respawned when they die, and end when we do.

Dramatiq's own supervisor gives up when one worker is killed; this one does not.
"""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

_log = logging.getLogger("gaung.supervisor")
_FAST_DEATH = 5.0
_LONGEST_WAIT = 10.0
PARENT = "GAUNG_PARENT_PID"


@dataclass(slots=True)
class Child:
    """One supervised process. Those that others `lean_on_it` end last."""

    name: str
    command: Sequence[str]
    lean_on_it: bool = False
    env: Mapping[str, str] = field(default_factory=dict)
    fds: tuple[int, ...] = ()
    grace: float = 35.0
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    deaths: int = 0
    restarts: int = 0
    next_start: float = 0.0
    ends_by: float = 0.0

    def start(self) -> None:
        """Spawn it in a session of its own, so that Ctrl-C reaches only the supervisor."""
        env = {**os.environ, **self.env, PARENT: str(os.getpid())}
        self.process = subprocess.Popen(self.command, env=env, stdin=subprocess.DEVNULL, start_new_session=True, pass_fds=self.fds)
        self.started = time.monotonic()

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        process = self.process  # once: the supervisor may forget it while another thread asks
        return process is not None and process.poll() is None


class Supervisor:
    """Keeps children running until `stop`, which ends first those at work and then what they lean on."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.stopping = threading.Event()

    def add(self, child: Child) -> Child:
        """Start a child and keep it running."""
        child.start()
        self.children.append(child)
        return child

    def watch(self, until: Callable[[], bool] = lambda: False, *, every: float = 0.2) -> None:
        """Respawn what dies until `until()` or a stop signal."""
        while not self.stopping.is_set() and not until():
            for child in self.children:
                self._revive(child)
            self.stopping.wait(every)

    def counts(self) -> dict[str, tuple[int, int]]:
        """By name: how many children run, and how often one was started again."""
        found: dict[str, tuple[int, int]] = {}
        for child in list(self.children):
            alive, restarts = found.get(child.name, (0, 0))
            found[child.name] = (alive + child.alive, restarts + child.restarts)
        return found

    def _revive(self, child: Child) -> None:
        if child.alive:
            return
        now = time.monotonic()
        if child.process is not None:
            fast = now - child.started < _FAST_DEATH
            child.deaths = child.deaths + 1 if fast else 0
            child.next_start = now + min(_LONGEST_WAIT, 0.2 * 2**child.deaths if child.deaths > 1 else 0.0)
            _log.warning("%s ended with %s; starting it again", child.name, child.process.returncode)
            child.process = None
            child.restarts += 1
        if now >= child.next_start:
            child.start()

    def stop(self) -> None:
        """Ask the children to end, all at once so that their grace is spent once, and kill what does not."""
        self.stopping.set()
        for last in (False, True):
            group = [child for child in self.children if child.lean_on_it is last and child.alive]
            for child in group:
                _ask_to_end(child)
            for child in group:
                _wait(child)

    @contextlib.contextmanager
    def signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT end `watch`."""

        def ask(signum: int, _frame: FrameType | None) -> None:
            _log.info("received %s, ending", signal.Signals(signum).name)
            self.stopping.set()

        before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _ask_to_end(child: Child) -> None:
    assert child.process is not None
    child.process.send_signal(signal.SIGCONT)  # a stopped process would never hear the SIGTERM
    child.process.terminate()
    child.ends_by = time.monotonic() + child.grace


def _wait(child: Child) -> None:
    assert child.process is not None
    try:
        child.process.wait(max(0.0, child.ends_by - time.monotonic()))
    except subprocess.TimeoutExpired:
        _log.warning("%s does not end, killing it", child.name)
        child.process.kill()
        child.process.wait()


def python(module: str, *arguments: Any) -> list[str]:
    """Command line for one of our modules, without the current folder on the path."""
    return [sys.executable, "-P", "-m", module, *map(str, arguments)]
