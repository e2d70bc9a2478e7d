"""Options and base classes that all commands share. Imports click alone."""

import functools
import os
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

from gaung.core.thirdparty import NO_PLUGINS

if TYPE_CHECKING:
    from datetime import date

    from gaung.cli.app import App

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])

META = "gaung.cli."


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Remember a common option wherever it was given; the innermost wins."""
    if value not in (None, False):
        ctx.meta[META + str(param.name)] = value


def _no_plugins(_ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    """As if the environment had said so, for this run and the programs it starts; `gaung.cli.main.run` puts it back."""
    if value:
        os.environ[NO_PLUGINS] = "1"


_NO_PLUGINS_HELP = "Leave third-party plugins out (GAUNG_NO_PLUGINS)."


def _common() -> list[click.Parameter]:
    return [
        click.Option(["--home"], metavar="DIR", expose_value=False, callback=_keep, help="Where everything is kept (GAUNG_HOME)."),
        click.Option(["--json"], is_flag=True, expose_value=False, callback=_keep, help="Print one JSON document."),
        click.Option(["--quiet"], is_flag=True, expose_value=False, callback=_keep, help="Only data and errors."),
        click.Option(["--verbose"], is_flag=True, expose_value=False, callback=_keep, help="Tell more, tracebacks included."),
        click.Option(["--no-plugins"], is_flag=True, is_eager=True, expose_value=False, callback=_no_plugins, help=_NO_PLUGINS_HELP),
    ]


def _add_common(command: click.Command) -> None:
    taken = {option for param in command.params for option in param.opts}
    command.params += [option for option in _common() if not taken.intersection(option.opts)]


def accept_common(command: click.Command) -> None:
    """Let a command that others wrote take the common options, and all commands below it."""
    _add_common(command)
    for below in getattr(command, "commands", {}).values():
        accept_common(below)


class Command(click.Command):
    """A command that takes the common options too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _add_common(self)


class Group(click.Group):
    """A group that takes the common options too. `lazy`: name -> ("module:attribute", help), imported when invoked."""

    command_class = Command

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += _common()
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order they were written down."""
        return [*self.lazy, *self.commands]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import a lazy command."""
        if name not in self.lazy:
            return super().get_command(ctx, name)
        module, _, attribute = self.lazy[name][0].partition(":")
        found: click.Command = getattr(import_module(module), attribute)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List lazy commands by their help line, without importing them."""
        if rows := self.rows():
            with formatter.section("Commands"):
                formatter.write_dl(rows)

    def rows(self) -> list[tuple[str, str]]:
        """Names and what they do."""
        rows = [(name, help_) for name, (_, help_) in self.lazy.items()]
        return rows + [(name, command.get_short_help_str(100)) for name, command in self.commands.items()]

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the command that was meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean '{near[0]}'?", ctx) from None


def group(name: str, help_: str) -> Group:
    """A noun."""
    return Group(name, help=help_, no_args_is_help=True)


def pass_app(function: "Callable[Concatenate[App, P], R]") -> Callable[P, R]:
    """Hand a command its `App`."""

    @functools.wraps(function)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        from gaung.cli.app import App

        ctx = click.get_current_context()
        app = App({key.removeprefix(META): value for key, value in ctx.meta.items() if key.startswith(META)})
        ctx.call_on_close(app.close)
        return function(app, *args, **kwargs)

    return inner


def office_option(function: F) -> F:
    """`--office CODE` as a filter."""
    return click.option("--office", metavar="CODE", help="Only this office.")(function)


def platform_option(function: F) -> F:
    """`--platform P` as a filter."""
    return click.option("--platform", metavar="P", help="Only this platform.")(function)


def metrics_option(function: F) -> F:
    """`--metrics-port`, for `App.with_metrics`."""
    words = "Answer Prometheus at /metrics on this port of metrics.host (127.0.0.1 unless set); 0: a free one, told in the log."
    return click.option("--metrics-port", metavar="PORT", type=click.IntRange(0, 65535), help=words)(function)


def day(_ctx: click.Context, _param: click.Parameter, value: str | None) -> "date | None":
    """Callback of an option that takes a day."""
    from gaung.core.posts.times import NotATime
    from gaung.core.posts.times import day as read

    if value is None:
        return None
    try:
        return read(value)
    except NotATime as error:
        raise click.BadParameter(str(error)) from None
