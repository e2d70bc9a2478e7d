"""`gaung plugin show|set|unset`."""

import sys
from typing import Any

import click

from gaung.cli.app import App
from gaung.cli.options import Command, pass_app

COLUMNS = {"name": "Setting", "value": "Value", "from": "From", "note": "", "help": "Meaning"}
FACTS = ("name", "title", "package", "version", "status", "reason")


@click.command("show", cls=Command)
@click.argument("plugin", metavar="PLUGIN")
@click.option("--office", metavar="CODE", help="As this office has it.")
@pass_app
def show(app: App, plugin: str, office: str | None) -> None:
    """Show a plugin and its settings: value, and where it comes from. Secrets are never shown."""
    from gaung.core.services import plugin_settings

    app.output.result(plugin_settings.show(app.context, plugin, office=office), _shown)


@click.command("set", cls=Command)
@click.argument("plugin", metavar="PLUGIN")
@click.argument("pairs", metavar="KEY=VALUE...", nargs=-1, required=True)
@click.option("--office", metavar="CODE", required=True, help="For this office's accounts.")
@pass_app
def set_(app: App, plugin: str, pairs: tuple[str, ...], office: str) -> None:
    """Set an office's own settings of a platform, over those of gaung.toml. KEY=- reads the value from stdin, as is right for secrets."""
    from gaung.core.services import plugin_settings

    values = dict(_pair(pair) for pair in pairs)
    if list(values.values()).count("-") > 1:
        raise click.UsageError("Only one value can be read from stdin.")
    read = {name: sys.stdin.read().strip() if value == "-" else value for name, value in values.items()}
    app.output.result(plugin_settings.put(app.context, plugin, read, office=office), _shown)


@click.command("unset", cls=Command)
@click.argument("plugin", metavar="PLUGIN")
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@click.option("--office", metavar="CODE", required=True, help="The office that had set it.")
@pass_app
def unset(app: App, plugin: str, keys: tuple[str, ...], office: str) -> None:
    """Take an office's own settings back; those of gaung.toml hold again."""
    from gaung.core.services import plugin_settings

    app.output.result(plugin_settings.take_back(app.context, plugin, keys, office=office), _shown)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise click.BadParameter(f"{text!r} is no KEY=VALUE.", param_hint="KEY=VALUE")
    return key, value


def _shown(found: dict[str, Any]) -> Any:
    from gaung.cli.output import facts, table, together

    head = facts({key: found[key] for key in FACTS} | ({"office": found["office"]} if found["office"] else {}))
    return together(head, table(found["settings"], COLUMNS, empty="It declares no settings."))


COMMANDS = (show, set_, unset)
