"""`gaung plugin verify`."""

from typing import Any

import click

from gaung.cli.app import App
from gaung.cli.options import Command, pass_app

COLUMNS = {"grade": "Grade", "rule": "Rule", "promise": "Promise", "outcome": "Result", "note": "Where it was seen"}


@click.command("verify", cls=Command)
@click.argument("plugin", metavar="NAME")
@pass_app
def verify(app: App, plugin: str) -> int:
    """Run the conformance kit on a platform, against its own sandbox; 1 if a rule fails. Needs `gaung[testkit]`."""
    from gaung.core.services import verifying

    app.output.status(f"Running the conformance kit on {plugin}; it takes up to a minute.")
    found = verifying.verify(app.context, plugin)
    app.output.result(found, _shown)
    return 1 if found["failed"] else 0


def _shown(found: dict[str, Any]) -> Any:
    from gaung.cli.output import facts, table, together

    rows = [{**rule, "rule": f"{rule['rule']} {rule['name']}"} for rule in found["rules"]]
    counts = f"{found['passed']} passed, {found['failed']} failed, {found['not_applicable']} not applicable"
    head = facts({"plugin": f"{found['plugin']} ({found['package']} {found['version']})", "grade": found["grade"], "rules": counts})
    columns = COLUMNS if any(rule["note"] for rule in found["rules"]) else {key: COLUMNS[key] for key in list(COLUMNS)[:-1]}
    return together(table(rows, columns), head)


COMMANDS = (verify,)
