"""`gaung office ...`."""

import click

from gaung.cli.app import App
from gaung.cli.options import group, pass_app

group_ = group("office", "Offices, by Kemendagri code.")

COLUMNS = {"code": "Code", "name": "Name", "level": "Level", "accounts": "Accounts"}
LEVELS = ("national", "province", "regency", "district", "village")


@group_.command("list")
@pass_app
def list_(app: App) -> None:
    """List the offices in sight."""
    from gaung.cli.output import table
    from gaung.core.services import offices

    app.output.result(offices.list_offices(app.context), lambda rows: table(rows, COLUMNS, empty="No office. Run: gaung init"))


@group_.command("show")
@click.argument("code")
@pass_app
def show(app: App, code: str) -> None:
    """Show one office, its accounts and how its deliveries stand."""
    from gaung.cli import views
    from gaung.core.services import offices

    app.output.result(offices.show_office(app.context, code), views.office)


@group_.command("add")
@click.argument("code")
@click.option("--name", required=True, help='Such as "KPU Kabupaten Mesuji".')
@click.option("--level", required=True, type=click.Choice(LEVELS))
@pass_app
def add(app: App, code: str, name: str, level: str) -> None:
    """Add an office; no area of its code need exist."""
    from gaung.cli.output import facts
    from gaung.core.services import offices

    app.output.result(offices.add_office(app.context, code, name=name, level=level), facts)
