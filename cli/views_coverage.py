"""How coverage and drives look to people."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gaung.cli.output import table, text, together
from gaung.core.clock import WIB, shown_time

if TYPE_CHECKING:
    from rich.console import RenderableType

Value = Mapping[str, Any]

_ROWS = {
    "key": "Key", "name": "Name", "members": "Members", "with_account": "With account", "observed": "Observed", "reviewed": "Reviewed",
    "matched": "Matched", "clicked": "Clicked", "claimed": "Claimed", "covered": "Covered", "percent": "Coverage",
}  # fmt: skip
_CELLS = {"post": "Post", "area": "Area", "body": "Body", "platform": "Platform", "kept_": "Kept", "true_": "True"}


def percent(ratio: float | None) -> str | None:
    """`61.2 %`; None where there is nobody to cover."""
    return None if ratio is None else f"{ratio * 100:.1f} %"


def coverage(value: Value) -> "RenderableType":
    """A report: what it is about, its rows, the total, and what stands beside."""
    if value["post"] is not None:
        head = f"Coverage of post {value['post']} by {value['by']}"
    else:
        head = f"Coverage of {value['posts']} posts from {value['from']} to {value['to']} by {value['by']}"
    head += f", grade {value['grade']} or better, as of {shown_time(value['as_of'], WIB)}."
    rows = [{**row, "percent": percent(row["coverage"])} for row in [*value["rows"], {**value["total"], "key": ""}]]
    foot = [*_shares(value["platform_shares"]), f"Seen from people who are not registered: {value['unmatched']}.", *value["notes"]]
    return together(text(head), table(rows, _ROWS), text("\n".join(foot)))


def _shares(shares: Mapping[str, Value]) -> list[str]:
    if not shares:
        return []
    said = ", ".join(f"{name} {_total(one)}" for name, one in shares.items())
    return [f"Shares by the platforms' own count (not added in): {said}."]


def _total(one: Value) -> str:
    if one["total"] is None:
        return "unknown"
    return str(one["total"]) + (f" (of {one['known']} of {one['publications']} publications)" if one["known"] < one["publications"] else "")


def rebuilt(value: Value) -> "RenderableType":
    """What a recount found."""
    seconds = f"{value['seconds']} s"
    if not value["differing"]:
        return text(f"{value['posts']} posts recounted, {seconds}: the rollup is what a full recount finds.")
    what = "were put right" if value["changed"] else "differ from a full recount. To put them right: gaung report rebuild"
    cells = [{**cell, "kept_": _grades(cell["kept"]), "true_": _grades(cell["true"])} for cell in value["cells"]]
    more = value["differing"] - len(cells)
    last = [text(f"and {more} more.")] if more else []
    return together(text(f"{value['posts']} posts, {seconds}: {value['differing']} cells {what}."), table(cells, _CELLS), *last)


def _grades(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {grade}" for grade, count in counts.items() if count) or "nobody"
