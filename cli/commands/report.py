"""`gaung report ...`; `accounts` is in report_accounts.py, `followers`, `posts` and `offices` in report_figures.py."""

from typing import Any

import click

from gaung.cli.app import App
from gaung.cli.options import group, office_option, pass_app, platform_option
from gaung.cli.reports import grade_option, out_options, show

group_ = group("report", "Coverage and accounts, by regency, district, village, body, platform.")

BY = ("regency", "district", "village", "body", "platform", "origin", "purpose", "post")


@group_.command("coverage")
@click.option("--post", type=int, metavar="ID", help="Of this post; without it, of all posts of a period.")
@click.option("--by", type=click.Choice(BY), help="A row for each; left out: regencies, or what the area in sight consists of.")
@click.option("--from", "first", metavar="DAY", help="Posts from this day on, such as 2026-11-01 or 1/11/2026 (default: 30 days).")
@click.option("--to", "last", metavar="DAY", help="Posts up to this day (default: today).")
@office_option
@click.option("--area", metavar="CODE_OR_NAME", help="Only members in this area.")
@click.option("--body", metavar="B", help="Only members of this body, such as PPS.")
@platform_option
@click.option("--origin", metavar="O", help="Only posts of this origin.")
@click.option("--purpose", metavar="P", help="Only posts of this purpose.")
@grade_option
@out_options
@pass_app
def coverage(app: App, /, format_: str | None, out: str | None, **wanted: Any) -> None:
    """How much of the corps echoed a post, or the posts of a period, each grade apart."""
    from gaung.cli import views_coverage
    from gaung.core.services import coverage as service
    from gaung.core.services.members import the_day

    for key in ("first", "last"):
        wanted[key] = None if wanted[key] is None else the_day(app.context, wanted[key])
    wanted["body"] = wanted["body"] and wanted["body"].upper()
    told = service.report(app.context, service.Ask(**wanted))
    page, follows = {"grade": wanted["grade"]}, ("first", "last", "grade")
    show(app, told, format_, out, to_csv=service.to_csv, view=views_coverage.coverage, page=page, follows=follows)


@group_.command("rebuild")
@click.option("--post", type=int, metavar="ID", help="Only of this post.")
@click.option("--check", is_flag=True, help="Only compare; exit code 1 when something differs.")
@pass_app
def rebuild(app: App, post: int | None, check: bool) -> int:
    """Count all coverage anew from the reshares, and tell which cells were not what the recount found."""
    from gaung.cli import views_coverage
    from gaung.cli.bar import bar
    from gaung.core.services import rollup

    with bar(app.output) as told:
        done = rollup.rebuild(app.context, post=post, check=check, told=told)
    app.output.result(done, views_coverage.rebuilt)
    return 1 if check and done["differing"] else 0


from gaung.cli.commands import report_accounts, report_evaluation, report_figures, report_page  # noqa: E402, F401 - they add to the group
