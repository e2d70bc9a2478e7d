"""`gaung drive ...`."""

from typing import TYPE_CHECKING, Any

import click

from gaung.cli.app import App
from gaung.cli.options import group, pass_app
from gaung.cli.reports import grade_option

if TYPE_CHECKING:
    from pathlib import Path

group_ = group("drive", "Call members to echo a post, and see how far it got.")

BY = ("regency", "district", "village", "body")


@group_.command("new")
@click.option("--post", type=int, required=True, metavar="ID", help="The post to echo; it must be published.")
@click.option("--title", default="", metavar="T", help="Default: the post's.")
@click.option("--body", "bodies", multiple=True, metavar="B", help="Call this body, such as PPS; several times (default: all).")
@click.option(
    "--area", "areas", multiple=True, metavar="CODE_OR_NAME", help="Call this area with all below it; several times (default: all)."
)
@click.option("--opens", metavar="TIME", help="When it begins (default: now).")
@click.option("--deadline", metavar="TIME", help="Until when (default: 24 hours after it opens).")
@click.option("--windows", type=int, default=4, show_default=True, help="How many waves villages are spread over.")
@click.option("--caption", "captions", multiple=True, metavar="TEXT|FILE", help="A caption to choose from; several times.")
@click.option("--target", type=int, default=60, show_default=True, help="Percent of the members called.")
@pass_app
def new(app: App, /, captions: tuple[str, ...], opens: str | None, deadline: str | None, **plan: Any) -> None:
    """Call members to echo a post: staggered in windows, with several captions, for the same words from many accounts look like spam."""
    from gaung.cli import views_drives
    from gaung.core.services import drives

    times = {name: _time(app, text, f"--{name}") for name, text in (("opens", opens), ("deadline", deadline))}
    done = drives.open_drive(app.context, drives.Plan(**plan, **times, captions=[_caption(text) for text in captions]))
    for warning in done["warnings"]:
        app.output.warn(f"Warning: {warning}")
    app.output.result(done, views_drives.opened)


@group_.command("list")
@click.option("--open", "open_", is_flag=True, help="Only those that go on.")
@pass_app
def list_(app: App, open_: bool) -> None:
    """List the drives in sight, latest first."""
    from gaung.cli import views_drives
    from gaung.core.services import drives

    app.output.result(drives.list_drives(app.context, all_=not open_), views_drives.listed)


@group_.command("status")
@click.argument("drive", type=int, metavar="ID")
@click.option("--by", type=click.Choice(BY), default="district", show_default=True, help="A row for each.")
@grade_option
@pass_app
def status(app: App, drive: int, by: str, grade: str) -> None:
    """Coverage of the members called against the target, and who lags."""
    from gaung.cli import views_drives
    from gaung.core.services import drives

    app.output.result(drives.status(app.context, drive, by=by, grade=grade), views_drives.status)


@group_.command("close")
@click.argument("drive", type=int, metavar="ID")
@pass_app
def close(app: App, drive: int) -> None:
    """End a drive; what was echoed stays counted."""
    from gaung.cli import views_drives
    from gaung.core.services import drives

    app.output.result(drives.close(app.context, drive), views_drives.closed)


@group_.command("export")
@click.argument("drive", type=int, metavar="ID")
@click.option("--out", required=True, metavar="DIR", help="A new or empty folder.")
@click.option("--area", metavar="CODE_OR_NAME", help="Only this area.")
@click.option("--overwrite", is_flag=True, help="Write into a folder that holds something.")
@pass_app
def export(app: App, drive: int, out: str, area: str | None, overwrite: bool) -> None:
    """Write a text in Indonesian for each village, to send on in WhatsApp, and daftar.csv that lists them. No member is named."""
    from pathlib import Path

    from gaung.cli import views_drives
    from gaung.core.services import drive_export

    done = drive_export.export(app.context, drive, Path(out).expanduser(), area=area, overwrite=overwrite)
    app.output.result(done, views_drives.exported)


def _time(app: App, text: str | None, option: str) -> Any:
    from gaung.core.clock import parse_time, shown_time

    if text is None:
        return None
    zone = app.context.settings.zone
    try:
        when = parse_time(text, zone)
    except ValueError as error:
        raise click.UsageError(f"{option} {error}") from None
    app.output.status(f"{option[2:].title()}: {shown_time(when, zone)}")
    return when


_TEXTS = (".txt", ".md", ".text", ".docx")


def _words(path: "Path") -> str:
    """What is in a file. Raises `UnicodeDecodeError` also for what only looks like UTF-8."""
    data = path.read_bytes()
    if b"\0" in data:
        raise UnicodeDecodeError("utf-8", data, data.index(b"\0"), data.index(b"\0") + 1, "NUL")
    return data.decode("utf-8-sig")


def _caption(text: str) -> str:
    """The text, or what is in the file of that name."""
    from pathlib import Path

    from gaung.core.errors import UserError

    try:
        path = Path(text).expanduser()
        if path.is_file():
            return _words(path)
        if path.suffix.lower() in _TEXTS and not text.split()[1:]:
            raise UserError(f"{text}: there is no such file.", "Correct the name, or write the caption itself.")
        return text
    except UnicodeDecodeError:
        raise UserError(f"{text}: is no text in UTF-8.", "Save the caption as UTF-8.") from None
    except OSError:  # too long for a name, and the like: words
        return text
