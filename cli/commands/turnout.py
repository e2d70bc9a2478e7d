"""`gaung turnout ...`."""

from datetime import date

import click

from gaung.cli.app import App
from gaung.cli.options import day, group, pass_app

group_ = group("turnout", "Elections, their targets, and turnout as it was printed.")

ELECTIONS = {"id": "Id", "name": "Election", "day": "Day", "target": "Target, percent"}
COLUMNS = {
    "election": "Election",
    "area": "Area",
    "name": "Name",
    "contest": "Contest",
    "voted": "Voted",
    "voters": "Voters",
    "denominator": "Of",
    "percent": "Percent",
    "short_of_target": "Short of target",
    "source": "Source",
}


@group_.command("election")
@click.argument("name")
@click.option("--on", required=True, metavar="DAY", callback=day, help="27/11/2024 or 2024-11-27.")
@click.option("--target", metavar="PERCENT", help="Such as 80 or 79,5.")
@pass_app
def election(app: App, name: str, on: date, target: str | None) -> None:
    """Put an election down, or replace its day and target."""
    from gaung.cli.output import facts
    from gaung.core.figures import NotANumber, number
    from gaung.core.services import turnout

    try:
        percent = None if target is None else float(number(target.rstrip("% ")))
    except NotANumber as error:
        raise click.BadParameter(str(error), param_hint="--target") from None
    app.output.result(turnout.add_election(app.context, name, on=on, target=percent), facts)


@group_.command("elections")
@pass_app
def elections(app: App) -> None:
    """List elections, the latest first."""
    from gaung.cli.output import table
    from gaung.core.services import turnout

    found = turnout.list_elections(app.context)
    app.output.result(found, lambda rows: table(rows, ELECTIONS, empty='No election. Run: gaung turnout election "NAME" --on DAY'))


@group_.command("import")
@click.argument("file", metavar="FILE")
@pass_app
def import_(app: App, file: str) -> int:
    """Put turnout down: election,area,contest,voted,voters,denominator,source,source_day."""
    from pathlib import Path

    from gaung.cli import views
    from gaung.core.services import turnout

    done = turnout.import_turnout(app.context, Path(file))
    app.output.result(done, views.imported)
    return views.import_code(done)


@group_.command("show")
@click.option("--election", metavar="NAME", help="Only this one.")
@pass_app
def show(app: App, election: str | None) -> None:
    """Show turnout with its numbers and sources; different sources stand side by side."""
    from gaung.cli.output import table
    from gaung.core.services import turnout

    found = turnout.show_turnout(app.context, election)
    app.output.result(found, lambda rows: table(rows, COLUMNS, empty="No turnout is on record. Run: gaung turnout import FILE"))
