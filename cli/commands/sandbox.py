"""`gaung sandbox`."""

import click

from gaung.cli.app import App
from gaung.cli.options import Command, pass_app

PORT = 8095


@click.command("sandbox", cls=Command)
@click.option("--port", metavar="P", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 takes a free one.")
@click.option(
    "--processing-seconds", metavar="S", type=click.FloatRange(0), default=1.0, show_default=True, help="How long it works on a video."
)
@pass_app
def command(app: App, port: int, processing_seconds: float) -> None:
    """A loopback server that behaves as the platforms do; the page at / shows every feed. Ends with Ctrl-C."""
    from gaung.cli import views
    from gaung.core.sandbox import server
    from gaung.core.sandbox.world import World
    from gaung.core.services.sandbox import described

    app.open_log("sandbox")
    platforms = list(app.context.manager.platforms().values())
    world = World(processing_seconds=processing_seconds)
    server.serve(platforms, port=port, world=world, ready=lambda sandbox: app.output.result(described(sandbox), views.sandbox))
