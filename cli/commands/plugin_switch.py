"""`gaung plugin enable|disable`."""

from typing import Any

import click

from gaung.cli.app import App
from gaung.cli.options import Command, pass_app


@click.command("enable", cls=Command)
@click.argument("plugin", metavar="PLUGIN")
@click.option("--office", metavar="CODE", help="For this office.")
@click.option("--all-offices", is_flag=True, help="For all offices, whatever each had said before.")
@pass_app
def enable(app: App, plugin: str, office: str | None, all_offices: bool) -> None:
    """Switch a platform or policy on, at once and everywhere. What was skipped meanwhile stays skipped."""
    _switch(app, plugin, office, all_offices, enabled=True)


@click.command("disable", cls=Command)
@click.argument("plugin", metavar="PLUGIN")
@click.option("--office", metavar="CODE", help="For this office.")
@click.option("--all-offices", is_flag=True, help="For all offices, whatever each had said before.")
@pass_app
def disable(app: App, plugin: str, office: str | None, all_offices: bool) -> None:
    """Switch a platform or policy off, at once and everywhere. Open deliveries of a platform are skipped; what has begun ends."""
    _switch(app, plugin, office, all_offices, enabled=False)


def _switch(app: App, plugin: str, office: str | None, all_offices: bool, *, enabled: bool) -> None:
    from gaung.core.services import plugins

    if (office is None) is not all_offices:
        raise click.UsageError("Say for whom: --office CODE, or --all-offices.")
    app.output.result(plugins.switch(app.context, plugin, office=office, enabled=enabled), _told)


def _told(done: dict[str, Any]) -> Any:
    from gaung.cli.output import text

    where = f"office {done['office']}" if done["office"] else "all offices"
    words = [f"{done['plugin']} is {'' if done['changed'] else 'already '}{done['status']} for {where}."]
    if done["skipped"]:
        words.append(f"{done['skipped']} open deliveries are skipped.")
    if done["followed"]:
        words.append(f"{done['followed']} had begun and are followed to their end.")
    return text(" ".join(words))


COMMANDS = (enable, disable)
