"""How drives look to people."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gaung.cli.output import table, text, together
from gaung.cli.views_coverage import percent
from gaung.core.clock import WIB, shown_time

if TYPE_CHECKING:
    from rich.console import RenderableType

Value = Mapping[str, Any]

_LIST = {
    "id": "Drive", "post": "Post", "title": "Title", "state": "State", "who": "Called", "windows": "Windows", "captions": "Captions",
    "aim": "Target", "opens": "Opens", "deadline": "Deadline",
}  # fmt: skip
_ROWS = {
    "key": "Key", "name": "Name", "members": "Called", "observed": "Observed", "reviewed": "Reviewed", "matched": "Matched",
    "clicked": "Clicked", "claimed": "Claimed", "covered": "Covered", "percent": "Coverage", "short": "Missing",
}  # fmt: skip
_NAMED = 10


def opened(value: Value) -> "RenderableType":
    """A drive that has begun."""
    until = shown_time(value["deadline"], WIB)
    words = f"Drive {value['id']} calls {value['members']} members to echo post {value['post']} until {until}, target {value['target']} %."
    return text(f"{words}\nTexts for the villages: gaung drive export {value['id']} --out DIR")


def listed(rows: Sequence[Value]) -> "RenderableType":
    """A table."""
    shown = [{**row, "who": _called(row), "aim": f"{row['target']} %"} for row in rows]
    return table(shown, _LIST, empty="No drive yet. To call members: gaung drive new --post ID")


def status(value: Value) -> "RenderableType":
    """Coverage against the target, and who lags."""
    head = f"Drive {value['id']} ({value['state']}): {value['title']}, post {value['post']}, {_called(value)}, until "
    head += f"{shown_time(value['deadline'], WIB)}. Target {value['target']} %, grade {value['grade']} or better."
    rows = [
        {**row, "percent": percent(row["coverage"]), "short": row["missing"] or None}
        for row in [*value["rows"], {**value["total"], "key": ""}]
    ]
    names = {row["key"]: f"{row['name']} ({percent(row['coverage'])})" for row in value["rows"]}
    behind = [names[key] for key in value["lagging"]]
    more = f" and {len(behind) - _NAMED} more" if len(behind) > _NAMED else ""
    if not value["total"]["members"]:
        foot = "Nobody called was in term on the post's day."
    else:
        foot = f"Below the target, furthest first: {', '.join(behind[:_NAMED])}{more}." if behind else "Every row has reached the target."
    return together(text(head), table(rows, _ROWS), text(foot))


def closed(value: Value) -> "RenderableType":
    """A drive that has ended."""
    return text(f"Drive {value['id']} is closed. How far it got: gaung drive status {value['id']}")


def exported(value: Value) -> "RenderableType":
    """What was written."""
    words = f"{value['files']} texts and {value['index']} written to {value['folder']}."
    if value["without_links"]:
        words += f" {value['without_links']} places have no publication of their office and got none; see {value['index']}."
    return text(words)


def _called(row: Value) -> str:
    return f"{', '.join(row['bodies']) or 'all bodies'} in {', '.join(row['areas'])}"
