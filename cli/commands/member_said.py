"""`gaung member declare|consent`: what a member says."""

import click

from gaung.cli.app import App
from gaung.cli.commands.member import group_
from gaung.cli.options import pass_app


@group_.command("declare")
@click.argument("number", metavar="NUMBER")
@click.option("--platform", metavar="P", help="Where the account is.")
@click.option("--handle", metavar="H", help="Name or address of the member's own profile.")
@click.option("--ended", is_flag=True, help="The member has this account no longer.")
@click.option("--follows", metavar="P", multiple=True, help="The member follows the office there.")
@click.option("--not-follows", metavar="P", multiple=True, help="The member does not.")
@click.option("--reason", metavar="R", help="Why there is no account: a code; belum_ditanya takes it away.")
@click.option("--consent", "agreed", metavar="VERSION", help="The member has just agreed to this text.")
@pass_app
def declare(
    app: App, number: str, platform: str | None, handle: str | None, ended: bool, follows: tuple[str, ...], not_follows: tuple[str, ...],
    reason: str | None, agreed: str | None,
) -> None:  # fmt: skip
    """Put down a member's account, the end of one, whether the member follows the office, or why there is none."""
    from gaung.cli import views_members
    from gaung.core.services.declarations import Said
    from gaung.core.services.declarations import declare as put

    if (platform is None) is not (handle is None and not ended) or (handle is not None and ended):
        raise click.UsageError("An account needs --platform P, and --handle H or --ended.")
    if handle is not None and reason is not None:
        raise click.UsageError("Who has an account has no reason for having none: give --handle or --reason.")
    if not (platform or follows or not_follows or reason or agreed):
        raise click.UsageError("Say what: --platform P --handle H, --follows P, --reason R.")
    if agreed is not None:
        _read_out(app, agreed)
    said = Said(
        platform=platform, handle=handle, ended=ended, follows=follows, follows_not=not_follows, reason=reason, agreed=agreed
    )  # fmt: skip
    app.output.result(put(app.context, number, said), views_members.declared)


@group_.command("consent")
@click.argument("number", metavar="NUMBER", required=False)
@click.option("--text", "version", metavar="VERSION", help="The text agreed to: Gaung's own, or the label of a form on paper.")
@click.option("--at", metavar="TIME", help="When the member agreed; left out: now.")
@click.option("--show-text", is_flag=True, help="Show the text to read out, and put nothing down.")
@pass_app
def consent(app: App, number: str | None, version: str | None, at: str | None, show_text: bool) -> None:
    """Put down that a member agreed to the purposes, after they were shown."""
    from gaung.cli import views_members
    from gaung.core.registry.consent import LATEST
    from gaung.core.services import privacy

    if (number is None) is not show_text:
        raise click.UsageError("Give the member's NUMBER, or --show-text.")
    if number is None:
        app.output.result(privacy.show_text(version or LATEST), views_members.consent_text)
        return
    _read_out(app, version or LATEST)
    app.output.result(privacy.give(app.context, number, version=version or LATEST, at=at), views_members.consented)


def _read_out(app: App, version: str) -> None:
    """Whoever puts a consent down sees what is agreed to."""
    from gaung.core.registry import consent as texts

    words = texts.text(version)
    app.output.status(words.rstrip() if words else f"The text {version} is a form on paper; Gaung knows its label only.")
