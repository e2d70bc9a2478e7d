"""`report evaluation`: each office beside its own former period and the middle of all, findings in words, what became of steps."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from statistics import median
from typing import Any

from gaung.core.period import Period
from gaung.core.reports.findings import findings
from gaung.core.services import coverage, offices_report, posts_report, steps, trainings, turnout
from gaung.core.services.context import Context
from gaung.core.services.exports import csv_text
from gaung.core.store.types import day_of

INDICATORS = ("completeness", "posts", "response", "growth", "growth_percent", "growth_per_1000_voters", "engagement", "coverage")
"""What an office is looked at by: platforms held of those expected; posts that came out; share of the posts from above that it passed on;
followers won, in percent, and for each thousand voters; interactions for each publication; share of the members who echoed."""
AROUND = timedelta(days=30)
"""So long before and after a training is looked at."""
Looked = Callable[[Period], Sequence[Mapping[str, Any]]]
"""The rows of `report offices`, of a period; read once each."""


def report(ctx: Context, period: Period, *, ranking: bool = True) -> dict[str, Any]:
    """`{"from","to","before":{"from","to"},"rows":[...],"trainings":[...],"steps":[...]}`.

    A row: `key name level`, `indicators` (by name: `value`, `before`, `median`; null where nobody knows), `findings` (Indonesian, with
    their figures) and `steps`. `ranking` False: nobody is compared with the others, `median` is null.
    """
    looked = cache(lambda of: offices_report.report(ctx, of)["rows"])  # trainings of one day, and the period itself, ask for the same
    now, before = (_values(ctx, one, looked(one)) for one in (period, period.before))
    middle = {name: _median(now, name) if ranking else None for name in INDICATORS}
    taken: dict[str, list[dict[str, Any]]] = {}
    for step in steps.list_steps(ctx):
        taken.setdefault(step["office"], []).append(step)
    rows = []
    for key, office in now.items():
        former = before.get(key, {"values": {}})["values"]
        told = {name: {"value": office["values"][name], "before": former.get(name), "median": middle[name]} for name in INDICATORS}
        head = {"key": key, "name": office["name"], "level": office["level"]}
        rows.append({**head, "indicators": told, "findings": findings(told, office["facts"]), "steps": taken.get(key, [])})
    return {
        "from": period.first,
        "to": period.last,
        "before": {"from": period.before.first, "to": period.before.last},
        "rows": rows,
        "trainings": [_training(training, looked) for training in trainings.list_trainings(ctx)],
        "steps": [step for several in taken.values() for step in several],
    }


def to_csv(told: Mapping[str, Any]) -> str:
    """One line for each office and indicator."""
    columns = ("key", "name", "indicator", "value", "before", "median")
    lines = [
        {"key": row["key"], "name": row["name"], "indicator": name, **figures}
        for row in told["rows"]
        for name, figures in row["indicators"].items()
    ]
    return csv_text({column: column for column in columns}, lines)


def _values(ctx: Context, period: Period, offices: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The indicators of each office in sight, by code; `offices` as in `report offices`."""
    reached = {row["key"]: row for row in posts_report.report(ctx, period, by="office")["rows"]}
    covered = _coverage(ctx, period, [row["key"] for row in offices if row["level"] == "province"])
    voters = _voters(ctx)
    found = {}
    for row in offices:
        out, people = reached.get(row["key"]), voters.get(row["key"])
        values = {
            "completeness": row["platforms"] / row["expected"] if row["expected"] else None,
            "posts": row["posts"],
            "response": row["response"],
            "growth": row["growth"],
            "growth_percent": row["growth_percent"],
            "growth_per_1000_voters": None if row["growth"] is None or not people else round(1000 * row["growth"] / people, 3),
            "engagement": _each(out),
            "coverage": covered.get(row["key"]),
        }
        found[row["key"]] = {"name": row["name"], "level": row["level"], "values": values, "facts": row}
    return found


def _each(row: Mapping[str, Any] | None) -> float | None:
    """Interactions for each publication of which they are known; one of which only views are known has none to count, and not zero."""
    if row is None or row["interactions"] is None or not row["interacted"]:
        return None
    return float(round(row["interactions"] / row["interacted"], 2))


def _coverage(ctx: Context, period: Period, provinces: Sequence[str]) -> dict[str, float | None]:
    """Of the regencies by their codes; a province's is that of everybody in sight."""
    told = coverage.report(ctx, coverage.Ask(by="regency", first=period.first, last=period.last))
    return {row["key"]: row["coverage"] for row in told["rows"]} | dict.fromkeys(provinces, told["total"]["coverage"])


def _voters(ctx: Context) -> dict[str, int]:
    """Of the latest election on record, by area."""
    found: dict[str, int] = {}
    for row in turnout.show_turnout(ctx):
        found.setdefault(row["area"], row["voters"])
    return found


def _median(values: Mapping[str, Mapping[str, Any]], name: str) -> float | None:
    """Of the regencies; offices of other levels are no measure for them."""
    known = [one["values"][name] for one in values.values() if one["level"] == "regency" and one["values"][name] is not None]
    return round(median(known), 4) if known else None


def _training(training: Mapping[str, Any], looked: Looked) -> dict[str, Any]:
    """A training, and its offices in the thirty days before and from it on: what was, not what it caused."""
    day = day_of(None).fromisoformat(training["day"])
    last = min(day + AROUND - timedelta(days=1), day_of(None))
    ahead = day > day_of(None)
    before = _sums(looked(Period(day - AROUND, day - timedelta(days=1))), training["offices"]) if not ahead else _NOTHING
    after = _sums(looked(Period(day, last)), training["offices"]) if not ahead else _NOTHING
    return {**training, "before": before, "after": after, "days_after": 0 if ahead else (last - day).days + 1}


_NOTHING: dict[str, Any] = {"posts": None, "growth": None}


def _sums(found: Sequence[Mapping[str, Any]], offices: Sequence[str]) -> dict[str, Any]:
    rows = [row for row in found if not offices or row["key"] in offices]
    growth = [row["growth"] for row in rows if row["growth"] is not None]
    return {"posts": sum(row["posts"] for row in rows), "growth": sum(growth) if growth else None}
