"""`gaung demo`."""

import time
from typing import Any

import click

from gaung.cli.app import App
from gaung.cli.options import Command, pass_app


@click.command("demo", cls=Command)
@click.option("--stay", is_flag=True, help="Keep the sandbox up afterwards, until Ctrl-C.")
@pass_app
def command(app: App, stay: bool) -> int:
    """See the whole way of a post: 64 accounts of a built-in sandbox, in a home of its own, from nothing."""
    from gaung.cli import demo_view
    from gaung.core import logs
    from gaung.core.demo.play import play
    from gaung.core.engine.run import Shape

    home = app.demo_home()
    logs.setup(None, "demo", verbose=app.verbose, quiet=True)  # the home must be empty until the demo makes it

    def keep(answer: dict[str, Any]) -> None:
        app.output.result(answer, demo_view.answer)
        _wait(answer["sandbox"])

    progress = demo_view.Progress(app.output)
    answer = play(home, app.output.status, progress.tick, shape=Shape(stderr_level=app.stderr_level or 40), stay=keep if stay else None)
    if not stay:
        app.output.result(answer, demo_view.answer)
    return 0 if answer["published"] == len(answer["deliveries"]) else 1


def _wait(url: str) -> None:
    click.echo(f"The sandbox stays at {url} until Ctrl-C.", err=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        click.echo("", err=True)
