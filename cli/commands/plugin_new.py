"""`gaung plugin new`."""

from pathlib import Path
from typing import Any

import click

from gaung.cli.app import App
from gaung.cli.options import Command, pass_app


@click.command("new", cls=Command)
@click.argument("name", metavar="NAME")
@click.option("--platform", "kind", flag_value="platform", help="A social network, with a sandbox of its own.")
@click.option("--policy", "kind", flag_value="policy", help="What changes or checks posts on all platforms.")
@click.option("--dir", "parent", metavar="D", default=".", type=click.Path(path_type=Path), help="Where gaung-NAME is made; else here.")
@pass_app
def new(app: App, name: str, kind: str | None, parent: Path) -> None:
    """Write a plugin of your own, whose tests pass at once (see docs/writing-a-plugin.md)."""
    from gaung.core.scaffold.new import new_plugin

    if kind not in ("platform", "policy"):
        raise click.UsageError("Say what it is: --platform or --policy.")
    folder, files = new_plugin(name, "platform" if kind == "platform" else "policy", parent)
    answer: dict[str, Any] = {"name": name, "kind": kind, "folder": str(folder.absolute()), "files": files}
    app.output.result(answer, lambda made: "\n".join([made["folder"], *(f"  {path}" for path in made["files"])]))
    app.output.status(f"Next: cd {folder} && pytest, then pip install . and `gaung plugin list`.")


COMMANDS = (new,)
