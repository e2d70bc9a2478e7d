"""A pytest plugin (`-p gaung.core.testkit.conformance.report`) that writes what each rule said to the file of `--gaung-report`, as JSON."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from gaung.core.testkit.conformance.verdicts import RULES

_FOUND = pytest.StashKey[dict[str, dict[str, str]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--gaung-report FILE`."""
    parser.addoption("--gaung-report", default="", metavar="FILE", help="where the conformance kit's results go")


def pytest_configure(config: pytest.Config) -> None:
    """Begin with no results."""
    config.stash[_FOUND] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what each rule's test said; a failing fixture counts as the rule's failure."""
    report = yield
    method = getattr(item, "originalname", item.name)
    rule = next((rule for rule in RULES if rule.method == method), None)
    if rule is not None and (report.when == "call" or not report.passed):
        outcome = {"passed": "passed", "skipped": "not applicable"}.get(report.outcome, "failed")
        note = str(call.excinfo.value) if call.excinfo else ""
        if call.excinfo and not isinstance(call.excinfo.value, pytest.fail.Exception | pytest.skip.Exception):
            note = f"{type(call.excinfo.value).__name__}: {note}"
        note = note.removeprefix(f"{rule.title}: ").removeprefix("not applicable: ").partition("\nThe promise:")[0]
        item.config.stash[_FOUND][rule.code] = {"outcome": outcome, "note": note}
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the file."""
    path, found = str(session.config.getoption("--gaung-report")), session.config.stash[_FOUND]
    if path:
        rules: list[dict[str, Any]] = [
            {"rule": rule.code, "name": rule.name, "grade": rule.grade, "promise": rule.promise, **found[rule.code]}
            for rule in RULES
            if rule.code in found
        ]
        Path(path).write_text(json.dumps(rules, ensure_ascii=False), encoding="utf-8")
