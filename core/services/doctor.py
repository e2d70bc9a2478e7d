"""Looks everything over: each thing is ok, or what is wrong and what to do."""

import shutil
import socket
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import func, select

from gaung.core.clock import now, shown_time
from gaung.core.config import Settings, load, plugin_settings, shown
from gaung.core.config.load import unknown_environment
from gaung.core.errors import GaungError, UserError
from gaung.core.plugin_loading import OWN_PACKAGE
from gaung.core.redaction import redact
from gaung.core.services.context import Context
from gaung.core.store import faults
from gaung.core.store.tables import accounts, deliveries
from gaung.core.store.types import db_now

Status = Literal["ok", "warning", "problem"]
Found = Iterator[dict[str, Any]]

_LITTLE, _VERY_LITTLE = 2_000_000_000, 200_000_000
_CLOCK_OFF = 2.0


def examine(home: Path, *, ask_platforms: bool) -> list[dict[str, Any]]:
    """`[{"name","status":"ok|warning|problem","detail","remedy"}]`. What cannot be looked at because of an earlier problem is left out."""
    try:
        settings = load(home)
    except UserError as error:
        return [_line("settings", "problem", error.message, error.hint)]
    ctx = Context(settings)
    try:
        return [line for name, look in _looks(ctx, ask_platforms) for line in _safely(name, look)]
    finally:
        ctx.close()


def _looks(ctx: Context, ask_platforms: bool) -> Iterator[tuple[str, Callable[[], Found]]]:
    yield "settings", lambda: _settings(ctx.settings)
    yield "plugins", lambda: _plugins(ctx)
    yield "key", lambda: _key(ctx.settings)
    yield "broker", lambda: _broker(ctx.settings)
    yield "disk", lambda: _disk(ctx.settings)
    yield "media", lambda: _media(ctx)
    yield "webhooks", lambda: _webhooks(ctx)
    yield "database", lambda: _database(ctx)
    if "store" in ctx.__dict__:
        yield "clock", lambda: _clock(ctx)
        yield "engine", lambda: _engine(ctx)
        yield "plugins", lambda: _plugins_there(ctx)
        yield "accounts", lambda: _accounts(ctx, ask_platforms)
        yield "deliveries", lambda: _deliveries(ctx)


def _safely(name: str, look: Callable[[], Found]) -> list[dict[str, Any]]:
    try:
        return list(look())
    except UserError as error:
        return [_line(name, "problem", error.message, error.hint)]
    except GaungError as error:
        return [_line(name, "problem", str(error))]
    except Exception as error:  # noqa: BLE001 - the doctor must look at everything, whatever one thing does
        return [_line(name, "problem", f"{type(error).__name__}: {error}", "Run: gaung doctor --verbose")]


def _line(name: str, status: Status, detail: str, remedy: str = "") -> dict[str, Any]:
    return {"name": name, "status": status, "detail": redact(" ".join(detail.split())), "remedy": redact(remedy)}


def _settings(settings: Settings) -> Found:
    if not settings.home.is_dir():
        yield _line("settings", "problem", f"The home {settings.home} is not there.", "Run: gaung init")
    for wrong in unknown_environment():
        yield _line("settings", "warning", f"Unknown environment variable {wrong}", "Correct or unset it.")
    if settings.home.is_dir():
        yield _line("settings", "ok", f"home {settings.home}, time zone {settings.timezone}")


def _plugins(ctx: Context) -> Found:
    found = ctx.manager.plugins()
    for info in found:
        if info.status == "broken":
            what = f"{info.name} ({info.package} {info.version}) is broken: {info.reason}"
            yield _line("plugins", "problem", what, f"Update or remove {info.package}; gaung plugin list --verbose shows where it failed.")
        if info.slow and info.package != OWN_PACKAGE:
            what = f"{info.name} ({info.package} {info.version}) takes {info.seconds:.1f} s to import; everybody waits for it."
            yield _line("plugins", "warning", what, f"Ask the authors of {info.package} to import what is heavy later, or remove it.")
    for name in ctx.settings.plugins:
        if name not in {info.name for info in found}:
            yield _line(
                "plugins", "warning", f"There are settings for {name}, but no such plugin.", f"Remove plugins.{name}, or install it."
            )
    for name, declared in ctx.manager.declared().items():
        if name in ctx.manager.platforms() or name in ctx.settings.plugins:  # an observer that nobody has set up is at rest
            plugin_settings(ctx.settings, declared)
    working = [info.name for info in found if info.status == "enabled"]
    yield _line("plugins", "ok" if working else "problem", ", ".join(working) or "none works", "" if working else "Install gaung again.")


def _plugins_there(ctx: Context) -> Found:
    """What the database knows of plugins: broken on other machines, missing for accounts."""
    with ctx.store.read() as conn:
        broken = faults.known(conn)
        used = set(conn.execute(select(accounts.c.platform).where(accounts.c.status != "removed").distinct()).scalars())
    for row in broken:
        if row["host"] != socket.gethostname():
            what = f"{row['plugin']} ({row['package']} {row['version']}) is broken on {row['host']}: {row['reason']}"
            yield _line("plugins", "problem", what, f"Update or remove {row['package']} there.")
    for name in sorted(used - set(ctx.manager.platforms())):
        what = f"There are accounts on {name}, whose plugin is missing or broken; their deliveries are held."
        yield _line("plugins", "problem", what, f"Install the plugin {name}, or switch it off: gaung plugin disable {name} --all-offices")


def _key(settings: Settings) -> Found:
    from gaung.core.secrets import key_warning, load_box

    load_box(settings)
    warning = key_warning(settings)
    if warning:
        detail, _, remedy = warning.partition(". ")
        yield _line("key", "warning", f"{detail}.", remedy)
    else:
        yield _line("key", "ok", "is there, and private")


def _broker(settings: Settings) -> Found:
    from gaung.core.engine.broker import EMBEDDED, ping, server_binary

    if settings.broker_url == EMBEDDED:
        yield _line("broker", "ok", f"embedded, by {server_binary()}")
        return
    ping(settings.broker_url)
    yield _line("broker", "ok", f"{shown(settings.broker_url)} answers")


def _disk(settings: Settings) -> Found:
    for name, folder in (("home", settings.home), ("media store", settings.media.store)):
        there = next((path for path in (folder, *folder.parents) if path.exists()), Path("/"))
        free = shutil.disk_usage(there).free
        status: Status = "ok" if free > _LITTLE else "warning" if free > _VERY_LITTLE else "problem"
        yield _line("disk", status, f"{name}: {free / 1e9:.1f} GB free at {folder}", "" if status == "ok" else "Make room.")


def _media(ctx: Context) -> Found:
    from gaung.core.media.store import MediaStore

    media = ctx.settings.media
    found = MediaStore(media.store, media.public_url).check()
    for problem in found.problems:
        yield _line("media", "problem", problem, "Correct media.store, or its permissions.")
    if not found.problems:
        where = f"platforms fetch from {media.public_url}" if media.public_url else "media.public_url is the built-in server of gaung run"
        yield _line("media", "ok", f"{found.files} files, {found.size / 1e6:.1f} MB; {where}")


def _webhooks(ctx: Context) -> Found:
    """Which address to enter at each platform that pushes."""
    from gaung.core.engine.webhooks import address

    pushing = [name for name, platform in ctx.manager.platforms().items() if platform.capabilities.reads_webhooks]
    base = ctx.settings.media.public_url
    if pushing and base:
        yield _line("webhooks", "ok", "platforms may push to " + ", ".join(address(base, name) for name in pushing))
    elif pushing:
        yield _line("webhooks", "ok", f"{', '.join(pushing)} cannot push: media.public_url is not set; what they would tell is looked for")


def _database(ctx: Context) -> Found:
    yield _line("database", "ok", f"{ctx.store.shown_url}, at this version's schema")


def _clock(ctx: Context) -> Found:
    from datetime import timedelta

    with ctx.store.read() as conn:
        before = now()
        there = conn.execute(select(db_now())).scalar_one()
        here = before + (now() - before) / 2
    off = abs((there - here) / timedelta(seconds=1))
    zone = ctx.settings.zone
    if off > _CLOCK_OFF:
        detail = f"This machine says {shown_time(here, zone)}, the database {shown_time(there, zone)}: {off:.0f} s apart."
        yield _line("clock", "problem", detail, "Let both set their clocks by NTP; due times go by the database's.")
    else:
        yield _line("clock", "ok", f"{shown_time(here, zone)}, {off:.1f} s from the database's")


def _engine(ctx: Context) -> Found:
    from gaung.core.engine.presence import alive

    with ctx.store.read() as conn:
        here = Counter(f"{row['role']} on {row['host']}" for row in alive(conn))
    if not here:
        yield _line("engine", "warning", "No dispatcher or worker runs.", "Run: gaung run")
    else:
        yield _line("engine", "ok", ", ".join(f"{number} {role}" for role, number in sorted(here.items())))


def _not_well(answers: Sequence[Mapping[str, Any]]) -> Found:
    """One line for all accounts of a platform that share a problem: 64 lines of "no connection" hide everything else."""
    alike: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for answer in answers:
        if not answer["ok"]:
            alike.setdefault((answer["platform"], answer["problem"]), []).append(answer)
    for (platform, problem), found in alike.items():
        who = found[0]["handle"] if len(found) == 1 else f"{len(found)} accounts"
        yield _line("accounts", "problem", f"{platform} {who}: {problem}", f"gaung explain account {found[0]['id']}")


def _accounts(ctx: Context, ask_platforms: bool) -> Found:
    from gaung.core.services.checking import check

    counted = select(accounts.c.status, func.count()).where(ctx.scope.clause(accounts.c.office)).group_by(accounts.c.status)
    with ctx.store.read() as conn:
        states = {status: number for status, number in conn.execute(counted) if status != "removed"}
    total = sum(states.values())
    if not total:
        yield _line("accounts", "warning", "There is no account yet.", "Run: gaung account add, or gaung account import FILE.csv")
        return
    answers = list(check(ctx, None)) if ask_platforms else []
    yield from _not_well(answers)
    if not ask_platforms and states.get("needs_reauth"):
        number = states["needs_reauth"]
        yield _line("accounts", "problem", f"{number} must be connected again.", "gaung account list --status needs_reauth")
    well = sum(1 for answer in answers if answer["ok"]) if ask_platforms else states.get("active", 0)
    if well:
        yield _line("accounts", "ok", f"{well} of {total} work" if ask_platforms else f"{well} of {total} are active (not asked)")


def _deliveries(ctx: Context) -> Found:
    here = ctx.scope.clause(deliveries.c.office)
    resting = (deliveries.c.state == "unconfirmed") & deliveries.c.due_at.is_(None)
    with ctx.store.read() as conn:
        unknown = conn.execute(select(func.count()).select_from(deliveries).where(here, resting)).scalar_one()
        held = conn.execute(select(func.count()).select_from(deliveries).where(here, deliveries.c.state == "held")).scalar_one()
    if unknown:
        yield _line("deliveries", "warning", f"{unknown} are unconfirmed and wait for a person.", "gaung delivery list --state unconfirmed")
    if held:
        yield _line("deliveries", "warning", f"{held} are held.", "gaung delivery list --state held")
    if not unknown and not held:
        yield _line("deliveries", "ok", "none waits for a person")
