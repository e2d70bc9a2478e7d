"""How the reports of figures look. A dash is a number that nobody knows, which is not zero."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gaung.cli.output import facts, table, text, together

if TYPE_CHECKING:
    from rich.console import RenderableType

Value = Mapping[str, Any]
_NOTHING = "No office had an account or a post by then: nothing is known."

_FOLLOWERS = {"key": "Key", "name": "Name", "accounts": "Accounts", "known": "Known", "followers": "Followers", "growth": "Growth",
              "growth_percent": "Percent", "exact": "Exact"}  # fmt: skip
_POSTS = {"key": "Key", "name": "Name", "published": "Out", "planned": "Of", "views": "Views", "interactions": "Interactions",
          "measured": "Measured", "coverage": "Coverage"}  # fmt: skip
_OFFICES = {"key": "Office", "name": "Name", "platforms": "Networks", "posts": "Posts", "passed_on": "Passed on", "from_above": "Of",
            "silent_days": "Silent days", "followers": "Followers", "growth": "Growth"}  # fmt: skip


_PROBLEMS = {"office": "Office", "platform": "Platform", "handle": "Account", "code": "Code", "message": "Words"}


def measured(value: Value) -> "RenderableType":
    """What came of asking for numbers, and whose platform did not answer."""
    told = facts({name: count for name, count in value.items() if name != "problems"})
    return together(told, table(value["problems"], _PROBLEMS)) if value["problems"] else told


def followers(value: Value) -> "RenderableType":
    """Followers and growth."""
    notes = [text(note) for note in value["notes"]]
    return together(_head(value), table([*value["rows"], value["total"]], _FOLLOWERS), *notes)


def posts(value: Value) -> "RenderableType":
    """What posts reached."""
    if not value["rows"]:
        return together(_head(value), text("No post of these days."))
    return together(_head(value), table([_percent(row) for row in [*value["rows"], value["total"]]], _POSTS))


def offices(value: Value) -> "RenderableType":
    """Offices beside each other."""
    nothing = [] if any(row["platforms"] or row["posts"] for row in value["rows"]) else [text(_NOTHING)]
    return together(_head(value), table(value["rows"], _OFFICES, empty="No office. Run: gaung init"), *nothing)


_EVALUATION = {"key": "Office", "name": "Name", "posts": "Posts", "response": "Passed on", "growth": "Growth", "coverage": "Coverage"}


def evaluation(value: Value) -> "RenderableType":
    """Figures of all, then what stands out of each."""
    rows = []
    for row in value["rows"]:
        figures = {name: told["value"] for name, told in row["indicators"].items()}
        shares = {name: None if figures[name] is None else f"{100 * figures[name]:.1f} %" for name in ("response", "coverage")}
        rows.append({**row, **figures, **shares})
    said = [text(f"{row['key']} {row['name']}: {' '.join(row['findings'])}") for row in value["rows"] if row["findings"]]
    before = f"compared with {value['before']['from']} to {value['before']['to']}"
    steps = [text(f"Step {step['id']} ({step['office']}, {step['state']}): {step['step']}") for step in value["steps"]]
    nothing = [] if any(row["completeness"] or row["posts"] for row in rows) else [text(_NOTHING)]
    return together(_head(value), text(before), table(rows, _EVALUATION), *nothing, *said, *steps)


def _head(value: Value) -> "RenderableType":
    return text(f"From {value['from']} to {value['to']}")


def _percent(row: Value) -> Value:
    return {**row, "coverage": None if row["coverage"] is None else f"{100 * row['coverage']:.1f} %"}
