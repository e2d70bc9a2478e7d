"""How areas look to people."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gaung.cli import views
from gaung.cli.output import facts, table, text, together

if TYPE_CHECKING:
    from rich.console import RenderableType

_CHILDREN = {"code": "Code", "name": "Name", "level": "Level"}


def imported(value: Mapping[str, Any]) -> "RenderableType":
    """What an import of areas did, or would do."""
    parts = [views.imported(value)]
    if value["made"]:
        parts.append(text(f"Made, for no row describes it: {', '.join(value['made'])}"))
    if value["dry_run"]:
        parts.append(text("Nothing was stored: this was a dry run."))
    return together(*parts)


def area(value: Mapping[str, Any]) -> "RenderableType":
    """One area."""
    pairs: dict[str, Any] = {"Code": value["code"], "Name": value["name"], "Level": value["level"]}
    pairs["Lies in"] = " > ".join(f"{one['name']} ({one['code']})" for one in value["within"])
    pairs["Also found as"] = ", ".join(value["aliases"])
    pairs["Below it"] = ", ".join(f"{number} {level}" for level, number in value["below"].items())
    return together(facts(pairs), table(value["children"], _CHILDREN, empty="Nothing lies in it."))
