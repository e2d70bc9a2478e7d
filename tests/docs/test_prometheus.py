"""The files of deploy/prometheus: every expression is right and asks only for what /metrics tells, every command in them exists."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from promql_parser import AggregateExpr, BinaryExpr, Call, MatchOp, MatrixSelector, ParenExpr, VectorSelector

from gaung.cli.main import LAZY
from gaung.core.alerts.rules import RULES as ALERTS
from gaung.core.event_schema import EVENTS
from gaung.core.metrics.names import METRICS
from gaung.core.store.tables import STATES
from gaung.core.store.totals import OUTCOMES

FOLDER = Path(__file__).parents[2] / "deploy" / "prometheus"
BY_PROMETHEUS = {"job", "instance"}
WORDS = {
    "kind": set(ALERTS) | {"manual", "auto"}, "event": set(EVENTS), "state": set(STATES), "outcome": set(OUTCOMES), "job": {"gaung"},
    "role": {"dispatcher", "worker"}, "status": {"active", "needs_reauth"},
}  # fmt: skip
"""Values of labels that a rule may ask for; no rule asks for one office, account or platform."""

pytestmark = pytest.mark.checkout


def loaded(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))


def rules() -> list[dict[str, Any]]:
    return [rule for group in loaded("gaung.rules.yml")["groups"] for rule in group["rules"]]


every_rule = pytest.mark.parametrize("rule", rules() if FOLDER.is_dir() else [], ids=lambda rule: rule["alert"])


def parts(node: Any) -> Iterator[Any]:
    yield node
    below: dict[type, Callable[[], Any]] = {
        AggregateExpr: lambda: [node.expr], BinaryExpr: lambda: [node.lhs, node.rhs], Call: lambda: node.args,
        ParenExpr: lambda: [node.expr], MatrixSelector: lambda: [node.vector_selector],
    }  # fmt: skip
    if type(node) in below:
        for child in below[type(node)]():
            yield from parts(child)


def selectors(node: Any) -> list[Any]:
    return [one for one in parts(node) if isinstance(one, VectorSelector)]


def of_metric(name: str) -> set[str] | None:
    """Labels of what /metrics tells by that name; None for what it does not tell."""
    if name == "up":
        return BY_PROMETHEUS
    base = re.sub("_(bucket|sum|count)$", "", name)
    one = METRICS.get(base)
    if one is None or (one.kind == "histogram") == (base == name):
        return None
    return {*one.labels, *BY_PROMETHEUS, *(["le"] if name.endswith("_bucket") else [])}


def flaws(expression: str) -> Iterator[str]:
    """What is wrong with an expression."""
    for node in parts(promql_parser.parse(expression)):
        if isinstance(node, VectorSelector):
            yield from _of_selector(node)
        elif isinstance(node, AggregateExpr) and node.modifier is not None:
            yield from _of_aggregate(node)
        elif isinstance(node, Call) and node.func.name in ("rate", "increase"):
            counted = [str(one.name) for one in selectors(node)]
            if not all(name.endswith(("_total", "_bucket", "_sum", "_count")) for name in counted):
                yield f"{counted} do not only grow"


def _of_selector(node: Any) -> Iterator[str]:
    known = of_metric(str(node.name))
    if known is None:
        yield f"/metrics tells no {node.name}"
        return
    for matcher in node.matchers.matchers:
        asked = matcher.value.split("|") if matcher.op in (MatchOp.Re, MatchOp.NotRe) else [matcher.value]
        if matcher.name not in known or not set(asked) <= WORDS.get(matcher.name, set()):
            yield f"{node.name} has no {matcher.name} {matcher.value}"


def _of_aggregate(node: Any) -> Iterator[str]:
    labels = set(node.modifier.labels)
    if not all(labels <= (of_metric(str(one.name)) or set()) for one in selectors(node)):
        yield f"no such labels: {labels}"
    if str(node.op) == "sum" and not labels & BY_PROMETHEUS:
        yield "a sum over processes that all tell the same counts everything several times"


@every_rule
def test_a_rule_asks_only_for_what_is_told(rule: dict[str, Any]) -> None:
    assert list(flaws(rule["expr"])) == []


@every_rule
def test_a_rule_says_how_bad_it_is_what_is_the_case_and_what_to_do(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in ("critical", "warning", "info")
    assert re.fullmatch(r"\d+[sm]", rule.get("for", "0m"))
    said = rule["annotations"]
    assert set(said) == {"summary", "description"}
    used = set(re.findall(r"\$labels\.(\w+)", " ".join(said.values())))
    outer = promql_parser.parse(rule["expr"])
    kept = next((set(one.modifier.labels if one.modifier else ()) for one in parts(outer) if isinstance(one, AggregateExpr)), BY_PROMETHEUS)
    assert used <= kept
    named = re.findall(r"\bgaung ([a-z]+)", said["description"])
    assert [name for name in named if name not in LAZY] == []


@pytest.mark.parametrize(
    "wrong",
    [
        'gaung_alerts_open{kind="slient"} > 0', 'gaung_alert_open > 0', "sum by (platform) (gaung_queue_waiting) > 1",
        "max by (office) (gaung_deliveries) > 0", "increase(gaung_deliveries[5m]) > 0", "gaung_lateness_seconds > 1",
        'gaung_queue_waiting{state="queued"} > 0',
    ],
)  # fmt: skip
def test_a_rule_that_is_wrong_is_noticed(wrong: str) -> None:
    assert list(flaws(wrong)) != []


def test_what_the_issue_wants_watched_is_watched() -> None:
    asked = {str(one.name) for rule in rules() for one in selectors(promql_parser.parse(rule["expr"]))}
    assert asked >= {
        "gaung_lateness_seconds_bucket", "gaung_queue_oldest_seconds", "gaung_events_total", "gaung_attempts_total", "gaung_quota_left",
        "gaung_database_up", "gaung_broker_up", "gaung_accounts", "gaung_alerts_open", "gaung_deliveries",
    }  # fmt: skip
    kinds = set(re.findall(r"\w+", " ".join(re.findall('kind=~?"([^"]+)"', (FOLDER / "gaung.rules.yml").read_text("utf-8")))))
    by_other_means = {"needs_reauth", "missed"}
    assert kinds | by_other_means == set(ALERTS)


def test_the_scrape_configuration_names_the_rules_and_a_port() -> None:
    wanted = loaded("prometheus.yml")
    assert [name for name in wanted["rule_files"] if not (FOLDER / name).is_file()] == []
    [job] = wanted["scrape_configs"]
    assert job["job_name"] in WORDS["job"]
    assert [target for group in job["static_configs"] for target in group["targets"]] == ["127.0.0.1:9464"]
