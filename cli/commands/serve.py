"""`gaung serve`."""

import click

from gaung.cli.app import App
from gaung.cli.options import Command, pass_app


@click.command("serve", cls=Command)
@pass_app
def command(app: App) -> None:
    """Serve the stored media to the platforms that fetch it (media.public_url), at serve.host and serve.port."""
    from gaung.core.engine import run

    app.open_log("serve")
    run.serve(app.settings)
