"""`gaung run`."""

import click

from gaung.cli.app import App
from gaung.cli.options import Command, metrics_option, pass_app


@click.command("run", cls=Command)
@click.option("--until-idle", is_flag=True, help="End once nothing moves by itself any more.")
@click.option("--threads", metavar="N", type=click.IntRange(1), help="Deliveries at once in each worker process.")
@click.option("--processes", metavar="N", type=click.IntRange(1), help="Worker processes.")
@metrics_option
@pass_app
def command(app: App, until_idle: bool, threads: int | None, processes: int | None, metrics_port: int | None) -> None:
    """Everything in one place: dispatcher, workers, embedded broker, media server."""
    from gaung.core.engine import run

    _tell_of_others(app)
    app.open_log("run")  # after what opens the log of a command
    if not until_idle:
        app.output.status(f"Publishing what is due, from {app.home}, until Ctrl-C.")
    shape = run.Shape(processes=processes, threads=threads, stderr_level=app.stderr_level)
    run.run(app.with_metrics(metrics_port), shape, until_idle=until_idle)


def _tell_of_others(app: App) -> None:
    """Two on one home do no harm, but whoever starts a second one seldom means to."""
    from gaung.core.engine.presence import alive

    with app.context.store.read() as conn:
        others = alive(conn, "dispatcher")
    if others:
        where = ", ".join(f"{row['host']} (process {row['pid']})" for row in others)
        app.output.status(f"A dispatcher works on this database already: {where}. Nothing is published twice; this one helps.")
