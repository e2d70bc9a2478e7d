"""A progress bar on the terminal for long imports; nothing anywhere else."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from gaung.cli.output import Output
from gaung.core.services.importing import Progress


@contextmanager
def bar(output: Output) -> Iterator[Progress | None]:
    """What an import tells how far it is. None, so that it need not tell, with `--json` or `--quiet`, and where nobody looks."""
    if output.json or output.quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=output.console(sys.stderr), transient=True) as shown:
        task = shown.add_task("", total=None)

        def told(what: str, done: int, whole: int) -> None:
            shown.update(task, description=what, completed=done, total=whole or None)

        yield told
