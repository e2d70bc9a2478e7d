"""`gaung delivery ...`."""

import click

from gaung.cli.app import App
from gaung.cli.options import group, office_option, pass_app, platform_option

group_ = group("delivery", "One post for one account: the unit of work.")


@group_.command("list")
@click.option("--post", metavar="ID", type=int, help="Only of this post.")
@click.option("--state", metavar="S", help="Only in this state.")
@office_option
@platform_option
@click.option("--account", metavar="ID", type=int, help="Only for this account.")
@click.option("--limit", metavar="N", type=click.IntRange(1), help="At most so many; without it, all.")
@pass_app
def list_(
    app: App, post: int | None, state: str | None, office: str | None, platform: str | None, account: int | None, limit: int | None
) -> None:
    """List deliveries: where each is, and with which id and address it was published."""
    from gaung.cli import views
    from gaung.core.services import deliveries

    found = deliveries.list_deliveries(app.context, post=post, state=state, office=office, platform=platform, account=account, limit=limit)
    app.output.result(found, views.deliveries)


@group_.command("settle")
@click.argument("id_", metavar="ID", type=int)
@click.option("--published", "url", metavar="URL", help="It is out: the address of the post.")
@click.option("--external-id", metavar="ID", help="With --published: the post's id on the platform, if you know it.")
@click.option("--not-there", is_flag=True, help="You looked, and it is not there.")
@pass_app
def settle(app: App, id_: int, url: str | None, external_id: str | None, not_there: bool) -> None:
    """Say what became of an unconfirmed delivery. --not-there tries anew before the deadline."""
    from gaung.cli import views
    from gaung.core.services import deliveries

    if (url is None) == (not not_there):
        raise click.UsageError("Say one of --published URL and --not-there.")
    if external_id is not None and url is None:
        raise click.UsageError("--external-id goes with --published.")
    done = deliveries.settle(app.context, id_, url=url, external_id=external_id)
    app.output.result(done, views.delivery)
