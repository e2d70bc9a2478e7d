"""Runs the conformance kit on an installed platform, and keeps its last grade in the home."""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from gaung.core import grades
from gaung.core.clock import now, rfc3339
from gaung.core.config.nearest import meant
from gaung.core.errors import UserError
from gaung.core.plugin_loading import PluginInfo
from gaung.core.services.context import Context

_TEST = """import pytest
from gaung.core.testkit.conformance import PlatformConformance


class TestVerify(PlatformConformance):
    @pytest.fixture
    def platform(self):
        return {name!r}
"""
_RUN = (
    "-P", "-m", "pytest", "-q", "-p", "gaung.core.testkit.conformance.report", "-p", "no:cacheprovider", "--import-mode=importlib",
)  # fmt: skip
_LAST_LINES = 3


def verify(ctx: Context, plugin: str) -> dict[str, Any]:
    """Run all rules in a process of their own. Takes up to a minute.

    Answers `{"plugin","package","version","at","grade","passed","failed","not_applicable","rules":[{"rule","name","grade","promise",
    "outcome":"passed|failed|not applicable","note"}]}`; `grade` is `gold`, `silver`, `bronze` or `none`. Raises `UserError` for a plugin
    that cannot be judged, or where pytest is missing.
    """
    info = _platform(ctx, plugin)
    if importlib.util.find_spec("pytest") is None:
        raise UserError("The conformance kit needs pytest, which is not installed.", "Do: pip install 'gaung[testkit]'.")
    rules = _run(plugin)
    counts = {kind: sum(rule["outcome"] == kind for rule in rules) for kind in ("passed", "failed", "not applicable")}
    answer: dict[str, Any] = {
        "plugin": plugin,
        "package": info.package,
        "version": info.version,
        "at": rfc3339(now()),
        "grade": grades.grade_of((rule["grade"], rule["outcome"]) for rule in rules),
        "passed": counts["passed"],
        "failed": counts["failed"],
        "not_applicable": counts["not applicable"],
        "rules": rules,
    }
    grades.keep(ctx.settings.home, plugin, answer["grade"], package=info.package, version=info.version, at=answer["at"])
    return answer


def _platform(ctx: Context, plugin: str) -> PluginInfo:
    infos = {info.name: info for info in ctx.manager.plugins()}
    info = infos.get(plugin)
    if info is None:
        raise UserError(f"Unknown plugin {plugin}.", meant(plugin, set(infos)))
    if info.status != "enabled":
        raise UserError(f"The plugin {plugin} is {info.status}: {info.reason}.", "See `gaung plugin list`.")
    record = ctx.manager.platforms().get(plugin)
    if record is None:
        raise UserError(f"{plugin} is a policy: the kit judges platforms.", "A policy's own tests are what there is.")
    if not record.sandbox:
        raise UserError(f"The record of {plugin} names no sandbox to run against.", "Write one: docs/writing-a-plugin.md says how.")
    return info


def _run(plugin: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="gaung-verify-") as folder:
        root = Path(folder)
        (root / "test_verify.py").write_text(_TEST.format(name=plugin), encoding="utf-8")
        (root / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")  # else one further up would be read
        report = root / "report.json"
        # What the caller's pytest is told, or has installed, is none of the kit's.
        left_out = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
        environment = {name: value for name, value in os.environ.items() if name not in left_out}
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        command = [sys.executable, *_RUN, "-c", str(root / "pytest.ini"), "--gaung-report", str(report), str(root / "test_verify.py")]
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
        try:
            rules: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            rules = []
    if not rules:
        last = " ".join((done.stdout + done.stderr).split("\n")[-_LAST_LINES:]).strip()
        raise UserError(f"The conformance kit did not run (exit code {done.returncode}): {last}", "Run its class with pytest to see more.")
    return rules
