"""The root command. `gaung --help` imports click and nothing else of weight."""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from gaung.cli.third_party import Root
from gaung.core.thirdparty import NO_PLUGINS

_AT = "gaung.cli.commands."
LAZY = {
    "init": (_AT + "init:command", "Make the home: database, key, the 16 offices of Lampung."),
    "demo": (_AT + "demo:command", "See the whole way of a post, against a sandbox, from nothing."),
    "run": (_AT + "run:command", "Everything in one place: dispatcher, workers, broker, media server."),
    "worker": (_AT + "worker:command", "Publish what the dispatcher hands out."),
    "dispatcher": (_AT + "dispatcher:command", "Hand out what is due."),
    "serve": (_AT + "serve:command", "Serve media to the platforms."),
    "sandbox": (_AT + "sandbox:command", "A loopback server that behaves as the platforms do."),
    "doctor": (_AT + "doctor:command", "Check database, broker, plugins, accounts, clock, disk, key."),
    "office": (_AT + "office:group_", "Offices."),
    "plugin": (_AT + "plugin:group_", "Platforms and policies: listed, switched on and off for offices, set."),
    "account": (_AT + "account:group_", "The offices' accounts on the platforms."),
    "post": (_AT + "post:group_", "Check, schedule and follow posts."),
    "delivery": (_AT + "delivery:group_", "One post for one account."),
    "pause": (_AT + "pause:pause", "Stop publishing at once, everywhere."),
    "resume": (_AT + "pause:resume", "Go on publishing."),
    "top": (_AT + "top:command", "Watch everything at work, in place."),
    "explain": (_AT + "explain:group_", "Why something is where it is, and what to do."),
    "area": (_AT + "area:group_", "Regencies, districts and villages."),
    "member": (_AT + "member:group_", "Ad-hoc members: who has an account, by consent, and who has none and why."),
    "body": (_AT + "body:group_", "Institutional accounts of PPK and PPS."),
    "reshare": (_AT + "reshare:group_", "Who echoed a post, on what evidence."),
    "drive": (_AT + "drive:group_", "Call members to echo a post, and see how far it got."),
    "report": (_AT + "report:group_", "Coverage and accounts, by regency, district, village, body, platform."),
    "turnout": (_AT + "turnout:group_", "Elections, targets, and turnout as it was printed."),
    "evaluate": (_AT + "evaluate:group_", "Strategic steps and trainings, for the next evaluation."),
    "alert": (_AT + "alert:group_", "What needs a person's eye: silent offices, lost followers, tokens that end."),
    "measure": (_AT + "measure:group_", "Numbers of accounts and posts: asked for, or kept by hand."),
    "events": (_AT + "events:group_", "What happened."),
    "db": (_AT + "db:group_", "The database."),
}


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    click.echo(f"gaung {version('gaung')}")
    ctx.exit()


cli = Root(
    "gaung",
    lazy=LAZY,
    help="One post, every office's account, exactly once.",
    no_args_is_help=True,
    params=[click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")],
    context_settings={"help_option_names": ["-h", "--help"]},
)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and answer its exit code; no exception leaves it."""
    shared: dict[str, object] = {}
    wanted = os.environ.get(NO_PLUGINS)
    try:
        with cli.make_context("gaung", list(arguments)) as ctx:
            shared = ctx.meta
            answer = cli.invoke(ctx)
            return answer if isinstance(answer, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BaseException as error:  # noqa: BLE001 - the one place where errors become exit codes
        from gaung.cli.failures import explained

        return explained(error, shared)
    finally:
        if os.environ.get(NO_PLUGINS) != wanted:
            del os.environ[NO_PLUGINS]
            os.environ.update({NO_PLUGINS: wanted} if wanted is not None else {})


def main() -> NoReturn:
    """The `gaung` program."""
    sys.exit(run(sys.argv[1:]))
