"""`gaung account ...`."""

import sys
from typing import Any

import click

from gaung.cli.app import App
from gaung.cli.options import group, office_option, pass_app, platform_option

group_ = group("account", "The offices' accounts on the platforms.")

COLUMNS = {"id": "Id", "office": "Office", "platform": "Platform", "handle": "Handle", "external_id": "External id", "status": "Status"}
CHECKED = {
    "id": "Id",
    "office": "Office",
    "platform": "Platform",
    "handle": "Handle",
    "ok": "Works",
    "who": "Token of",
    "problem": "Problem",
}


@group_.command("add")
@click.option("--office", required=True, metavar="CODE")
@click.option("--platform", required=True, metavar="P")
@click.option("--external-id", required=True, metavar="ID", help="Page id, Instagram user id, channel id or open_id.")
@click.option("--handle", required=True, metavar="H")
@click.option("--credentials", required=True, metavar="FILE|-", help="JSON; - reads standard input.")
@click.option("--check", is_flag=True, help="Ask the platform at once who the token is.")
@pass_app
def add(app: App, office: str, platform: str, external_id: str, handle: str, credentials: str, check: bool) -> int:
    """Add an account; again with the same id: replace its credentials and let go on what was held."""
    from gaung.cli.output import facts
    from gaung.core.services import accounts, checking
    from gaung.core.services import credentials as creds

    where, text = _read(credentials)
    values = creds.parse(text, where)
    done: dict[str, Any] = accounts.add(
        app.context, office=office, platform=platform, external_id=external_id, handle=handle, values=values, where=where
    )
    if check:
        done["check"] = next(checking.check(app.context, [done["id"]]))
        if not done["check"]["ok"]:
            app.output.warn("The account was added all the same; add it again with other credentials, or: gaung account remove ID")
    app.output.result(done, lambda value: facts({**value, **({"check": value["check"]["problem"] or "ok"} if check else {})}))
    return 0 if not check or done["check"]["ok"] else 1


def _read(source: str) -> tuple[str, str]:
    from pathlib import Path

    from gaung.core.errors import UserError

    try:
        if source == "-":
            return "standard input", sys.stdin.read()
        return source, Path(source).read_text("utf-8")
    except OSError as error:
        raise UserError(f"{source} cannot be read ({error.strerror}).", "Give a JSON file, or - for standard input.") from None
    except UnicodeDecodeError:
        raise UserError(f"{source} is not a text file.", "Give a JSON file in UTF-8.") from None


@group_.command("import")
@click.argument("file", metavar="FILE.csv")
@pass_app
def import_(app: App, file: str) -> int:
    """Add many accounts: office,platform,external_id,handle,credentials (JSON text, or a path to a JSON file)."""
    from pathlib import Path

    from gaung.cli import views
    from gaung.core.services import account_import

    done = account_import.import_accounts(app.context, Path(file))
    app.output.result(done, views.imported)
    return views.import_code(done)


@group_.command("list")
@office_option
@platform_option
@click.option("--status", type=click.Choice(["active", "needs_reauth", "removed"]))
@pass_app
def list_(app: App, office: str | None, platform: str | None, status: str | None) -> None:
    """List the accounts in sight."""
    from gaung.cli.output import table
    from gaung.core.services import accounts

    found = accounts.list_accounts(app.context, office=office, platform=platform, status=status)
    app.output.result(found, lambda rows: table(rows, COLUMNS, empty="No account. Run: gaung account add"))


@group_.command("remove")
@click.argument("id_", metavar="ID", type=int)
@pass_app
def remove(app: App, id_: int) -> None:
    """Forget an account's credentials and cancel what was planned for it."""
    from gaung.cli.output import facts
    from gaung.core.services import accounts

    app.output.result(accounts.remove(app.context, id_), facts)


@group_.command("reseal")
@pass_app
def reseal(app: App) -> None:
    """Encrypt all stored credentials with the newest key of secret.key; the older keys may go afterwards."""
    from gaung.cli.output import facts
    from gaung.core.services import accounts

    app.output.result(accounts.reseal(app.context), facts)


@group_.command("check")
@click.argument("ids", metavar="[ID ...]", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every account in sight.")
@pass_app
def check(app: App, ids: tuple[int, ...], everything: bool) -> int:
    """Ask the platforms who the tokens are and what they may do. Exit code 1 when one does not work."""
    from gaung.cli.output import table
    from gaung.core.services import checking

    if bool(ids) == everything:
        raise click.UsageError("Give account ids, or --all.")
    found = []
    for answer in checking.check(app.context, None if everything else ids):
        found.append(answer)
        app.output.status(f"{answer['platform']} {answer['handle']}: {answer['problem'] or 'ok'}")
    app.output.result(found, lambda rows: table(rows, CHECKED, empty="No account."))
    return 0 if all(answer["ok"] for answer in found) else 1
