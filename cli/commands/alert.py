"""`gaung alert ...`."""

import click

from gaung.cli.app import App
from gaung.cli.options import group, pass_app

group_ = group("alert", "What needs a person's eye.")

COLUMNS = {"raised_at": "Since", "kind": "Kind", "office": "Office", "platform": "Platform", "words": "What", "resolved_at": "Over since"}


@group_.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what is over.")
@pass_app
def list_(app: App, everything: bool) -> None:
    """List what is open, the latest first."""
    from gaung.cli.output import table
    from gaung.core.services import alerting

    found = alerting.list_alerts(app.context, everything=everything)
    if not alerting.somebody_looks(app.context):
        app.output.status("No dispatcher runs, so nobody looked lately. Look now: gaung alert check")
    app.output.result(found, lambda rows: table(rows, COLUMNS, empty="Nothing needs a person's eye."))


@group_.command("check")
@pass_app
def check(app: App) -> None:
    """Look now, as the dispatcher does every minute."""
    from gaung.cli.output import table
    from gaung.core.services import alerting

    found = alerting.look_now(app.context)
    app.output.result(found, lambda rows: table(rows, COLUMNS, empty="Nothing needs a person's eye."))
