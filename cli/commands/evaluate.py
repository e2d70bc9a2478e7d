"""`gaung evaluate ...`: what is kept between two evaluations."""

from datetime import date

import click

from gaung.cli.app import App
from gaung.cli.options import day, group, office_option, pass_app

group_ = group("evaluate", "Strategic steps and trainings, for the next evaluation.")
step = group("step", "Strategic steps: owner, due date, result.")
training = group("training", "Trainings (bimtek), as marks in time.")
group_.add_command(step)
group_.add_command(training)

STEPS = {"id": "Id", "office": "Office", "step": "Step", "owner": "Owner", "due": "Due", "state": "State", "result": "Result"}
TRAININGS = {"id": "Id", "day": "Day", "title": "Title", "place": "Place", "offices": "Offices"}


@step.command("add")
@click.argument("words", metavar="STEP")
@click.option("--office", required=True, metavar="CODE")
@click.option("--owner", required=True, metavar="WHO", help="A function or a division.")
@click.option("--due", required=True, metavar="DAY", callback=day, help="31/12/2026 or 2026-12-31.")
@click.option("--finding", default="", metavar="TEXT", help="What was found.")
@pass_app
def add(app: App, words: str, office: str, owner: str, due: date, finding: str) -> None:
    """Put a strategic step down."""
    from gaung.cli.output import facts
    from gaung.core.services import steps

    app.output.result(steps.add_step(app.context, office=office, step=words, owner=owner, due=due, finding=finding), facts)


@step.command("done")
@click.argument("id_", metavar="ID", type=int)
@click.option("--result", required=True, metavar="TEXT", help="What became of it.")
@click.option("--on", metavar="DAY", callback=day, help="When; left out: today.")
@pass_app
def done(app: App, id_: int, result: str, on: date | None) -> None:
    """Write what became of a step."""
    from gaung.cli.output import facts
    from gaung.core.services import steps

    app.output.result(steps.finish_step(app.context, id_, result=result, on=on), facts)


@step.command("list")
@office_option
@click.option("--state", type=click.Choice(["open", "late", "done"]))
@pass_app
def list_(app: App, office: str | None, state: str | None) -> None:
    """List steps, what is due first."""
    from gaung.cli.output import table
    from gaung.core.services import steps

    found = steps.list_steps(app.context, office=office, state=state)
    app.output.result(found, lambda rows: table(rows, STEPS, empty="No step. Run: gaung evaluate step add"))


@training.command("add")
@click.argument("title")
@click.option("--on", required=True, metavar="DAY", callback=day, help="4/12/2023 or 2023-12-04.")
@click.option("--place", default="", metavar="TEXT")
@click.option("--office", "offices", multiple=True, metavar="CODE", help="Who took part; may be repeated; left out: all.")
@pass_app
def add_training(app: App, title: str, on: date, place: str, offices: tuple[str, ...]) -> None:
    """Put a training down."""
    from gaung.cli.output import facts
    from gaung.core.services import trainings

    made = trainings.add_training(app.context, title, on=on, place=place, offices=offices)
    app.output.result(made, lambda value: facts({**value, "offices": ", ".join(value["offices"]) or "all"}))


@training.command("list")
@pass_app
def trainings(app: App) -> None:
    """List trainings, the latest first."""
    from gaung.cli.output import table
    from gaung.core.services import trainings as service

    found = service.list_trainings(app.context)
    for_all = [{**row, "offices": ", ".join(row["offices"]) or "all"} for row in found]
    app.output.result(found, lambda _: table(for_all, TRAININGS, empty="No training. Run: gaung evaluate training add"))
