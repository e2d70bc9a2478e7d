"""`gaung post cancel|reschedule|retry|delete`."""

from datetime import datetime

import click

from gaung.cli.app import App
from gaung.cli.options import Command, pass_app


def _time(app: App, text: str | None, option: str) -> datetime | None:
    from gaung.core.clock import parse_time

    if text is None:
        return None
    try:
        return parse_time(text, app.settings.zone)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None


@click.command("cancel", cls=Command)
@click.argument("id_", metavar="ID", type=int)
@pass_app
def cancel(app: App, id_: int) -> None:
    """Cancel what has not begun. What may be out already is told, and followed to its end."""
    from gaung.cli import views
    from gaung.core.services import posts

    app.output.result(posts.cancel(app.context, id_), views.cancelled)


@click.command("reschedule", cls=Command)
@click.argument("id_", metavar="ID", type=int)
@click.option("--at", metavar="TIME", required=True, help="2026-11-25T19:30 (WIB unless an offset is given), or now.")
@click.option("--deadline", metavar="TIME", help="Without it, as long after the time as before.")
@pass_app
def reschedule(app: App, id_: int, at: str, deadline: str | None) -> None:
    """Move what has not begun to another time."""
    from gaung.cli import views
    from gaung.core.services import posts

    when, until = _time(app, at, "--at"), _time(app, deadline, "--deadline")
    assert when is not None
    app.output.result(posts.reschedule(app.context, id_, at=when, deadline=until), views.moved)


@click.command("retry", cls=Command)
@click.argument("id_", metavar="ID", type=int)
@click.option("--deadline", metavar="TIME", help="A new deadline; missed deliveries are tried again, too.")
@pass_app
def retry(app: App, id_: int, deadline: str | None) -> None:
    """Try the failed deliveries again; never one that is published, or may be."""
    from gaung.cli import views
    from gaung.core.services import posts

    app.output.result(posts.retry(app.context, id_, deadline=_time(app, deadline, "--deadline")), views.retried)


@click.command("delete", cls=Command)
@click.argument("id_", metavar="ID", type=int)
@pass_app
def delete(app: App, id_: int) -> int:
    """Delete a post from the platforms; lists what a person must delete. Exit code 1 when a deletion failed."""
    from gaung.cli import views
    from gaung.core.services import deleting

    done = deleting.delete(app.context, id_)
    app.output.result(done, views.deleted)
    return 1 if done["failed"] else 0


COMMANDS = (cancel, reschedule, retry, delete)
