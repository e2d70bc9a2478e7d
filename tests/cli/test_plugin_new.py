"""`gaung plugin new`, and what it wrote: its tests pass, and installed it is a plugin like any other."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "files"), [("platform", 12), ("policy", 4)])
def test_what_is_written_passes_its_tests_and_is_listed_once_installed(
    kind: str, files: int, bare: Any, tmp_path: Path, install_plugins: Callable[..., Path]
) -> None:
    made = bare.ok("plugin", "new", "my_net", f"--{kind}", "--dir", str(tmp_path))
    folder = tmp_path / "gaung-my_net"
    assert (made["name"], made["kind"], made["folder"], len(made["files"])) == ("my_net", kind, str(folder), files)

    tests = [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(tests, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

    env = {**os.environ, "PYTHONPATH": str(install_plugins(folder)), "GAUNG_HOME": str(tmp_path / "home")}
    listed = [sys.executable, "-P", "-m", "gaung.cli", "--json", "plugin", "list"]
    subprocess.run([*listed[:4], "init"], env=env, capture_output=True, check=True)
    rows = json.loads(subprocess.run(listed, env=env, capture_output=True, text=True, check=True).stdout)
    [row] = [row for row in rows if row["name"] == "my_net"]
    assert (row["package"].replace("-", "_"), row["version"], row["status"], row["reason"]) == ("gaung_my_net", "0.1.0", "enabled", "")
    assert "gaung_publish" in row["hooks"] or row["hooks"] == ["gaung_prepare"]


def test_people_are_told_the_folder_the_files_and_what_to_do_next(bare: Any, tmp_path: Path) -> None:
    answer = bare("plugin", "new", "tag", "--policy", "--dir", str(tmp_path))
    assert answer.code == 0
    assert answer.out.splitlines()[0] == str(tmp_path / "gaung-tag")
    assert "gaung_tag.py" in answer.out
    assert "pip install" in answer.line


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["tag"], 2, "--platform or --policy"),
        (["facebook", "--policy"], 1, "facebook is taken"),
        (["Tag", "--policy"], 1, "cannot be the name"),
    ],
)
def test_what_cannot_be_made_is_said_and_nothing_is_written(
    arguments: list[str], code: int, said: str, bare: Any, tmp_path: Path
) -> None:  # fmt: skip
    answer = bare("plugin", "new", *arguments, "--dir", str(tmp_path / "here"))
    assert answer.code == code
    assert said in answer.err
    assert not (tmp_path / "here").exists()
