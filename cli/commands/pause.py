"""`gaung pause` and `gaung resume`."""

from collections.abc import Callable

import click

from gaung.cli.app import App
from gaung.cli.options import Command, pass_app


def _scoped(function: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--office", metavar="CODE", help="This office's accounts."),
        click.option("--platform", metavar="P", help="This platform, for everybody."),
        click.option("--all", "everything", is_flag=True, help="Everything."),
    ):
        function = option(function)
    return function


def _scope(everything: bool, platform: str | None, office: str | None) -> str:
    from gaung.core.services import pauses

    if [everything, platform is not None, office is not None].count(True) != 1:
        raise click.UsageError("Say what: exactly one of --all, --platform P and --office C.")
    return pauses.scope_name(everything=everything, platform=platform, office=office)


@click.command("pause", cls=Command)
@_scoped
@click.option("--reason", default="", help="Why; shown to whoever asks.")
@pass_app
def pause(app: App, everything: bool, platform: str | None, office: str | None, reason: str) -> None:
    """Stop publishing at once, everywhere, until somebody resumes."""
    from gaung.cli import views
    from gaung.core.services import pauses

    scope = _scope(everything, platform, office)
    app.output.result(pauses.pause(app.context, scope, reason=reason), views.paused)


@click.command("resume", cls=Command)
@_scoped
@pass_app
def resume(app: App, everything: bool, platform: str | None, office: str | None) -> None:
    """Go on; --all ends every pause made by hand. What a platform imposed ends by itself."""
    from gaung.cli import views
    from gaung.core.services import pauses

    scope = _scope(everything, platform, office)
    app.output.result(pauses.resume(app.context, scope), views.resumed)
