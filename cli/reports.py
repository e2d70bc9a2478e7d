"""What every `gaung report ...` has alike: `--format`, `--out`, and the one way in which a report is shown or written."""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from gaung.cli.app import App
from gaung.cli.options import F

if TYPE_CHECKING:
    from rich.console import RenderableType

FORMATS = ("table", "json", "csv", "html")
GRADES = ("claimed", "clicked", "matched", "reviewed", "observed")


def grade_option(function: F) -> F:
    """`--grade`."""
    grades = click.Choice(GRADES)
    return click.option("--grade", type=grades, default="matched", show_default=True, help="Count this grade and better as covered.")(
        function
    )


def out_options(function: F) -> F:
    """`--format`, `--out`."""
    function = click.option("--out", metavar="FILE", help="Write to this file.")(function)
    return click.option("--format", "format_", type=click.Choice(FORMATS), help="Left out: by the name of --out, else a table.")(function)


def show(
    app: App,
    told: dict[str, Any],
    format_: str | None,
    out: str | None,
    *,
    to_csv: Callable[[Any], str],
    view: Callable[[Any], "RenderableType"],
    for_file: Callable[[Any], Any] = lambda told: told,
    page: Mapping[str, Any] | None = None,
    follows: Collection[str] = ("first", "last"),
) -> None:
    """Print a report, or write it: by `--format`, else by the name of the file.

    `for_file`: what of it other eyes may see. HTML is the page of that report alone, made with `page`, which knows only the options that
    it `follows`: any other is refused, for its reader would not see that it was left out.
    """
    from gaung.cli.output import to_json
    from gaung.core.services.exports import write_private

    chosen = format_ or ("table" if out is None else next((one for one in FORMATS[1:] if out.endswith(f".{one}")), "csv"))
    if chosen == "table" and out is not None:
        raise click.UsageError("A table is for the screen: write --format csv, json or html with --out.")
    if chosen == "table":
        app.output.result(told, view)
        return
    if chosen == "json" and out is None:
        app.output.document(told)
        return
    if chosen == "html":
        made = _page(app, told, page or {}, follows)
    else:
        made = to_csv(told) if chosen == "csv" else to_json(for_file(told), indent=2) + "\n"
    if out is None:
        app.output.raw(made)
    else:
        app.output.status(f"Written to {write_private(out, made)}.")


def _page(app: App, told: Mapping[str, Any], said: Mapping[str, Any], follows: Collection[str]) -> str:
    """The page of the section that the command is named after."""
    from gaung.core.period import Period
    from gaung.core.reports import page

    command = click.get_current_context()
    for option in command.command.params:
        typed = command.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
        if typed and option.expose_value and option.name not in (*follows, "format_", "out"):
            raise click.UsageError(f"The page does not follow {option.opts[0]}: leave it out, or write csv or json.")
    period = Period(told["from"] or told["to"], told["to"])
    return page.make(app.context, period, sections=[str(command.info_name)], **said)
