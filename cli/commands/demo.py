"""`gaung demo`."""

import time
from typing import TYPE_CHECKING, Any

import click

from gaung.cli.app import App
from gaung.cli.options import Command, pass_app

if TYPE_CHECKING:
    from gaung.core.demo.story import Wanted


@click.command("demo", cls=Command)
@click.option("--stay", is_flag=True, help="Keep the sandbox up afterwards, until Ctrl-C.")
@click.option("--members", metavar="N", type=click.IntRange(1), help="Then a made-up corps of N members, of whom some share the post.")
@click.option("--areas", metavar="FILE", help="With --members: your own districts and villages instead of invented ones.")
@click.option("--seed", metavar="S", type=int, default=1, show_default=True, help="With --members: another number, another corps.")
@pass_app
def command(app: App, stay: bool, members: int | None, areas: str | None, seed: int) -> int:
    """See the whole way of a post: 64 accounts of a built-in sandbox, in a home of its own, from nothing.

    With --members: a corps is imported, and a crowd in the sandbox shares the post in every way, undoes, renames itself, leaves and lies.
    Then what really happened stands beside what Gaung recorded. 44414 members are the mix of bodies of December 2023, 275988 the peak.
    """
    from gaung.cli import demo_view
    from gaung.core import logs
    from gaung.core.demo.play import play
    from gaung.core.engine.run import Shape

    if members is None and areas is not None:
        raise click.UsageError("--areas is the tree of a corps: add --members N.")
    home = app.demo_home()
    logs.setup(None, "demo", verbose=app.verbose, quiet=True)  # the home must be empty until the demo makes it

    def keep(answer: dict[str, Any]) -> None:
        app.output.result(answer, demo_view.answer)
        _wait(answer["sandbox"])

    progress = demo_view.Progress(app.output)
    answer = play(
        home, app.output.status, progress.tick, shape=Shape(stderr_level=app.stderr_level or 40), stay=keep if stay else None,
        corps=_corps(members, areas, seed), progress=progress.rows,
    )  # fmt: skip
    if not stay:
        app.output.result(answer, demo_view.answer)
    honest = answer["endorsement"]["honest"] if members is not None else True
    return 0 if answer["published"] == len(answer["deliveries"]) and honest else 1


def _corps(members: int | None, areas: str | None, seed: int) -> "Wanted | None":
    from pathlib import Path

    from gaung.core.demo.story import Wanted

    if members is None:
        return None
    return Wanted(members=members, areas=Path(areas) if areas is not None else None, seed=seed)


def _wait(url: str) -> None:
    click.echo(f"The sandbox stays at {url} until Ctrl-C.", err=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        click.echo("", err=True)
