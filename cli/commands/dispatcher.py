"""`gaung dispatcher`."""

import click

from gaung.cli.app import App
from gaung.cli.options import Command, pass_app


@click.command("dispatcher", cls=Command)
@pass_app
def command(app: App) -> None:
    """Hand out what is due, and take back what dead workers left. Any number may run."""
    from gaung.core.engine import run

    app.open_log("dispatcher")
    run.dispatch(app.settings)
