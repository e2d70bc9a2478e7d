"""The only file that prints. Data to stdout, everything else to stderr; `--json` prints one JSON document."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TextIO

import click

from gaung.core.clock import rfc3339

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType

PIPED_WIDTH = 240
"""Columns of a table that goes to a file or another program, which nobody wants cut at 80."""

Render = Callable[[Any], "RenderableType"]


class Output:
    """Where a command's answer goes."""

    def __init__(self, *, json: bool = False, quiet: bool = False) -> None:
        self.json = json
        self.quiet = quiet

    def result(self, value: Any, render: Render) -> None:
        """The answer of a command: as JSON, or as `render` makes it for people."""
        if self.json:
            click.echo(to_json(value, indent=2))
        else:
            shown = render(value)
            self.console().print(shown, soft_wrap=True if getattr(shown, "no_wrap", False) else None)

    def document(self, value: Any) -> None:
        """An answer that is JSON for people, too."""
        click.echo(to_json(value, indent=2))

    def line(self, value: Mapping[str, Any]) -> None:
        """One JSON line of a stream."""
        click.echo(to_json(value))
        sys.stdout.flush()

    def raw(self, text: str) -> None:
        """Data in a form of its own, such as CSV, to the letter."""
        click.echo(text.removeprefix("\ufeff"), nl=False)

    def text(self, text: str) -> None:
        """A line of data for people (never with `--json`)."""
        self.console().print(text)

    def status(self, text: str) -> None:
        """Say what goes on; left out when quiet."""
        if not self.quiet:
            click.echo(text, err=True)

    def warn(self, text: str) -> None:
        """Say what a person should look at."""
        click.echo(text, err=True)

    def console(self, stream: TextIO | None = None) -> "Console":
        """A rich console on stdout. Posts hold square brackets and colons: no markup, no emoji codes."""
        from rich.console import Console

        target = stream or sys.stdout
        width = None if target.isatty() else PIPED_WIDTH
        return Console(file=target, markup=False, emoji=False, highlight=False, soft_wrap=not target.isatty(), width=width)


def to_json(value: Any, *, indent: int | None = None) -> str:
    """JSON with times in RFC 3339 with offset, and Indonesian letters as they are."""
    return json.dumps(value, default=_plain, ensure_ascii=False, indent=indent)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Iterable):
        return list(value)
    return str(value)


STYLES = {
    "published": "green", "scheduled": "cyan", "queued": "cyan", "publishing": "cyan", "processing": "cyan",
    "unconfirmed": "bold yellow", "held": "yellow", "failed": "bold red", "missed": "red", "skipped": "dim", "cancelled": "dim",
    "active": "green", "needs_reauth": "bold red", "removed": "dim", "enabled": "green", "disabled": "dim", "broken": "bold red",
    "ok": "green", "warning": "yellow", "problem": "bold red", "error": "bold red",
}  # fmt: skip


def cell(value: Any) -> Any:
    """A value as a table shows it: times in WIB, the year where it is another one; known states in colour; None as a dash."""
    from rich.text import Text

    if value is None or value == "":
        return Text("-", style="dim")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, datetime):
        from gaung.core.clock import WIB, now

        shown = value.astimezone(WIB)
        return Text(shown.strftime("%d %b %H:%M:%S" if shown.year == now().astimezone(WIB).year else "%d %b %Y %H:%M"))
    if isinstance(value, float) and value.is_integer():
        return Text(str(int(value)))
    text = str(value)
    return Text(text, style=STYLES.get(text, ""))


def table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], *, empty: str = "Nothing.") -> "RenderableType":
    """A table with a heading for each key of `columns`; `empty` says what it means that there are no rows."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return Text(empty)
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for key, heading in columns.items():
        grid.add_column(heading, overflow="fold", justify="right" if key in ("id", "attempts", "deliveries") else "left")
    for row in rows:
        grid.add_row(*[cell(row.get(key)) for key in columns])
    return grid


def facts(pairs: Mapping[str, Any]) -> "RenderableType":
    """Names and values below each other."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    for name, value in pairs.items():
        grid.add_row(Text(name, style="bold"), cell(value))
    return grid


def text(words: str) -> "RenderableType":
    """Plain words."""
    from rich.text import Text

    return Text(words)


def verbatim(words: str) -> "RenderableType":
    """Plain words to copy from: only the terminal itself breaks their lines, so that a command stays one line."""
    from rich.text import Text

    return Text(words, no_wrap=True)


class Fitting:
    """`wide` where the terminal has `columns` columns, else `narrow`."""

    def __init__(self, wide: "RenderableType", narrow: "RenderableType", *, columns: int) -> None:
        self._wide, self._narrow, self._columns = wide, narrow, columns

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> Iterator["RenderableType"]:
        yield self._wide if options.max_width >= self._columns else self._narrow


def together(*parts: "RenderableType") -> "RenderableType":
    """Several things below each other."""
    from rich.console import Group

    return Group(*parts)
