"""The command line in this process, with a home of its own and what it changes globally put back; and as a real program."""

import contextlib
import io
import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gaung.cli.main import run
from gaung.core import logs

PROGRAM = [sys.executable, "-P", "-m", "gaung.cli"]
POST = """
title = "Cek DPT Online"
text = "#TemanPemilih, sudah terdaftar? [cek] :smile:"
purpose = "edukasi"
origin = "provinsi"
{more}
[to]
offices = ["all"]
platforms = {platforms}
"""


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Stdout as the one JSON document it must be."""
        return json.loads(self.out)

    @property
    def line(self) -> str:
        """Stderr as the one line it must be."""
        (line,) = self.err.splitlines()
        return line


class Cli:
    """`cli("post", "list")` runs a command in this process."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Answer:
        self._capsys.readouterr()
        code = run(["--home", str(self.home), *arguments])
        said = self._capsys.readouterr()
        return Answer(code, said.out, said.err)

    def ok(self, *arguments: str) -> Any:
        """The JSON of a command that must succeed."""
        answer = self(*arguments, "--json")
        assert answer.code == 0, answer.err
        return answer.json

    def account(self, office: str = "18", platform: str = "facebook", external_id: str = "", **credentials: str) -> int:
        """A new account."""
        external_id = external_id or f"1{office.replace('.', '')}"
        path = self.home.parent / "credentials.json"
        path.write_text(json.dumps(credentials or {"access_token": f"EAAG-token-{external_id}"}))
        names = {"--office": office, "--platform": platform, "--external-id": external_id, "--handle": f"contoh_{external_id}"}
        options = [part for pair in names.items() for part in pair]
        return int(self.ok("account", "add", *options, "--credentials", str(path))["id"])

    def file(self, *, platforms: str = '["facebook"]', more: str = "") -> str:
        """A post file."""
        path = self.home.parent / "post.toml"
        path.write_text(POST.format(platforms=platforms, more=more), "utf-8")
        return str(path)

    def program(self, *arguments: str, **options: Any) -> "subprocess.CompletedProcess[str]":
        """Run the real program."""
        command = [*PROGRAM, "--home", str(self.home), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=90, env=dict(os.environ), **options)


@contextlib.contextmanager
def _own_log() -> Iterator[None]:
    root, before, level = logging.getLogger(), list(logging.getLogger().handlers), logging.getLogger().level
    sinks = logs._sinks
    logs._sinks = logs._Sinks()
    yield
    if logs._sinks.file is not None:
        logs._sinks.file.close()
    logs._sinks = sinks
    root.handlers, root.level = before, level


@pytest.fixture(autouse=True)
def logging_restored() -> Iterator[None]:
    """Commands send the log into their home."""
    with _own_log():
        yield


@pytest.fixture(scope="session")
def made_home(clean_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `gaung init` makes, to copy: making it takes longer than most commands."""
    home = tmp_path_factory.mktemp("made") / "home"
    with _own_log(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        assert run(["--home", str(home), "init"]) == 0
    return home


@pytest.fixture
def bare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """The command line, its home not yet made."""
    return Cli(tmp_path / "home", capsys)


@pytest.fixture
def cli(bare: Cli, made_home: Path) -> Cli:
    """The command line with a fresh home."""
    shutil.copytree(made_home, bare.home)
    return bare


@pytest.fixture
def aimed(sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The sandbox, with every platform's settings aimed at it."""
    for name in ("facebook", "instagram", "youtube", "tiktok"):
        for key, value in {**sandbox.platform(name).settings(), "poll_seconds": "0.2"}.items():
            monkeypatch.setenv(f"GAUNG_PLUGINS__{name.upper()}__{key.upper()}", str(value))
    return sandbox
