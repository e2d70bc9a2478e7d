"""The examples of docs/hooks.md and docs/testing-a-plugin.md run as they stand there."""

import doctest
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gaung.core import errors, hookspecs, http, records
from gaung.core.scaffold.new import rendered

DOCS = Path(__file__).parents[2] / "docs"
HOOKS = [name for name in vars(hookspecs) if name.startswith("gaung_")]

pytestmark = pytest.mark.checkout


def page(name: str = "hooks.md") -> str:
    return (DOCS / name).read_text("utf-8")


def section(hook: str) -> str:
    return page().partition(f"\n## {hook}\n")[2].partition("\n## ")[0]


def run(code: str, names: dict[str, Any]) -> None:
    exec(compile(code, "docs/hooks.md", "exec"), names)


@pytest.fixture(scope="module")
def ran() -> Iterator[dict[str, str]]:
    """What went wrong with each example. All run once, in the order of the page: a later one looks for what an earlier one published."""
    blocks = dict(re.findall(r"^<!-- example: (\w+) -->\n```python\n(.*?)^```$", page(), re.DOTALL | re.MULTILINE))
    names: dict[str, Any] = {"__name__": "docs"}
    run(blocks["network"], names)
    run(blocks["setup"], names)
    yield {hook: outcome(hook, dict(names)) for hook in HOOKS}
    http.close()
    names["server"].shutdown()
    names["server"].server_close()


def outcome(hook: str, names: dict[str, Any]) -> str:
    run("".join(re.findall(r"^```python\n(.*?)^```$", section(hook), re.DOTALL | re.MULTILINE)), names)
    shown = "".join(re.findall(r"^```pycon\n(.*?)^```$", section(hook), re.DOTALL | re.MULTILINE))
    if hook not in names or hook.removeprefix("gaung_") not in shown:
        return f"the section shows no {hook}, or no call of it"
    known = inspect.signature(getattr(hookspecs, hook)).parameters
    if unknown := set(inspect.signature(names[hook]).parameters) - set(known):
        return f"{hook} has no {unknown}"
    said: list[str] = []
    found = doctest.DocTestParser().get_doctest(shown, names, hook, "docs/hooks.md", 0)
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(found, out=said.append)
    return "".join(said) if result.failed or not result.attempted else ""


@pytest.mark.parametrize("hook", HOOKS)
def test_the_example_of_a_hook_does_what_the_page_shows(hook: str, ran: dict[str, str]) -> None:
    assert ran[hook] == ""


@pytest.mark.parametrize("hook", HOOKS)
def test_each_hook_says_when_what_and_which_errors(hook: str) -> None:
    said = section(hook)
    assert [word for word in ("**Called**", "**The answer", "**May raise**") if word not in said] == []
    raised = set(re.findall(r"`(\w+)`", said.partition("**May raise**")[2].partition("\n\n")[0]))
    known = {name for name in (*vars(errors), *records.__all__) if name[0].isupper()}
    assert {name for name in raised if name[0].isupper()} - known == set()


def test_what_the_testing_page_shows_passes(tmp_path: Path) -> None:
    """With the tutorial's plugin, installed."""
    for name, text in {**rendered("papan", "platform"), **blocks_of_the_testing_page()}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (tmp_path / "tests/test_conformance.py").unlink()
    info = tmp_path / "gaung_papan-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: gaung-papan\nVersion: 0.1\n", "utf-8")
    (info / "entry_points.txt").write_text("[gaung]\npapan = gaung_papan\n", "utf-8")
    command = [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "test_own or kit_01 or kit_09"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout, done.stdout


def blocks_of_the_testing_page() -> dict[str, str]:
    return dict(re.findall(r"^<!-- file: (\S+) -->\n```python\n(.*?)^```$", page("testing-a-plugin.md"), re.DOTALL | re.MULTILINE))
