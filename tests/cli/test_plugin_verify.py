"""`gaung plugin verify`: the kit in a process of its own, a graded table, and the last grade in `plugin list`."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from gaung.core.testkit.conformance import RULES
from gaung.core.testkit.distributions import POLICY, plugin

PLATFORM = """
from dataclasses import replace

from gaung.core.markers import hookimpl
from gaung.core.testkit.sample import plugin as sample
from gaung.core.testkit.sample.sandbox import SampleSandbox


class Sandbox(SampleSandbox):
    name = "contoh"


class Contoh(sample.SamplePlatform):
    metrics = tuple(replace(one, name=one.name.replace("sample.", "contoh.")) for one in sample.RECORD.metrics)
    record = replace(sample.RECORD, name="contoh", sandbox="gaung_contoh_plugin:Sandbox", metrics=metrics)
{more}

plugin = Contoh()
for hook in [name for name in dir(plugin) if name.startswith("gaung_")]:
    globals()[hook] = getattr(plugin, hook)
"""
FORGETFUL = """
    @hookimpl
    def gaung_validate(self, account, content):
        return []
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that programs look for distributions in."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return folder


def graded(cli: Any) -> dict[str, Any]:
    rows = json.loads(cli.program("plugin", "list", "--json").stdout)
    return {row["name"]: row["grade"] for row in rows}


def test_a_right_plugin_is_gold_and_listed_so_until_its_version_changes(cli: Any, site: Path) -> None:
    plugin(site, "contoh", PLATFORM.format(more=""), version="0.2")
    assert graded(cli)["contoh"] is None
    done = cli.program("plugin", "verify", "contoh", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["plugin"], found["package"], found["version"], found["grade"]) == ("contoh", "gaung-contoh", "0.2", "gold")
    assert [rule["rule"] for rule in found["rules"]] == [rule.code for rule in RULES]
    assert (found["passed"], found["failed"]) == (len(RULES), 0)
    assert (graded(cli)["contoh"], graded(cli)["youtube"]) == ("gold", None)
    (site / "gaung_contoh-0.2.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: gaung-contoh\nVersion: 0.3\n")
    assert graded(cli)["contoh"] == "gold (version 0.2)"


def test_a_broken_promise_fails_with_its_rule_and_lowers_the_grade(cli: Any, site: Path) -> None:
    plugin(site, "contoh", PLATFORM.format(more=FORGETFUL))
    done = cli.program("plugin", "verify", "contoh")
    assert done.returncode == 1
    [line] = [line for line in done.stdout.splitlines() if "failed" in line and "KIT-" in line]
    assert "KIT-34 refused-beforehand" in line
    assert "validation passed 160000 characters; the record's limit is 500" in line
    assert f"{len(RULES) - 1} passed, 1 failed, 0 not applicable" in done.stdout
    assert graded(cli)["contoh"] == "silver"


@pytest.mark.parametrize(
    ("name", "source", "said"), [("tag", POLICY.format(mark="#A"), "is a policy"), ("bad", "import nothing_such", "is broken")]
)
def test_what_is_no_working_platform_is_refused(name: str, source: str, said: str, cli: Any, site: Path) -> None:
    plugin(site, name, source)
    done = cli.program("plugin", "verify", name)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_name_is_answered_with_the_nearest(cli: Any) -> None:
    answer = cli("plugin", "verify", "youtub")
    assert answer.code == 1
    assert "youtube" in answer.err


def test_without_pytest_one_line_says_what_to_install(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pytest", None)
    answer = cli("plugin", "verify", "youtube", "--quiet")
    assert answer.code == 1
    assert answer.line.endswith("Do: pip install 'gaung[testkit]'.")
