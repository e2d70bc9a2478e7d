"""`gaung db ...`."""

from gaung.cli.app import App
from gaung.cli.options import group, pass_app

group_ = group("db", "The database.")


@group_.command("upgrade")
@pass_app
def upgrade(app: App) -> None:
    """Bring the database to the schema of this version."""
    from gaung.cli.output import facts
    from gaung.core.services import setup

    app.output.result(setup.upgrade(app.settings), facts)
