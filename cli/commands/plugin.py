"""`gaung plugin ...`."""

import click

from gaung.cli.app import App
from gaung.cli.options import group, pass_app

group_ = group("plugin", "Platform plugins.")

COLUMNS = {"name": "Name", "package": "Package", "version": "Version", "status": "Status", "reason": "Reason"}


@group_.command("list")
@click.option("--office", metavar="CODE", help="As this office has them.")
@pass_app
def list_(app: App, office: str | None) -> None:
    """List every plugin found, the broken ones with their reason."""
    from gaung.cli.output import table
    from gaung.core.services import plugins

    app.output.result(plugins.list_plugins(app.context, office=office), lambda rows: table(rows, COLUMNS, empty="No plugin is installed."))
