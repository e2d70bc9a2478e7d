"""`gaung report evaluation`."""

from datetime import date

import click

from gaung.cli.app import App
from gaung.cli.commands.report import group_
from gaung.cli.commands.report_figures import figures_options
from gaung.cli.options import pass_app
from gaung.cli.reports import show


@group_.command("evaluation")
@click.option("--no-ranking", is_flag=True, help="Compare nobody with the others.")
@figures_options
@pass_app
def evaluation(app: App, no_ranking: bool, first: date | None, last: date | None, format_: str | None, out: str | None) -> None:
    """Each office beside its own former period and the middle of all, with findings and what became of steps."""
    from gaung.cli import views_figures
    from gaung.core.period import Period
    from gaung.core.services import evaluation as service

    told = service.report(app.context, Period.of(first, last), ranking=not no_ranking)
    page, follows = {"ranking": not no_ranking}, ("first", "last", "no_ranking")
    show(app, told, format_, out, to_csv=service.to_csv, view=views_figures.evaluation, page=page, follows=follows)
