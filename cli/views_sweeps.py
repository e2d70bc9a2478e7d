"""How looking for reshares looks to people. Nothing here prints."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gaung.cli.output import table, text, together
from gaung.core.clock import WIB, shown_time

if TYPE_CHECKING:
    from rich.console import RenderableType

_WORDS = {
    "sweep": "publications", "scan": "offices' registered accounts", "verify": "links handed in", "notice": "pushed notices",
    "measure": "accounts to be measured",
}  # fmt: skip
_LOOKS = {
    "platform": "Platform", "look": "Look", "due": "Due", "running": "Running", "blocked": "Kept back", "later": "Later", "done": "Done",
    "resting": "Resting", "next": "Next",
}  # fmt: skip
_BUDGETS = {"platform": "Platform", "app": "App", "spent": "Requests today", "limit": "Of", "until": "Until"}
_PROBLEMS = {"platform": "Platform", "office": "Office", "look": "Look", "number": "How many", "error": "Why", "then": "Then"}


def swept(value: Mapping[str, Any]) -> "RenderableType":
    """What a look by hand brought."""
    looks = ", ".join(f"{number} {_WORDS[kind]}" for kind, number in value["looks"].items() if number)
    if not looks:
        return text("There is nothing to look at.")
    if value["dry_run"]:
        return text(f"Would be looked at now: {looks}.")
    if value["by"] == "nobody":
        return text(f"Due now: {looks}. Nothing runs that would look; start: gaung run")
    lines = [f"Looked at: {looks}. Seen {value['seen']} reshares, {value['matched']} of them by registered accounts."]
    if value["left"]:
        lines.append(f"{value['left']} go on in the background.")
    if value["waiting"]:
        lines.append(f"{value['waiting']} are kept back by a pause, a switch, or an account to be reconnected.")
    if value["failed"]:
        lines.append(f"{value['failed']} could not be looked at:")
    return together(text(" ".join(lines)), _problems(value["problems"])) if value["problems"] else text(" ".join(lines))


def status(value: Mapping[str, Any]) -> "RenderableType":
    """What waits, and for what."""
    looks = [{**row, "next": shown_time(row["next_at"], WIB)} for row in value["looks"]]
    budgets = [
        {**row, "limit": "no bound" if row["limit"] is None else row["limit"], "until": shown_time(row["until"], WIB)}
        for row in value["budgets"]
    ]
    parts = [table(looks, _LOOKS, empty="Nothing is planned yet; `gaung run` plans."), table(budgets, _BUDGETS, empty="No account yet.")]
    return together(*parts, *([_problems(value["problems"])] if value["problems"] else []))


def _problems(rows: Any) -> "RenderableType":
    told = [
        {**row, "error": f"{row['code']}: {row['message']}", "then": "rests; gaung reshare sweep tries again" if row["rests"] else "again"}
        for row in rows
    ]
    return table(told, _PROBLEMS)
