"""`gaung reshare sweep`: look now."""

import click

from gaung.cli.app import App
from gaung.cli.commands.reshare import group_
from gaung.cli.options import pass_app, platform_option


@group_.command("sweep")
@click.option("--post", metavar="ID", type=int, help="Only for this post, however old it is.")
@platform_option
@click.option("--status", "only_status", is_flag=True, help="Only tell how it stands: what is due, what waits, the day's requests.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be looked at.")
@click.option("--no-wait", is_flag=True, help="Make it due and come back at once.")
@pass_app
def sweep(app: App, post: int | None, platform: str | None, only_status: bool, dry_run: bool, no_wait: bool) -> None:
    """Look now who shared our posts, instead of at the next planned time.

    Workers that run do it, within the platforms' quotas; where none runs, this command does.
    """
    from gaung.cli import views_sweeps
    from gaung.cli.bar import bar
    from gaung.core.services import sweep_status, sweeps

    if only_status:
        if post is not None or dry_run or no_wait:
            raise click.UsageError("--status goes with --platform only.")
        app.output.result(sweep_status.status(app.context, platform=platform), views_sweeps.status)
        return
    with bar(app.output) as told:
        done = sweeps.sweep(
            app.context, post=post, platform=platform, dry_run=dry_run, wait=not no_wait, progress=told, status=app.output.status
        )
    app.output.result(done, views_sweeps.swept)
