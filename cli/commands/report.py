"""`gaung report ...`; `accounts` is in report_accounts.py."""

from typing import Any

import click

from gaung.cli.app import App
from gaung.cli.options import group, office_option, pass_app, platform_option

group_ = group("report", "Coverage and accounts, by regency, district, village, body, platform.")

BY = ("regency", "district", "village", "body", "platform", "origin", "purpose", "post")
GRADES = ("claimed", "clicked", "matched", "reviewed", "observed")


@group_.command("coverage")
@click.option("--post", type=int, metavar="ID", help="Of this post; without it, of all posts of a period.")
@click.option("--by", type=click.Choice(BY), default="regency", show_default=True, help="What a row is.")
@click.option("--from", "first", metavar="DAY", help="Posts from this day on, such as 2026-11-01 or 1/11/2026 (default: 30 days).")
@click.option("--to", "last", metavar="DAY", help="Posts up to this day (default: today).")
@office_option
@click.option("--area", metavar="CODE_OR_NAME", help="Only members in this area.")
@click.option("--body", metavar="B", help="Only members of this body, such as PPS.")
@platform_option
@click.option("--origin", metavar="O", help="Only posts of this origin.")
@click.option("--purpose", metavar="P", help="Only posts of this purpose.")
@click.option("--grade", type=click.Choice(GRADES), default="matched", show_default=True, help="Count this grade and better as covered.")
@click.option("--format", "format_", type=click.Choice(("table", "json", "csv")), default="table", show_default=True)
@click.option("--out", metavar="FILE", help="Write to a file.")
@pass_app
def coverage(app: App, format_: str, out: str | None, **wanted: Any) -> None:
    """How much of the corps echoed a post, or the posts of a period, each grade apart."""
    from gaung.cli import views_coverage
    from gaung.core.services import coverage as service

    days = {key: _day(app, wanted.pop(key), f"--{name}") for key, name in (("first", "from"), ("last", "to"))}
    body = wanted.pop("body")
    told = service.report(app.context, service.Ask(**wanted, **days, body=body.upper() if body else None))
    deliver(app, told, format_, out, service.to_csv, views_coverage.coverage)


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


def deliver(app: App, told: Any, format_: str, out: str | None, to_csv: Any, view: Any) -> None:
    """A report as asked for: to a file, or to stdout."""
    from gaung.cli.output import to_json

    if format_ == "table" and out is None:
        app.output.result(told, view)
        return
    as_json = format_ == "json" or (app.output.json and format_ == "table")
    if format_ == "table" and not as_json and out is not None:
        as_json = out.lower().endswith(".json")
        if not as_json and not out.lower().endswith(".csv"):
            raise click.UsageError("Say how to write the file: --format json or --format csv.")
    document = to_json(told, indent=2) + "\n" if as_json else to_csv(told)
    if out is None:
        click.echo(document, nl=False)
        return
    from gaung.core.services.exports import write_private

    path = write_private(out, document)
    app.output.status(f"Written: {path}")


def _day(app: App, text: str | None, option: str) -> Any:
    if text is None:
        return None
    import re
    from datetime import date

    found = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text.strip())
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text.strip())
    except ValueError:
        raise click.UsageError(f"{option} {text} is no day; write 2026-11-25 or 25/11/2026.") from None


from gaung.cli.commands import report_accounts  # noqa: E402, F401 - adds `accounts`
