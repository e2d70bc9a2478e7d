"""`gaung init`."""

import click

from gaung.cli.app import App
from gaung.cli.options import Command, pass_app


@click.command("init", cls=Command)
@pass_app
def command(app: App) -> None:
    """Make the home: database, key, and the 16 offices of KPU Lampung. What is there already stays."""
    from gaung.cli.output import facts
    from gaung.core.services import setup

    done = setup.init(app.settings)
    app.output.result(done, facts)
    app.output.status("Next: gaung account add, or see everything at once with gaung demo.")
