"""`gaung member template`."""

from typing import Any

import click

from gaung.cli.app import App
from gaung.cli.commands.member import group_
from gaung.cli.options import pass_app


@group_.command("template")
@click.option("--out", metavar="FILE.xlsx", default="anggota.xlsx", show_default=True, help="Where to write it; no file is replaced.")
@pass_app
def template(app: App, out: str) -> None:
    """Write an empty workbook for `member import`: headers and notes in Indonesian, drop-downs, one made-up row."""
    from pathlib import Path

    from gaung.core.services import member_template

    app.output.result(member_template.write(app.context, Path(out)), _told)


def _told(done: dict[str, Any]) -> Any:
    from gaung.cli.output import text

    following = f"Its second row is an example: delete it. Then: gaung member import {done['file']}"
    return text(f"{done['file']} is ready to be filled in. {following}")
