"""`gaung top`."""

import sys
import time

import click

from gaung.cli.app import App
from gaung.cli.options import Command, pass_app


@click.command("top", cls=Command)
@click.option("--every", metavar="S", type=click.FloatRange(0.2), default=2.0, show_default=True, help="Seconds between two looks.")
@click.option("--once", is_flag=True, help="Look once. So it does with --json, and where there is no terminal.")
@pass_app
def command(app: App, every: float, once: bool) -> None:
    """Watch everything at work, in place, until Ctrl-C: states, pace, lateness, pauses, processes, the latest troubles."""
    from gaung.cli import views_top
    from gaung.core.services.overview import overview

    if once or app.json or not sys.stdout.isatty():
        app.output.result(overview(app.context), views_top.top)
        return
    from rich.live import Live

    with Live(views_top.top(overview(app.context)), console=app.output.console(), screen=True, auto_refresh=False) as live:
        try:
            while True:
                time.sleep(every)
                live.update(views_top.top(overview(app.context)), refresh=True)
        except KeyboardInterrupt:
            return
