"""`gaung reshare review`: claims one at a time on a terminal, by number elsewhere."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from gaung.cli.app import App
from gaung.cli.commands.reshare import group_
from gaung.cli.options import office_option, pass_app, platform_option

if TYPE_CHECKING:
    from gaung.core.services.reviewing import Queue

_KEYS = "[a]ccept  [r]efuse  [s]kip  [u]ndo the last  [q]uit"


@group_.command("review")
@click.option("--post", metavar="ID", type=int, help="Only of this post.")
@office_option
@platform_option
@click.option("--accept", metavar="ID", type=int, help="Accept this claim, and ask nothing.")
@click.option("--refuse", metavar="ID", type=int, help="Refuse this claim; with --why.")
@click.option("--undo", metavar="ID", type=int, help="Take the decision about this claim back.")
@click.option("--why", metavar="WORDS", help="Why it is refused; name nobody in it.")
@pass_app
def review(
    app: App, post: int | None, office: str | None, platform: str | None, accept: int | None, refuse: int | None, undo: int | None,
    why: str | None,
) -> None:  # fmt: skip
    """Look at what members handed in and no call has proved, and accept or refuse it.

    On a terminal one claim after another. Elsewhere, and with --json, a list of what waits; decide by --accept, --refuse, --undo.
    """
    from gaung.core.services.reviewing import Queue

    chosen = [one for one in (accept, refuse, undo) if one is not None]
    if len(chosen) > 1:
        raise click.UsageError("Say one of --accept, --refuse and --undo.")
    if why is not None and refuse is None:
        raise click.UsageError("--why goes with --refuse.")
    if chosen:
        _decide(app, accept, refuse, undo, why)
        return
    queue = Queue(post=post, office=office, platform=platform)
    if app.output.json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        from gaung.cli import views_reshares
        from gaung.core.services import reviewing

        app.output.result(reviewing.listed(app.context, queue), views_reshares.waiting)
        return
    _one_by_one(app, queue)


def _decide(app: App, accept: int | None, refuse: int | None, undo: int | None, why: str | None) -> None:
    from gaung.cli import views_reshares
    from gaung.core.services import reviewing

    if accept is not None:
        done = reviewing.accept(app.context, accept)
    elif refuse is not None:
        done = reviewing.refuse(app.context, refuse, why=why or "")
    else:
        assert undo is not None
        done = reviewing.undo(app.context, undo)
    app.output.result(done, views_reshares.claim)


def _one_by_one(app: App, queue: "Queue") -> None:
    from gaung.core.services import reviewing

    left = reviewing.waiting(app.context, queue)
    decided: list[int] = []
    app.output.status(f"{len(left)} claims wait.")
    while left:
        value = reviewing.show(app.context, left[0])
        if value["state"] not in ("waiting", "unproved"):  # a worker, or another reviewer, was faster
            left.pop(0)
            continue
        key = _asked(app, value, len(left))
        if key == "q":
            break
        if key == "u":
            _take_back(app, left, decided)
        elif key == "s":
            left.pop(0)
        elif _settled(app, value["id"], key):
            decided.append(left.pop(0))
    app.output.status(f"{len(decided)} decided, {len(left)} not looked at.")


def _asked(app: App, value: Mapping[str, Any], left: int) -> str:
    """Show a claim and wait for a key that means something."""
    from gaung.cli import views_reshares

    app.output.text("")
    app.output.result(value, views_reshares.claim)
    while True:
        app.output.status(f"{_KEYS}  ({left} left)")
        try:
            key = click.getchar().casefold()
        except (EOFError, KeyboardInterrupt):
            return "q"
        if key in ("a", "r", "s", "u", "q"):
            return key


def _settled(app: App, claim: int, key: str) -> bool:
    """Decide; False where it could not be, which is said."""
    from gaung.core.errors import UserError
    from gaung.core.services import reviewing

    try:
        if key == "a":
            reviewing.accept(app.context, claim)
        else:
            why = click.prompt("Why", default="not this post, or not the member's", err=True)
            reviewing.refuse(app.context, claim, why=why)
    except click.Abort:
        return False
    except UserError as error:
        app.output.warn(f"{error.message} {error.hint}")
        return False
    app.output.status("accepted" if key == "a" else "refused")
    return True


def _take_back(app: App, left: list[int], decided: list[int]) -> None:
    from gaung.core.errors import UserError
    from gaung.core.services import reviewing

    if not decided:
        app.output.status("Nothing was decided yet.")
        return
    try:
        reviewing.undo(app.context, decided[-1])
    except UserError as error:
        app.output.warn(f"{error.message} {error.hint}")
        return
    left.insert(0, decided.pop())
    app.output.status("undone")
