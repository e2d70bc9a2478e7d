"""`gaung report accounts`."""

import click

from gaung.cli.app import App
from gaung.cli.commands.report import group_
from gaung.cli.options import pass_app
from gaung.cli.reports import out_options, show

BY = ("regency", "district", "village", "body", "platform")


@group_.command("accounts")
@click.option("--by", type=click.Choice(BY), default="regency", show_default=True, help="A row for each.")
@click.option("--from", "start", metavar="DATE", help="Growth in the number of accounts since the end of that day.")
@click.option("--to", "end", metavar="DATE", help="As it was at the end of that day; left out: now.")
@out_options
@pass_app
def accounts(app: App, by: str, start: str | None, end: str | None, format_: str | None, out: str | None) -> None:
    """Who has accounts, who has none and why, growth between two days, and PPK and PPS without an institutional account."""
    from gaung.cli import views_members
    from gaung.core.services import accounts_report as report
    from gaung.core.services.members import the_day

    days = {"start": None if start is None else the_day(app.context, start), "end": None if end is None else the_day(app.context, end)}
    found = report.accounts(app.context, by=by, **days)
    show(app, found, format_, out, to_csv=report.to_csv, view=views_members.accounts_report, for_file=report.hidden, follows=("end",))
