"""`gaung member ...`: lists, and all that is held about one. What changes members is in the modules that this one imports at its end."""

from typing import TYPE_CHECKING

import click

from gaung.cli.app import App
from gaung.cli.options import group, office_option, pass_app

if TYPE_CHECKING:
    from gaung.core.services.members import Which

group_ = group("member", "Ad-hoc members: who has an account, by consent, and who has none and why.")

AREA = click.option("--area", metavar="CODE", help="Only in this area and below it.")
BODY = click.option("--body", metavar="BODY", help="Only of this body: PPK, PPS, PANTARLIH, KPPS ...")
BY = ("regency", "district", "village", "body")


@group_.command("list")
@office_option
@AREA
@BODY
@click.option("--platform", metavar="P", help="Only those with an account there; with --without-account: without one there.")
@click.option("--without-account", is_flag=True, help="Only those with no account on record.")
@click.option("--on", metavar="DATE", help="Only those in term on that day.")
@click.option("--limit", metavar="N", type=click.IntRange(1), help="At most so many.")
@click.option("--withdrawn", is_flag=True, help="Those who took their consent back, with the clock that runs.")
@pass_app
def list_(
    app: App, office: str | None, area: str | None, body: str | None, platform: str | None, without_account: bool, on: str | None,
    limit: int | None, withdrawn: bool,
) -> None:  # fmt: skip
    """List members of offices in sight."""
    from gaung.cli import views_members
    from gaung.core.services import members

    if withdrawn:
        app.output.result(members.open_clocks(app.context), views_members.clocks)
        return
    which = _which(app, office, area, body, platform, on)
    found = members.list_members(app.context, which, without_account=without_account, limit=limit)
    app.output.result(found, views_members.members)


@group_.command("show")
@click.argument("number", metavar="NUMBER")
@click.option("--export", "target", metavar="FILE|-", help="Everything, as JSON, to hand to the member: a right by UU 27/2022.")
@pass_app
def show(app: App, number: str, target: str | None) -> None:
    """Show all that is held about a member."""
    from gaung.cli import views_members
    from gaung.core.services import member_file

    found = member_file.show(app.context, number, whole=target is not None)
    if target is None:
        app.output.result(found, views_members.member)
    elif target == "-":
        app.output.document(found)
    else:
        from gaung.cli.output import to_json
        from gaung.core.services.exports import write_private

        written = write_private(target, to_json(found, indent=2) + "\n")
        app.output.result({"number": found["number"], "file": str(written)}, views_members.exported)


@group_.command("gaps")
@office_option
@AREA
@BODY
@click.option("--platform", metavar="P", help="Without an account on this platform, whatever they have elsewhere.")
@click.option("--on", metavar="DATE", help="In term on that day; left out: today.")
@click.option("--by", type=click.Choice(BY), help="Counts instead of names.")
@click.option("--out", metavar="FILE", help="Write a table to this CSV file; with --by, 1 to 4 persons are shown as <5.")
@pass_app
def gaps(
    app: App, office: str | None, area: str | None, body: str | None, platform: str | None, on: str | None, by: str | None, out: str | None
) -> None:  # fmt: skip
    """Who in term has no account and why; those not asked yet apart."""
    from gaung.cli import views_members
    from gaung.core.services import accounts_report, exports, members

    which = _which(app, office, area, body, platform, on)
    if by is None:
        found = members.gaps(app.context, which)
        if out is not None:
            written = exports.write_private(out, exports.csv_text(views_members.GAPS, found))
            app.output.status(f"{len(found)} members are in {written}.")
            return
        app.output.result(found, views_members.gaps)
        return
    report = accounts_report.gaps(app.context, which, by)
    if out is not None:
        written = exports.write_private(out, accounts_report.to_csv(report))
        app.output.status(f"Written to {written}; cells of 1 to 4 persons are hidden.")
        return
    app.output.result(report, views_members.gap_counts)


def _which(app: App, office: str | None, area: str | None, body: str | None, platform: str | None, on: str | None) -> "Which":
    from gaung.core.services.members import Which, the_day

    day = None if on is None else the_day(app.context, on)
    return Which(office=office, area=area, body=body, platform=platform, on=day)


from gaung.cli.commands import member_import, member_privacy, member_said, member_template  # noqa: E402, F401 - they add to the group
