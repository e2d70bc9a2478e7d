"""docs/writing-a-plugin.md, typed by a machine: its code passes the kit, and is what `gaung plugin new` writes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gaung.core import errors
from gaung.core.scaffold.new import rendered

PAGE = Path(__file__).parents[2] / "docs/writing-a-plugin.md"
BLOCK = re.compile(r"^<!-- (file|policy): (\S+) -->\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)

pytestmark = pytest.mark.checkout


def typed(folder: Path, kind: str) -> Path:
    """Every block of the page, in its order, into the file that it names; a later part goes below an earlier one."""
    for of, name, text in BLOCK.findall(PAGE.read_text("utf-8")):
        path = folder / name
        if of == kind:
            path.parent.mkdir(parents=True, exist_ok=True)
            before = path.read_text("utf-8") if path.exists() else ""
            gap = "" if not before else "\n" if text.startswith(" ") else "\n\n"
            path.write_text(before + gap + text, "utf-8")
    return folder


def pytest_in(folder: Path) -> str:
    command = [sys.executable, "-P", "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_the_tutorial_builds_passes_every_rule_of_the_kit(tmp_path: Path) -> None:
    said = pytest_in(typed(tmp_path, "file"))
    assert re.search(r"^5\d passed", said, re.MULTILINE), said
    skips = [line for line in said.splitlines() if line.startswith("SKIPPED")]
    assert [line for line in skips if "not applicable" not in line] == []


def test_the_tutorial_is_what_plugin_new_writes(tmp_path: Path) -> None:
    typed(tmp_path, "file")
    files = {str(path.relative_to(tmp_path)): path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file()}
    assert files == rendered("papan", "platform")


def test_its_policy_is_what_plugin_new_writes(tmp_path: Path) -> None:
    typed(tmp_path, "policy")
    assert (tmp_path / "gaung_tag.py").read_text("utf-8") == rendered("tag", "policy")["gaung_tag.py"]


def test_every_error_that_a_plugin_may_raise_is_explained() -> None:
    table = PAGE.read_text("utf-8").partition("### Errors")[2].partition("\n`lost")[0]
    explained = set(re.findall(r"^\| `(\w+)", table, re.MULTILINE))
    assert explained == {error.__name__ for error in errors.PlatformError.__subclasses__()}


def test_files_that_it_points_to_exist() -> None:
    root = PAGE.parent.parent
    named = set(re.findall(r"`((?:plugins|examples)/[\w./-]+)`", PAGE.read_text("utf-8")))
    assert len(named) > 5
    assert {name for name in named if not (root / name).exists()} == set()
