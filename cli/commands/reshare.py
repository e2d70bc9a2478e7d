"""`gaung reshare ...`: what members hand in, listed and withdrawn. Looking for reshares and reviewing are in modules of their own."""

from datetime import datetime

import click

from gaung.cli.app import App
from gaung.cli.options import group, office_option, pass_app, platform_option

group_ = group("reshare", "Who echoed a post, on what evidence.")


@group_.command("claim")
@click.option("--post", metavar="ID", type=int, required=True, help="The post that was shared.")
@click.option("--member", metavar="NUMBER", required=True, help="Who shared it.")
@click.option("--platform", metavar="P", help="Where; may be left out with --url, which says it.")
@click.option("--url", metavar="URL", help="Link of the member's own post.")
@click.option("--capture", metavar="FILE", help="Or a screenshot of it: JPEG, PNG or WebP.")
@click.option("--at", "when", metavar="TIME", help="When the member says it was; left out: now.")
@pass_app
def claim(app: App, post: int, member: str, platform: str | None, url: str | None, capture: str | None, when: str | None) -> None:
    """Put down a link or a screenshot that a member hands in.

    It counts as `claimed` at once. Where the platform can tell, a worker looks whether the link refers to the post and is the member's own.
    """
    from pathlib import Path

    from gaung.cli import views_reshares
    from gaung.core.services import claims

    if (url is None) == (capture is None):
        raise click.UsageError("Say one of --url URL and --capture FILE.")
    at = _time(app, when)
    if url is not None:
        done = claims.hand_in_link(app.context, post=post, member=member, url=url, platform=platform, at=at)
    else:
        if platform is None:
            raise click.UsageError("With --capture, say --platform P: a picture does not tell.")
        done = claims.hand_in_capture(app.context, post=post, member=member, platform=platform, picture=Path(str(capture)), at=at)
    app.output.result(done, views_reshares.claimed)


def _time(app: App, text: str | None) -> datetime | None:
    from gaung.core.clock import parse_time, shown_time
    from gaung.core.errors import UserError

    if text is None:
        return None
    zone = app.context.settings.zone
    try:
        at = parse_time(text, zone)
    except ValueError as error:
        raise UserError(f"--at {error}.", "Or leave it out, for now.") from None
    app.output.status(f"At {shown_time(at, zone)}.")
    return at


@group_.command("import")
@click.argument("file", metavar="FILE")
@click.option("--post", metavar="ID", type=int, help="The post that all of it is about; else a column post.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be stored; rejects are written all the same.")
@pass_app
def import_(app: App, file: str, post: int | None, dry_run: bool) -> int:
    """Put down the links of a list, or of an exported WhatsApp chat.

    A list (CSV or XLSX, English or Indonesian headers in any order): member_no,platform,url,at,post; platform and at may be missing. A cell
    may hold several links, with words around them. In a chat (.txt) the member is known by the number beside the link (A-0001), or by the
    sender's telephone number if the members' list holds it. What does not fit goes to a file beside the list, with what to do.
    """
    from pathlib import Path

    from gaung.cli import views, views_reshares
    from gaung.cli.bar import bar
    from gaung.core.services import reshare_import

    with bar(app.output) as told:
        done = reshare_import.import_reshares(app.context, Path(file), post=post, dry_run=dry_run, progress=told)
    app.output.result(done, views_reshares.imported)
    return views.import_code(done)


@group_.command("list")
@click.option("--post", metavar="ID", type=int, required=True, help="Of this post.")
@click.option("--member", metavar="NUMBER", help="Only by this member.")
@platform_option
@click.option("--grade", metavar="G", help="Only of this grade: observed, reviewed, matched, clicked, claimed.")
@office_option
@click.option("--unmatched", is_flag=True, help="How much was seen of people who are not registered; nobody is named.")
@pass_app
def list_(app: App, post: int, member: str | None, platform: str | None, grade: str | None, office: str | None, unmatched: bool) -> None:
    """List the reshares of a post by members in sight, withdrawn ones too."""
    from gaung.cli import views_reshares
    from gaung.core.services import reshares

    if unmatched:
        if member is not None or grade is not None or office is not None:
            raise click.UsageError("--unmatched goes with --post and --platform only: nobody knows whose these are.")
        app.output.result(reshares.unmatched(app.context, post=post, platform=platform), views_reshares.unmatched)
        return
    found = reshares.list_reshares(app.context, post=post, member=member, platform=platform, grade=grade, office=office)
    app.output.result(found, views_reshares.reshares)


@group_.command("withdraw")
@click.argument("id_", metavar="ID", type=int)
@click.option("--why", required=True, metavar="WORDS", help="For those who read the history; name nobody in it.")
@pass_app
def withdraw(app: App, id_: int, why: str) -> None:
    """Count a reshare no longer. It stays as withdrawn; what the platform shows again of the same deed does not bring it back."""
    from gaung.cli import views_reshares
    from gaung.core.services import reshares

    done = reshares.withdraw(app.context, id_, why=why)
    app.output.result(done, lambda value: views_reshares.reshares([value]))


from gaung.cli.commands import reshare_review, reshare_sweep  # noqa: E402, F401 - they add to the group
