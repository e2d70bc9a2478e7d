"""`gaung post ...`: the verbs that change nothing, and those that make posts. The others are in `post_change.py`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from gaung.cli.app import App
from gaung.cli.commands import post_change
from gaung.cli.options import group, pass_app

group_ = group("post", "Check, schedule and follow posts.")

_EVERY = 0.5


@group_.command("check")
@click.argument("file", metavar="FILE.toml")
@pass_app
def check(app: App, file: str) -> int:
    """Check a post for every account it is meant for; nothing is stored. Exit code 1 when something cannot go out."""
    from pathlib import Path

    from gaung.cli import views
    from gaung.core.services import scheduling

    with _file_problems(app, {"deliveries": 0}):
        done = scheduling.check(app.context, Path(file))
    app.output.result(done, views.problems)
    return 1 if any(problem["level"] == "error" for problem in done["problems"]) else 0


@group_.command("schedule")
@click.argument("file", metavar="FILE.toml")
@click.option("--dry-run", is_flag=True, help="Do all but store it.")
@click.option("--skip-problems", is_flag=True, help="Leave out the accounts it cannot go to, as skipped deliveries.")
@pass_app
def schedule(app: App, file: str, dry_run: bool, skip_problems: bool) -> int:
    """Schedule a post for all its accounts. Nothing is stored unless it can go to all of them, or with --skip-problems."""
    from pathlib import Path

    from gaung.cli import views
    from gaung.core.services import scheduling

    nothing = {"id": None, "at": None, "deadline": None, "deliveries": 0, "skipped": 0}
    with _file_problems(app, nothing):
        done = scheduling.schedule(app.context, Path(file), dry_run=dry_run, skip_problems=skip_problems)
    refused = done["id"] is None and not dry_run
    app.output.result(done, views.problems if refused else views.scheduled)
    if refused:
        app.output.warn("Nothing was stored. Correct the post, or leave those accounts out with --skip-problems.")
    elif not dry_run:
        app.output.status(f"Next: gaung run, and in another window gaung post watch {done['id']}")
    return 1 if refused or (dry_run and not skip_problems and _errors(done)) else 0


@contextmanager
def _file_problems(app: App, nothing: dict[str, Any]) -> Iterator[None]:
    """With `--json`, what is wrong with the file itself is in the document too; the lines for people follow on stderr."""
    from gaung.core.posts.draft import PostFileError
    from gaung.core.services.planning import problem_json

    try:
        yield
    except PostFileError as error:
        if app.json:
            found = [problem_json(problem, None, None) for problem in error.problems]
            app.output.line({**nothing, "problems": found})
        raise


def _errors(done: dict[str, Any]) -> bool:
    return any(problem["level"] == "error" for problem in done["problems"])


@group_.command("import")
@click.argument("file", metavar="CALENDAR.csv")
@click.option("--skip-problems", is_flag=True, help="As in post schedule.")
@pass_app
def import_(app: App, file: str, skip_problems: bool) -> int:
    """Schedule a calendar of posts: at,title,text,purpose,origin,media,link,offices,platforms."""
    from pathlib import Path

    from gaung.cli import views
    from gaung.core.services import calendar_import

    done = calendar_import.import_calendar(app.context, Path(file), skip_problems=skip_problems)
    app.output.result(done, views.imported)
    return views.import_code(done)


@group_.command("list")
@click.option("--limit", metavar="N", type=click.IntRange(1), help="The latest N; without it, all.")
@pass_app
def list_(app: App, limit: int | None) -> None:
    """List posts, the latest first."""
    from gaung.cli import views
    from gaung.core.services import posts

    app.output.result(posts.list_posts(app.context, limit=limit), views.posts)


@group_.command("show")
@click.argument("id_", metavar="ID", type=int)
@pass_app
def show(app: App, id_: int) -> None:
    """Show a post and how its deliveries stand."""
    from gaung.cli import views
    from gaung.core.services import posts

    app.output.result(posts.show_post(app.context, id_), views.post)


@group_.command("watch")
@click.argument("id_", metavar="ID", type=int)
@pass_app
def watch(app: App, id_: int) -> None:
    """Follow a post until all its deliveries rest."""
    from gaung.cli import views
    from gaung.cli.live import follow
    from gaung.core.services import posts

    first = posts.progress(app.context, id_)
    if first["moving"] and not first["engine_runs"]:
        app.output.warn("Nothing runs that would publish: no dispatcher and no worker was seen. Start `gaung run` in another window.")
    last = follow(app.output, lambda: posts.progress(app.context, id_), _EVERY)
    app.output.result(last, views.progress)


for command in post_change.COMMANDS:
    group_.add_command(command)
