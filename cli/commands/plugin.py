"""`gaung plugin ...`."""

from typing import Any

import click

from gaung.cli.app import App
from gaung.cli.commands import plugin_new, plugin_settings, plugin_switch, plugin_verify
from gaung.cli.options import group, pass_app

group_ = group("plugin", "Platforms and policies: listed, switched on and off for offices, set.")

COLUMNS = {"name": "Name", "package": "Package", "version": "Version", "status": "Status", "grade": "Grade", "reason": "Reason"}


@group_.command("list")
@click.option("--office", metavar="CODE", help="As this office has them: what applies, and who said so.")
@pass_app
def list_(app: App, office: str | None) -> None:
    """List every plugin found, the broken ones with their reason. With --verbose also import times and tracebacks."""
    from gaung.cli.output import table
    from gaung.core.services import plugins

    rows = plugins.list_plugins(app.context, office=office, verbose=app.verbose)
    columns = COLUMNS | ({"import_seconds": "Import (s)", "hooks": "Hooks"} if app.verbose else {})
    app.output.result(rows, lambda rows: table([_shown(row) for row in rows], columns, empty="No plugin is installed."))
    for row in rows:
        if row.get("traceback") and not app.json:
            app.output.warn(f"{row['name']}:\n{row['traceback']}")
    if said := plugins.left_out(app.context):
        app.output.status(said)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "hooks": ", ".join(name.removeprefix("gaung_") for name in row["hooks"])}


for command in (*plugin_switch.COMMANDS, *plugin_settings.COMMANDS, *plugin_new.COMMANDS, *plugin_verify.COMMANDS):
    group_.add_command(command)
