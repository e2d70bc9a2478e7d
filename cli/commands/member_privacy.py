"""`gaung member withdraw|erase|retire`: what ends the keeping of data."""

import click

from gaung.cli.app import App
from gaung.cli.commands.member import group_
from gaung.cli.options import pass_app


@group_.command("withdraw")
@click.argument("number", metavar="NUMBER")
@pass_app
def withdraw(app: App, number: str) -> None:
    """Take a member's consent back: processing stops at once, the rest within 3 x 24 hours."""
    from gaung.cli import views_members
    from gaung.core.services import privacy

    app.output.result(privacy.withdraw(app.context, number), views_members.withdrawn)


@group_.command("erase")
@click.argument("number", metavar="NUMBER")
@click.option("--yes", is_flag=True, help="It cannot be undone.")
@pass_app
def erase(app: App, number: str, yes: bool) -> None:
    """Remove name, contact, handles, links and captures of a member; anonymous counts stay exact."""
    from gaung.cli import views_members
    from gaung.core.errors import UserError
    from gaung.core.services import privacy

    if not yes:
        raise UserError("Erasing cannot be undone, so nothing was done.", "Look first: gaung member show NUMBER; then add --yes.")
    app.output.result(privacy.erase(app.context, number), views_members.erased)


@group_.command("retire")
@click.option("--dry-run", is_flag=True, help="Only count.")
@pass_app
def retire(app: App, dry_run: bool) -> None:
    """Remove what was kept for its time; a dispatcher does this by itself every hour."""
    from gaung.cli import views_members
    from gaung.core.services import privacy

    app.output.result(privacy.retire(app.context, dry_run=dry_run), views_members.retired)
