"""`gaung report followers|posts|offices`: figures of a period."""

from datetime import date

import click

from gaung.cli.app import App
from gaung.cli.commands.report import group_
from gaung.cli.options import F, day, office_option, pass_app, platform_option
from gaung.cli.reports import out_options, show


def figures_options(function: F) -> F:
    """`--from`, `--to`, `--format`, `--out`, as every report of a period has them."""
    function = click.option("--to", "last", metavar="DAY", callback=day, help="The last day (default: today).")(out_options(function))
    return click.option("--from", "first", metavar="DAY", callback=day, help="1/11/2026 or 2026-11-01 (default: 30 days).")(function)


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
    show(app, told, format_, out, to_csv=report.to_csv, view=views_figures.followers)


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

    show(app, report.report(app.context, Period.of(first, last), by=by), format_, out, to_csv=report.to_csv, view=views_figures.posts)


@group_.command("offices")
@figures_options
@pass_app
def offices(app: App, first: date | None, last: date | None, format_: str | None, out: str | None) -> None:
    """How complete and how active each office is, and what it passed on."""
    from gaung.cli import views_figures
    from gaung.core.period import Period
    from gaung.core.services import offices_report as report

    show(app, report.report(app.context, Period.of(first, last)), format_, out, to_csv=report.to_csv, view=views_figures.offices)
