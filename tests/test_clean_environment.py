"""Tests neither see the developer's settings nor leave their own behind: proved by running pytest on such tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

LEAVES_A_VARIABLE = """
import os

def test_leaves_a_variable():
    os.environ["LEFT_BEHIND"] = "1"

def test_the_next_one_does_not_see_it():
    assert "LEFT_BEHIND" not in os.environ
"""

RESTORES = """
import os

def test_restores(monkeypatch):
    monkeypatch.setenv("GAUNG_ACTOR", "contoh")
    monkeypatch.delenv("PATH")
"""

LOOKS = """
import os

def test_looks():
    assert [name for name in os.environ if name.startswith("GAUNG_") or "proxy" in name.lower()] == []
"""


def run(folder: Path, source: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a process of its own on one file beside a copy of our conftest.py."""
    shutil.copy(Path(__file__).parent / "conftest.py", folder)
    (folder / "test_it.py").write_text(source, encoding="utf-8")
    command = [
        str(Path(sys.executable).parent / "pytest"),
        "--import-mode=importlib",
        "--rootdir=.",
        "-p",
        "no:cacheprovider",
        "test_it.py",
    ]
    return subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


def test_a_test_that_leaves_a_variable_behind_fails_and_the_next_one_is_clean(tmp_path: Path) -> None:
    answer = run(tmp_path, LEAVES_A_VARIABLE)
    assert "did not restore: LEFT_BEHIND" in answer.stdout
    assert "2 passed, 1 error" in answer.stdout


def test_a_test_that_restores_the_environment_passes(tmp_path: Path) -> None:
    answer = run(tmp_path, RESTORES)
    assert "1 passed" in answer.stdout, answer.stdout
    assert answer.returncode == 0


def test_settings_and_proxies_of_the_developer_are_not_seen(tmp_path: Path) -> None:
    answer = run(tmp_path, LOOKS, GAUNG_DATABASE_URL="postgresql://nowhere", HTTPS_PROXY="http://nowhere", no_proxy="*")
    assert "1 passed" in answer.stdout, answer.stdout
