"""Whole programs: `gaung run` and its like in processes of their own, on a home in a temporary folder, against a sandbox in this process.

Commands that look or order run in this process, which to the engine is as much another one as theirs would be, and spares the second that
each takes to start. Where a home has plugins of its own they are processes too.
"""

import contextlib
import csv
import io
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from gaung.cli.main import run
from gaung.core import logs
from gaung.core.config import load
from gaung.core.engine.broker import with_parent
from gaung.core.services.context import Context
from gaung.core.services.deliveries import list_deliveries
from gaung.core.store.db import Store

QUICK = {
    "GAUNG_ENGINE__LEASE": "3",
    "GAUNG_ENGINE__SWEEP": "0.3",
    "GAUNG_ENGINE__RETRY_BASE": "0.2",
    "GAUNG_ENGINE__RECONCILE_AFTER": "[0.3, 0.8, 1.5]",
    "GAUNG_ENGINE__HTTP_TIMEOUT": "20",
    "GAUNG_PLUGINS__FACEBOOK__POLL_SECONDS": "0.2",
    "GAUNG_PLUGINS__INSTAGRAM__POLL_SECONDS": "0.2",
    "GAUNG_PLUGINS__YOUTUBE__POLL_SECONDS": "0.2",
    "GAUNG_PLUGINS__TIKTOK__POLL_SECONDS": "0.2",
}
TEXT = """\
title = "Cek DPT"
text = "Cek namamu di daftar pemilih."
purpose = "edukasi"
origin = "provinsi"
[to]
offices = ["all"]
platforms = ["facebook"]
"""
GAUNG = [sys.executable, "-P", "-m", "gaung.cli"]


class Home:
    """One installation, worked on by command lines only."""

    def __init__(self, path: Path, sandbox: Any, env: Mapping[str, str]) -> None:
        self.path = path
        self.sandbox = sandbox
        self.more = env
        self.env = {**os.environ, **QUICK, **env, "GAUNG_HOME": str(path)}
        for name, side in sandbox.sandbox.platforms.items():
            for key, value in side.settings().items():
                self.env.setdefault(f"GAUNG_PLUGINS__{name.upper()}__{key.upper()}", str(value))
        self.started: list[subprocess.Popen[bytes]] = []

    def gaung(self, *arguments: str, code: int = 0, stdin: str = "") -> Any:
        """Run a command with `--json`; its answer."""
        command = ["--json", *arguments]
        if "PYTHONPATH" in self.more:
            done = subprocess.run([*GAUNG, *command], env=self.env, input=stdin, capture_output=True, text=True, check=False)
            answered, out, err = done.returncode, done.stdout, done.stderr
        else:
            answered, out, err = _here(command, self.env, stdin)
        assert answered == code, (arguments, answered, out, err)
        assert "Traceback" not in err
        return json.loads(out) if out.strip() else None

    def events(self, name: str) -> list[dict[str, Any]]:
        """All events of a name, oldest first."""
        done = subprocess.run([*GAUNG, "events", "tail", "--event", name], env=self.env, capture_output=True, text=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def accounts(self, platform: str, number: int) -> None:
        """Accounts of as many offices."""
        offices = [office["code"] for office in self.gaung("office", "list")][:number]
        path = self.path.parent / f"{self.path.name}-{platform}.csv"
        with path.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("office", "platform", "external_id", "handle", "credentials"))
            for index, office in enumerate(offices):
                made = self.sandbox.platform(platform).add_account(f"70{index:04}", f"contoh_{platform}_{index}")
                rows.writerow((office, platform, made.external_id, made.handle, json.dumps(made.credentials)))
        assert self.gaung("account", "import", str(path))["imported"] == number
        path.unlink()

    def post(self, text: str = TEXT, name: str = "post.toml") -> int:
        """Schedule a post file; the post's id."""
        path = self.path / name
        path.write_text(text, "utf-8")
        return int(self.gaung("post", "schedule", str(path))["id"])

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start a command that goes on, though not longer than the tests: one that hangs is killed with all its fixtures."""
        process = subprocess.Popen([*with_parent(), *GAUNG, *arguments], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.started.append(process)
        return process

    def deliveries(self) -> list[dict[str, Any]]:
        """All of them, as `delivery list` has them; asked in this process, for tests ask again and again."""
        url = self.env.get("GAUNG_DATABASE_URL", f"sqlite:///{self.path}/gaung.db")
        store = Store(url, actor="test")
        try:
            return list_deliveries(Context(load(self.path), store=store))
        finally:
            store.close()

    def until(self, true: Callable[[], Any], seconds: float = 30) -> None:
        """Wait."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, self.deliveries()
            time.sleep(0.1)

    def posts(self, platform: str = "facebook") -> dict[str, int]:
        """Visible posts by account, as the platform has them."""
        side = self.sandbox.platform(platform)
        return {key: sum(post.visible for post in account.posts) for key, account in side.accounts.items()}

    def close(self) -> None:
        """End what was started."""
        for process in self.started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.started:
            process.wait(60)


def _here(command: list[str], env: Mapping[str, str], stdin: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command in this process; its environment, log and standard streams are put back."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        for name in os.environ.keys() - env.keys():
            patch.delenv(name)
        for name, value in env.items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8"))
        patch.setattr(logs, "_sinks", logs._Sinks())
        try:
            answered = run(command)
        finally:
            if logs._sinks.file is not None:
                logs._sinks.file.close()
            root.handlers = before
            root.setLevel(level)
    return answered, out.getvalue(), err.getvalue()


@pytest.fixture
def make_home(tmp_path: Path, sandbox: Any) -> Iterator[Callable[..., Home]]:
    """Make an initialised home; environment by mapping."""
    homes: list[Home] = []

    def make(env: Mapping[str, str] | None = None, name: str = "home") -> Home:
        home = Home(tmp_path / name, sandbox, env or {})
        homes.append(home)
        home.gaung("init")
        return home

    yield make
    for home in homes:
        home.close()


@pytest.fixture
def home(make_home: Callable[..., Home]) -> Home:
    """A home on SQLite with an embedded broker."""
    return make_home()
