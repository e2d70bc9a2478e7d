"""`gaung member import`."""

from typing import TYPE_CHECKING, Any

import click

from gaung.cli.app import App
from gaung.cli.commands.member import group_
from gaung.cli.options import pass_app

if TYPE_CHECKING:
    from rich.console import RenderableType


@group_.command("import")
@click.argument("file", metavar="FILE")
@click.option("--dry-run", is_flag=True, help="Only tell what would be stored; rejects are written all the same.")
@pass_app
def import_(app: App, file: str, dry_run: bool) -> int:
    """Add and change members from a list, CSV or XLSX, English or Indonesian headers in any order.

    member_no,name,body,area,office,term_start,term_end, a column for each platform, no_account_reason,consent_at,consent_text,contact. A
    list that holds NIK, KTP or KK numbers is refused whole. Rows that do not fit go to a file beside the list, with what to do.
    """
    from pathlib import Path

    from gaung.cli import views
    from gaung.cli.bar import bar
    from gaung.core.services import member_import

    with bar(app.output) as told:
        done = member_import.import_members(app.context, Path(file), dry_run=dry_run, progress=told)
    app.output.result(done, _shown)
    return views.import_code(done)


def _shown(value: dict[str, Any]) -> "RenderableType":
    from gaung.cli import views
    from gaung.cli.output import text, together

    parts = [views.imported(value)]
    if value["accounts"]:
        parts.append(text(f"{value['accounts']} accounts were declared with consent."))
    if value["dry_run"]:
        parts.append(text("Nothing was stored: this was a dry run."))
    return together(*parts)
