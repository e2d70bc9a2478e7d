"""`gaung serve`."""

import click

from gaung.cli.app import App
from gaung.cli.options import Command, metrics_option, pass_app


@click.command("serve", cls=Command)
@metrics_option
@pass_app
def command(app: App, metrics_port: int | None) -> None:
    """Serve the stored media to the platforms that fetch it (media.public_url), at serve.host and serve.port."""
    from gaung.core.engine import run

    app.open_log("serve")
    run.serve(app.with_metrics(metrics_port))
