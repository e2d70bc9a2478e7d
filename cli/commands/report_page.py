"""`gaung report page`: the report as one HTML file."""

from datetime import date

import click

from gaung.cli.app import App
from gaung.cli.commands.report import group_
from gaung.cli.options import day, pass_app
from gaung.cli.reports import grade_option

SECTIONS = ("coverage", "followers", "offices", "posts", "accounts", "turnout", "evaluation")


@group_.command("page")
@click.option("--from", "first", metavar="DAY", callback=day, help="1/11/2026 or 2026-11-01 (default: 30 days).")
@click.option("--to", "last", metavar="DAY", callback=day, help="The last day (default: today).")
@click.option("--section", "sections", multiple=True, type=click.Choice(SECTIONS), help="Only this part; may be repeated.")
@grade_option
@click.option("--no-ranking", is_flag=True, help="Say of nobody that they need help first.")
@click.option("--out", metavar="FILE.html", default="laporan.html", show_default=True, help="Where to write it.")
@pass_app
def page(app: App, first: date | None, last: date | None, sections: tuple[str, ...], grade: str, no_ranking: bool, out: str) -> None:
    """Write the report as one HTML file in Indonesian: for a screen without a network, and for A4."""
    from gaung.cli.output import facts
    from gaung.core.period import Period
    from gaung.core.reports import page as pages
    from gaung.core.services.exports import write_private

    text = pages.make(app.context, Period.of(first, last), sections=sections or SECTIONS, ranking=not no_ranking, grade=grade)
    written = write_private(out, text)
    app.output.result({"file": str(written), "bytes": len(text.encode())}, facts)
