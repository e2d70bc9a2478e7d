"""`gaung explain ...`."""

import click

from gaung.cli.app import App
from gaung.cli.options import group, pass_app

group_ = group("explain", "Why something is where it is, and what to do.")


@group_.command("post")
@click.argument("id_", metavar="ID", type=int)
@pass_app
def post(app: App, id_: int) -> None:
    """A post: how many deliveries are where, and what needs a person."""
    from gaung.cli import views
    from gaung.core.services import explain

    app.output.result(explain.post(app.context, id_), views.explained)


@group_.command("delivery")
@click.argument("id_", metavar="ID", type=int)
@pass_app
def delivery(app: App, id_: int) -> None:
    """A delivery: its state, the platform's words, what comes next."""
    from gaung.cli import views
    from gaung.core.services import explain

    app.output.result(explain.delivery(app.context, id_), views.explained)


@group_.command("account")
@click.argument("id_", metavar="ID", type=int)
@pass_app
def account(app: App, id_: int) -> None:
    """An account: does it work, what waits for it."""
    from gaung.cli import views
    from gaung.core.services import explain

    app.output.result(explain.account(app.context, id_), views.explained)
