"""`gaung measure ...`."""

import click

from gaung.cli.app import App
from gaung.cli.options import Group, office_option, pass_app, platform_option

COLUMNS = {
    "office": "Office",
    "platform": "Platform",
    "handle": "Account",
    "name": "What",
    "value": "Value",
    "as_of": "As of",
    "exact": "Exact",
    "source": "Source",
}


@click.group("measure", cls=Group, invoke_without_command=True)
@click.option("--accounts", "accounts_", is_flag=True, help="The accounts' own numbers.")
@click.option("--publications", "publications_", is_flag=True, help="The numbers of what was published.")
@click.pass_context
def group_(ctx: click.Context, accounts_: bool, publications_: bool) -> None:
    """Ask for numbers now, of accounts and publications (neither option: both), or put down those kept by hand."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(now, accounts_=accounts_, publications_=publications_)


@pass_app
def now(app: App, accounts_: bool, publications_: bool) -> None:
    """Ask now; in this process where no dispatcher works."""
    from gaung.cli import views_figures
    from gaung.core.services import measuring

    both = accounts_ == publications_
    done = measuring.measure_now(app.context, accounts=accounts_ or both, publications=publications_ or both, tell=app.output.status)
    app.output.result(done, views_figures.measured)


@group_.command("import")
@click.argument("file", metavar="FILE")
@pass_app
def import_(app: App, file: str) -> int:
    """Put down figures kept by hand: office,platform,handle,name,value,at,source,approximate."""
    from pathlib import Path

    from gaung.cli import views
    from gaung.core.services import measure_import

    done = measure_import.import_measures(app.context, Path(file))
    app.output.result(done, views.imported)
    return views.import_code(done)


@group_.command("baseline")
@pass_app
def baseline(app: App) -> None:
    """Put down the province's followers as Radar Lampung printed them on 4 December 2023 (approximate)."""
    from gaung.cli import views
    from gaung.core.services import measure_import

    app.output.result(measure_import.import_baseline(app.context), views.imported)


@group_.command("list")
@office_option
@platform_option
@click.option("--post", metavar="ID", type=int, help="Of the publications of this post, instead of the accounts.")
@pass_app
def list_(app: App, office: str | None, platform: str | None, post: int | None) -> None:
    """List the newest numbers; a dash is one that nobody knows, which is not zero."""
    from gaung.cli.output import table
    from gaung.core.services import measuring

    found = measuring.newest(app.context, office=office, platform=platform, post=post)
    app.output.result(found, lambda rows: table(rows, COLUMNS, empty="Nothing is measured yet. Run: gaung measure"))
