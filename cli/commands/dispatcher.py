"""`gaung dispatcher`."""

import click

from gaung.cli.app import App
from gaung.cli.options import Command, metrics_option, pass_app


@click.command("dispatcher", cls=Command)
@metrics_option
@pass_app
def command(app: App, metrics_port: int | None) -> None:
    """Hand out what is due, and take back what dead workers left. Any number may run."""
    from gaung.core.engine import run

    app.open_log("dispatcher")
    run.dispatch(app.with_metrics(metrics_port))
