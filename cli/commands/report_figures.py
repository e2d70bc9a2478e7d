"""`gaung report followers|posts|offices`: figures of a period."""

from collections.abc import Callable
from datetime import date
from typing import Any

import click

from gaung.cli.app import App
from gaung.cli.commands.report import group_
from gaung.cli.options import F, day, office_option, pass_app, platform_option

FORMATS = ("table", "json", "csv", "html")


def figures_options(function: F) -> F:
    """`--from`, `--to`, `--format`, `--out`, as every report of a period has them."""
    options = (
        click.option("--from", "first", metavar="DAY", callback=day, help="1/11/2026 or 2026-11-01 (default: 30 days)."),
        click.option("--to", "last", metavar="DAY", callback=day, help="The last day (default: today)."),
        click.option("--format", "format_", type=click.Choice(FORMATS), help="Left out: by the name of --out, else a table."),
        click.option("--out", metavar="FILE", help="Write to this file."),
    )
    for option in reversed(options):
        function = option(function)
    return function


@group_.command("followers")
@click.option("--by", type=click.Choice(["office", "platform", "account"]), default="office", show_default=True, help="A row for each.")
@office_option
@platform_option
@figures_options
@pass_app
def followers(
    app: App, by: str, office: str | None, platform: str | None, first: date | None, last: date | None, format_: str | None, out: str | None
) -> None:
    """How many follow the accounts, and how that grew in a period."""
    from gaung.cli import views_figures
    from gaung.core.period import Period
    from gaung.core.services import followers_report as report

    told = report.report(app.context, Period.of(first, last), by=by, office=office, platform=platform)
    show(app, told, format_, out, report.to_csv, views_figures.followers)


@group_.command("posts")
@click.option(
    "--by",
    type=click.Choice(["post", "origin", "purpose", "platform", "office"]),
    default="post",
    show_default=True,
    help="A row for each.",
)
@figures_options
@pass_app
def posts(app: App, by: str, first: date | None, last: date | None, format_: str | None, out: str | None) -> None:
    """What the posts of a period reached."""
    from gaung.cli import views_figures
    from gaung.core.period import Period
    from gaung.core.services import posts_report as report

    show(app, report.report(app.context, Period.of(first, last), by=by), format_, out, report.to_csv, views_figures.posts)


@group_.command("offices")
@figures_options
@pass_app
def offices(app: App, first: date | None, last: date | None, format_: str | None, out: str | None) -> None:
    """How complete and how active each office is, and what it passed on."""
    from gaung.cli import views_figures
    from gaung.core.period import Period
    from gaung.core.services import offices_report as report

    show(app, report.report(app.context, Period.of(first, last)), format_, out, report.to_csv, views_figures.offices)


def show(
    app: App, told: dict[str, Any], format_: str | None, out: str | None, to_csv: Callable[[Any], str], view: Callable[[Any], Any]
) -> None:
    """Print a report, or write it: by `--format`, else by the name of the file. HTML is the page of that report alone."""
    from gaung.cli.output import to_json
    from gaung.core.services.exports import write_private

    chosen = format_ or ("table" if out is None else next((one for one in FORMATS[1:] if out.endswith(f".{one}")), "csv"))
    if chosen == "table" and out is not None:
        raise click.UsageError("A table is for the screen: write --format csv, json or html with --out.")
    if chosen == "table":
        app.output.result(told, view)
    elif chosen == "json" and out is None:
        app.output.document(told)
    else:
        made = to_csv(told) if chosen == "csv" else to_json(told, indent=2) + "\n" if chosen == "json" else _page(app, told)
        if out is None:
            app.output.raw(made)
        else:
            app.output.status(f"Written to {write_private(out, made)}.")


def _page(app: App, told: dict[str, Any]) -> str:
    """The page of the section that the command is named after."""
    from gaung.core.period import Period
    from gaung.core.reports import page

    return page.make(app.context, Period(told["from"], told["to"]), sections=[str(click.get_current_context().info_name)])
