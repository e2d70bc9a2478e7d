"""How answers about reshares and claims look to people. Nothing here prints."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gaung.cli.output import facts, table, text, together
from gaung.cli.views import imported as _imported
from gaung.core.clock import WIB, shown_time

if TYPE_CHECKING:
    from rich.console import RenderableType

Rows = Sequence[Mapping[str, Any]]
Value = Mapping[str, Any]

_RESHARES = {
    "id": "Id",
    "member": "Member",
    "platform": "Platform",
    "signal": "Signal",
    "grade": "Grade",
    "seen": "First seen",
    "by": "By",
    "link": "Link",
}
_WAITING = {
    "id": "Id",
    "member": "Member",
    "body": "Body",
    "area": "Area",
    "post": "Post",
    "platform": "Platform",
    "what": "Link or capture",
}
_UNMATCHED = {"platform": "Platform", "signal": "Signal", "sightings": "Sightings"}


def reshares(rows: Rows) -> "RenderableType":
    """A table of reshares, the withdrawn ones told apart."""
    told = [
        {
            **row,
            "grade": row["grade"] if row["withdrawn"] is None else f"withdrawn ({row['grade']})",
            "seen": shown_time(row["first_seen"], WIB),
            "by": row["verifier"] or row["source"],
        }
        for row in rows
    ]
    return table(told, _RESHARES, empty="No reshare is recorded.")


def unmatched(rows: Rows) -> "RenderableType":
    """Counts of what is nobody's yet."""
    return table(rows, _UNMATCHED, empty="Nothing was seen of anybody who is not registered.")


def claimed(value: Value) -> "RenderableType":
    """What became of a claim."""
    shown = facts({key: value[key] for key in ("id", "member", "platform", "signal", "state", "why")})
    return shown if value["new"] else together(shown, text("It had been handed in before; nothing changed."))


def imported(value: Value) -> "RenderableType":
    """What an import of links did."""
    parts = [_imported(value), text(f"{value['claims']} links are new.")]
    if value["dry_run"]:
        parts.append(text("Nothing was stored: this was a dry run."))
    return together(*parts)


def waiting(rows: Rows) -> "RenderableType":
    """Claims that wait for a reviewer."""
    told = [{**row, "what": row["link"] or row["capture"] or "the picture is gone"} for row in rows]
    return table(told, _WAITING, empty="No claim waits for a reviewer.")


def claim(value: Value) -> "RenderableType":
    """One claim as a reviewer needs it."""
    pairs: dict[str, Any] = {
        "Claim": value["id"],
        "Member": value["member"],
        "Body": value["body"],
        "Area": value["area"],
        "Post": f"{value['post']} {value['title']}",
        "Platform": value["platform"],
        "Shared": shown_time(value["at"], WIB),
    }
    pairs["Link" if value["signal"] == "link" else "Capture"] = value["link"] or value["capture"] or "gone: its time was over"
    if value["why"]:
        pairs["Note"] = value["why"]
    if also := _also(value):
        pairs["Also by"] = also
    if value["reviewed_by"]:
        pairs["Decision"] = f"{value['state']} by {value['reviewed_by']}"
    return facts(pairs)


def _also(value: Value) -> str:
    """Who else handed the same in: one screenshot cannot be two people's."""
    known = ", ".join(value["also_handed_in_by"])
    more = f"{value['others']} of other offices" if value["others"] else ""
    return " and ".join(part for part in (known, more) if part)
