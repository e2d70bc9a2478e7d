"""`gaung doctor`."""

import click

from gaung.cli.app import App
from gaung.cli.options import Command, pass_app


@click.command("doctor", cls=Command)
@click.option("--offline", is_flag=True, help="Ask no platform about the accounts.")
@pass_app
def command(app: App, offline: bool) -> int:
    """Check settings, database, broker, key, plugins, accounts, clock and disk: each ok, or what to do."""
    from gaung.cli import views
    from gaung.core.services import doctor

    found = doctor.examine(app.home, ask_platforms=not offline)
    app.output.result(found, views.doctor)
    return 1 if any(check["status"] == "problem" for check in found) else 0
