"""`gaung body ...`."""

import click

from gaung.cli.app import App
from gaung.cli.options import group, office_option, pass_app

group_ = group("body", "Institutional accounts of PPK and PPS.")

BODY = click.option("--body", metavar="PPK|PPS", help="Only this body.")


@group_.command("declare")
@click.option("--body", required=True, metavar="PPK|PPS")
@click.option("--area", required=True, metavar="CODE", help="The district of a PPK, the village of a PPS.")
@click.option("--platform", required=True, metavar="P")
@click.option("--handle", metavar="H", help="Name or address of the profile.")
@click.option("--ended", is_flag=True, help="The body has this account no longer.")
@pass_app
def declare(app: App, body: str, area: str, platform: str, handle: str | None, ended: bool) -> None:
    """Put down the institutional account of a PPK or PPS, or its end."""
    from gaung.cli import views_members
    from gaung.core.services import bodies

    if (handle is None) is not ended:
        raise click.UsageError("Give --handle H, or --ended.")
    done = bodies.declare(app.context, body=body, area=area, platform=platform, handle=handle)
    app.output.result(done, views_members.body_declared)


@group_.command("list")
@office_option
@click.option("--area", metavar="CODE", help="Only in this area and below it.")
@BODY
@click.option("--platform", metavar="P", help="Only those with an account there; with --without: without one there.")
@click.option("--without", is_flag=True, help="Only those that have no account.")
@pass_app
def list_(app: App, office: str | None, area: str | None, body: str | None, platform: str | None, without: bool) -> None:
    """List every PPK and PPS that is expected, with its accounts."""
    from gaung.cli import views_members
    from gaung.core.services import bodies

    found = bodies.list_bodies(app.context, office=office, area=area, body=body, platform=platform, without=without)
    app.output.result(found, views_members.bodies)


@group_.command("import")
@click.argument("file", metavar="FILE")
@pass_app
def import_(app: App, file: str) -> int:
    """Put many down: body,area,platform,handle."""
    from pathlib import Path

    from gaung.cli import views
    from gaung.core.services import body_import

    done = body_import.import_bodies(app.context, Path(file))
    app.output.result(done, views.imported)
    return views.import_code(done)
