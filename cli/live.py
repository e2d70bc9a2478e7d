"""Live progress: a table that changes in place on a terminal, a line for each change elsewhere."""

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from gaung.cli import views
from gaung.cli.output import Output

Look = Callable[[], Mapping[str, Any]]


def follow(output: Output, look: Look, every: float) -> Mapping[str, Any]:
    """Show what `look` answers every `every` seconds until nothing moves; answers the last look."""
    on_terminal = sys.stderr.isatty() and not output.json and not output.quiet
    return _in_place(output, look, every) if on_terminal else _line_by_line(output, look, every)


def _in_place(output: Output, look: Look, every: float) -> Mapping[str, Any]:
    from rich.live import Live

    value = look()
    with Live(views.progress(value), console=output.console(sys.stderr), transient=True, auto_refresh=False) as live:
        while value["moving"]:
            time.sleep(every)
            value = look()
            live.update(views.progress(value), refresh=True)
    return value


def _line_by_line(output: Output, look: Look, every: float) -> Mapping[str, Any]:
    told = ""
    while True:
        value = look()
        line = views.progress_line(value)
        if line != told:
            output.status(line)
            told = line
        if not value["moving"]:
            return value
        time.sleep(every)
