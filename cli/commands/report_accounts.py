"""`gaung report accounts`."""

import click

from gaung.cli.app import App
from gaung.cli.commands.report import group_
from gaung.cli.options import pass_app

BY = ("regency", "district", "village", "body", "platform")


@group_.command("accounts")
@click.option("--by", type=click.Choice(BY), default="regency", show_default=True, help="A row for each.")
@click.option("--from", "start", metavar="DATE", help="Growth in the number of accounts since the end of that day.")
@click.option("--to", "end", metavar="DATE", help="As it was at the end of that day; left out: now.")
@click.option("--format", "format_", type=click.Choice(["table", "json", "csv"]), help="Left out: by the name of --out, else a table.")
@click.option("--out", metavar="FILE", help="Write to this file; reasons of 1 to 4 persons are shown as <5, as in every CSV.")
@pass_app
def accounts(app: App, by: str, start: str | None, end: str | None, format_: str | None, out: str | None) -> None:
    """Who has accounts, who has none and why, growth between two days, and PPK and PPS without an institutional account."""
    from gaung.cli import views_members
    from gaung.core.services import accounts_report as report
    from gaung.core.services.members import the_day

    days = {"start": None if start is None else the_day(app.context, start), "end": None if end is None else the_day(app.context, end)}
    found = report.accounts(app.context, by=by, **days)
    if out is not None:
        _write(app, found, format_ or ("json" if out.endswith(".json") else "csv"), out)
    elif format_ == "csv":
        app.output.raw(report.to_csv(found))
    elif format_ == "json":
        app.output.document(found)
    else:
        app.output.result(found, views_members.accounts_report)


def _write(app: App, found: dict[str, object], format_: str, out: str) -> None:
    from gaung.cli.output import to_json
    from gaung.core.services import accounts_report as report
    from gaung.core.services.exports import write_private

    if format_ == "table":
        raise click.UsageError("A table is for the screen: write --format csv or json with --out.")
    text = report.to_csv(found) if format_ == "csv" else to_json(report.hidden(found), indent=2) + "\n"
    app.output.status(f"Written to {write_private(out, text)}; reasons of 1 to 4 persons are hidden.")
