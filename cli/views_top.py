"""How `gaung top` looks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gaung.cli.output import table, text, together
from gaung.core.clock import WIB, shown_time

if TYPE_CHECKING:
    from rich.console import RenderableType

_ORDER = (
    "scheduled", "queued", "publishing", "processing", "published", "unconfirmed", "held", "failed", "missed", "skipped", "cancelled",
)  # fmt: skip
_TROUBLES = {"at": "When", "event": "What", "handle": "Account", "platform": "Platform", "delivery": "Delivery", "words": "Words"}


def top(value: Mapping[str, Any]) -> "RenderableType":
    """States by platform, how fast it goes, what stands in the way."""
    return together(
        text(f"Gaung at {shown_time(value['at'], WIB)}"),
        _states(value["states"]),
        text(_pace(value)),
        text(_processes(value["processes"])),
        *[text(f"Paused: {pause['scope']} ({pause['reason'] or 'no reason given'})") for pause in value["pauses"]],
        text("\nThe latest troubles"),
        table(value["troubles"], _TROUBLES, empty="None lately."),
    )


def _states(states: Mapping[str, Mapping[str, int]]) -> "RenderableType":
    known = [state for state in _ORDER if any(state in counts for counts in states.values())]
    rows = [{"platform": platform, **counts} for platform, counts in states.items()]
    return table(rows, {"platform": "Platform", **{state: state for state in known}}, empty="No delivery is open, none was due today.")


def _pace(value: Mapping[str, Any]) -> str:
    out, late, due = value["published"], value["lateness"], value["due"]
    said = [f"Published: {out['minute']} in the last minute, {out['five_minutes']} in five, {out['hour']} in an hour."]
    if late["of"]:
        said.append(
            f"Lateness in the last hour: half within {late['p50']:g} s, 99 of 100 within {late['p99']:g} s, worst {late['worst']:g} s."
        )
    waits = f", the oldest for {due['oldest']:g} s" if due["oldest"] is not None else ""
    return "\n".join([*said, f"Due and waiting: {due['waiting']}{waits}."])


def _processes(found: list[Mapping[str, Any]]) -> str:
    if not found:
        return "Nothing runs: no dispatcher and no worker was seen lately. Start `gaung run`."
    workers = [row for row in found if row["role"] == "worker"]
    others = len([row for row in found if row["role"] == "dispatcher"])
    threads = sum(row["threads"] for row in workers)
    return f"Running: {others} dispatcher(s), {len(workers)} worker(s) with {threads} threads."
