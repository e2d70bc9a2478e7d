"""`gaung events ...`."""

import time

import click

from gaung.cli.app import App
from gaung.cli.options import group, office_option, pass_app, platform_option

group_ = group("events", "What happened.")

_EVERY = 0.3


@group_.command("tail")
@click.option("-f", "--follow", is_flag=True, help="Go on as new events come, from every process.")
@office_option
@platform_option
@click.option("--event", metavar="NAME", help="Only this one, such as delivery.published.")
@click.option("--since", metavar="T", help="From this time on: 2026-11-25T19:30, or 15m, 2h, 1d ago.")
@click.option("--post", metavar="ID", type=int, help="Only of this post.")
@click.option("--delivery", metavar="ID", type=int, help="Only of this delivery.")
@click.option("-n", "--lines", metavar="N", type=click.IntRange(0), help="Begin with the last N; without it, with the first of all.")
@pass_app
def tail(
    app: App,
    follow: bool,
    office: str | None,
    platform: str | None,
    event: str | None,
    since: str | None,
    post: int | None,
    delivery: int | None,
    lines: int | None,
) -> None:
    """Print events as JSON lines, oldest first, in the order they were committed."""
    from collections import deque

    from gaung.core.clock import parse_since
    from gaung.core.services.events import Tail

    try:
        start = parse_since(since, app.settings.zone) if since else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--since") from None
    reader = Tail(app.context, since=start, office=office, platform=platform, event=event, post=post, delivery=delivery)
    for line in reader.more() if lines is None else deque(reader.more(), maxlen=lines):
        app.output.line(line)
    while follow:
        time.sleep(_EVERY)
        for line in reader.more():
            app.output.line(line)


@group_.command("schema")
@pass_app
def schema(app: App) -> None:
    """Print the JSON Schema of one line of `events tail`."""
    from gaung.core.event_schema import schema as made

    app.output.document(made())
