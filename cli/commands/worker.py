"""`gaung worker`."""

import click

from gaung.cli.app import App
from gaung.cli.options import Command, metrics_option, pass_app


@click.command("worker", cls=Command)
@click.option("--processes", metavar="N", type=click.IntRange(1), help="Processes; by default one a core.")
@click.option("--threads", metavar="N", type=click.IntRange(1), help="Deliveries at once in each process.")
@click.option("--platform", "platforms", metavar="P", multiple=True, help="Only this platform; may be given several times.")
@metrics_option
@pass_app
def command(app: App, processes: int | None, threads: int | None, platforms: tuple[str, ...], metrics_port: int | None) -> None:
    """Publish what the dispatchers hand out, on this machine. Needs a broker_url that others reach, too."""
    from gaung.core.engine import run

    app.open_log("worker")
    shape = run.Shape(processes=processes, threads=threads, platforms=platforms, stderr_level=app.stderr_level)
    run.work(app.with_metrics(metrics_port), shape)
