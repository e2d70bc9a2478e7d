"""`gaung area ...`."""

import click

from gaung.cli.app import App
from gaung.cli.options import group, pass_app

group_ = group("area", "Regencies, districts and villages.")

COLUMNS = {"code": "Code", "name": "Name", "level": "Level", "parent": "Lies in", "children": "Areas in it"}
LEVELS = ("national", "province", "regency", "district", "village")


@group_.command("import")
@click.argument("file", metavar="FILE")
@click.option("--dry-run", is_flag=True, help="Only tell what would be stored.")
@pass_app
def import_(app: App, file: str, dry_run: bool) -> int:
    """Add and change areas from CSV or XLSX: code,name,level,parent and, optional, alias. Rows in any order; a missing root is made."""
    from pathlib import Path

    from gaung.cli import views, views_areas
    from gaung.core.services import area_import

    done = area_import.import_areas(app.context, Path(file), dry_run=dry_run)
    app.output.result(done, views_areas.imported)
    return views.import_code(done)


@group_.command("list")
@click.option("--level", type=click.Choice(LEVELS))
@click.option("--parent", metavar="CODE_OR_NAME", help="Only what lies directly in this area.")
@pass_app
def list_(app: App, level: str | None, parent: str | None) -> None:
    """List the areas in sight."""
    from gaung.cli.output import table
    from gaung.core.services import areas

    found = areas.list_areas(app.context, level=level, parent=parent)
    app.output.result(found, lambda rows: table(rows, COLUMNS, empty="No area fits. To add some: gaung area import FILE.csv"))


@group_.command("show")
@click.argument("area", metavar="CODE_OR_NAME")
@pass_app
def show(app: App, area: str) -> None:
    """Show one area, what it lies in, its other names, and what lies in it."""
    from gaung.cli import views_areas
    from gaung.core.services import areas

    app.output.result(areas.show_area(app.context, area), views_areas.area)
