"""`gaung demo`: the whole main job against the built-in sandbox, in a home of its own, from nothing."""

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from gaung.core.config import load
from gaung.core.demo import POST
from gaung.core.engine import run as engine
from gaung.core.errors import UserError
from gaung.core.services import accounts as account_service
from gaung.core.services import offices as office_service
from gaung.core.services import scheduling, setup
from gaung.core.services.context import Context
from gaung.core.services.deliveries import list_deliveries
from gaung.core.store.db import Store
from gaung.core.store.tables import accounts

if TYPE_CHECKING:
    from gaung.core.config import Settings
    from gaung.core.demo.story import Wanted
    from gaung.core.records import Platform
    from gaung.core.sandbox.app import Sandbox
    from gaung.core.services.importing import Progress

Say = Callable[[str], None]
Tick = Callable[[Context, int], None]

PROCESSING_SECONDS = 1.0
PAGE = "sandbox-page"


def play(
    home: Path,
    say: Say,
    tick: Tick,
    *,
    shape: engine.Shape,
    stay: Callable[[dict[str, Any]], None] | None = None,
    corps: "Wanted | None" = None,
    progress: "Progress" = lambda _what, _done, _of: None,
) -> dict[str, Any]:
    """Sandbox, home, 64 accounts, one post, and the engine until everything rests; with `corps`, members and a crowd that shares it.

    `say` hears each step, `tick` is called while it publishes, `stay` gets the answer while the sandbox still runs, `progress` follows
    imports. Answers `{"home","sandbox","page","report","seconds","post","posts","accounts","published","deliveries":[...]}`, and with
    `corps` what `story.Story.play` answers as `endorsement`, and `coverage`. Raises UserError when the home is in use.
    """
    from gaung.core import manager
    from gaung.core.demo import figures
    from gaung.core.sandbox import server
    from gaung.core.sandbox.world import World

    _refuse_used(home)
    started = time.monotonic()
    plugins = manager.load()
    world, keep = World(processing_seconds=PROCESSING_SECONDS), None if corps is None else 0
    with server.start(list(plugins.platforms().values()), world=world, keep=keep) as running:
        say(f"sandbox answers at {running.base_url}")
        more: dict[str, dict[str, Any]] = {}
        if corps is not None:
            for side in running.sandbox.platforms.values():
                side.grant_all()
            more = {name: _unbounded(platform) for name, platform in plugins.platforms().items()}
        with _aimed_at(running.sandbox, home, more):
            settings = load(home)
            setup.init(settings)
            ctx = Context(settings, manager=plugins)
            try:
                answer = _publish(ctx, running.sandbox, say, tick, shape, corps)
                if corps is not None:
                    answer |= _endorse(ctx, running.sandbox, corps, answer, say, shape, progress)
                answer["report"] = figures.write(ctx, running.sandbox, say)
            finally:
                ctx.close()
        answer |= {"home": str(home), "sandbox": running.base_url, "seconds": round(time.monotonic() - started, 1)}
        answer["page"] = str(_snapshot(running.sandbox, home))
        if stay is not None:
            stay(answer)
    return answer


def _publish(ctx: Context, sandbox: "Sandbox", say: Say, tick: Tick, shape: engine.Shape, corps: "Wanted | None" = None) -> dict[str, Any]:
    number = _add_accounts(ctx, sandbox, corps.offices if corps is not None else None)
    say(f"{number} accounts added")
    posts = []
    for file in [POST] if corps is None or corps.posts == 1 else _files(ctx.settings.home / "posts", corps.posts):
        scheduled = scheduling.schedule(ctx, file)
        if scheduled["id"] is None:
            raise UserError(f"The demo post has problems: {scheduled['problems'][0]['message']}")
        posts.append(scheduled["id"])
        say(f"post {scheduled['id']} scheduled for {scheduled['deliveries']} accounts")
    engine.run(ctx.settings, shape, until_idle=True, tick=lambda: tick(ctx, posts[-1]))
    rows = [row for post in posts for row in list_deliveries(ctx, post=post)]
    published = sum(row["state"] == "published" for row in rows)
    return {"post": posts[0], "posts": posts, "accounts": number, "published": published, "deliveries": rows}


def _files(folder: Path, number: int) -> Iterator[Path]:
    """As many post files. They begin with other words: a copied text is known by its words, hashtags at the end left out."""
    folder.mkdir(parents=True)
    for media in ("poster.jpg", "spot.mp4"):
        shutil.copy(POST.parent / media, folder)
    text = POST.read_text("utf-8")
    for index in range(1, number + 1):
        path = folder / f"post-{index}.toml"
        path.write_text(text.replace("#TemanPemilih", f"Kabar ke-{index}: #TemanPemilih"), "utf-8")
        yield path


def _endorse(
    ctx: Context, sandbox: "Sandbox", corps: "Wanted", out: Mapping[str, Any], say: Say, shape: engine.Shape, progress: "Progress"
) -> dict[str, Any]:
    from gaung.core.demo.story import Story
    from gaung.core.services.coverage import Ask, report

    def run() -> None:
        engine.run(ctx.settings, shape, until_idle=True)

    story = Story(ctx, sandbox, corps, say=say, run=run, progress=progress)
    made = story.register()
    return {"endorsement": {**made, **story.play(out["posts"])}, "coverage": report(ctx, Ask(post=out["post"]))}


def _unbounded(platform: "Platform") -> dict[str, Any]:
    """A demo looks within minutes at what is else looked at within weeks, so that no share of a day's requests may bound it."""
    return {field.name: 10**9 for field in platform.setting_fields if field.name in ("sweep_requests", "measure_requests")}


def _add_accounts(ctx: Context, sandbox: "Sandbox", most: int | None) -> int:
    """One `contoh_...` account for each office, or the first `most` of them, on each platform that has a sandbox."""
    number = 0
    for office in office_service.list_offices(ctx)[:most]:
        handle = "contoh_kpu_" + office["name"].removeprefix("KPU ").lower().replace(" ", "_")
        for index, (platform, side) in enumerate(sandbox.platforms.items(), 1):
            made = side.add_account(f"{index}{office['code'].replace('.', ''):0<8}", handle)
            where = {"office": office["code"], "platform": platform, "external_id": made.external_id, "handle": made.handle}
            account_service.add(ctx, **where, values=made.credentials, where="the sandbox's credentials")
            number += 1
    return number


def _refuse_used(home: Path) -> None:
    """Contoh accounts must never get into a database that people work with."""
    settings = load(home)
    if settings.database_url.startswith("sqlite"):
        if home.is_dir() and any(home.iterdir()):
            raise UserError(f"The demo needs an empty home, and {home} is not empty.", "Leave --home out, or name a new folder.")
        return
    _refuse_used_database(settings)


def _refuse_used_database(settings: "Settings") -> None:
    from sqlalchemy import inspect

    store = Store(settings.database_url, actor="gaung.demo")
    try:
        with store.read() as conn:
            used = inspect(conn).has_table("accounts") and conn.execute(select(func.count()).select_from(accounts)).scalar_one()
    finally:
        store.close()
    if used:
        raise UserError(f"The demo needs an empty database, and {store.shown_url} holds accounts.", "Unset GAUNG_DATABASE_URL.")


@contextlib.contextmanager
def _aimed_at(sandbox: "Sandbox", home: Path, more: Mapping[str, Mapping[str, Any]]) -> Iterator[None]:
    """Aim all plugins at the sandbox: in the environment, which beats what the user may have set, and in the home for later looks."""
    wanted: dict[str, str] = {}
    lines = ["# made by `gaung demo`; the sandbox ends with it, and starts anew (empty) with `gaung sandbox`"]
    for platform, side in sandbox.platforms.items():
        values: Mapping[str, Any] = {**side.settings(), "poll_seconds": 1, **more.get(platform, {})}
        lines += [f"\n[plugins.{platform}]", *(f"{key} = {_toml(value)}" for key, value in values.items())]
        wanted |= {f"GAUNG_PLUGINS__{platform.upper()}__{key.upper()}": str(value) for key, value in values.items()}
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / "gaung.toml").write_text("\n".join(lines) + "\n", "utf-8")
    before = {key: os.environ.get(key) for key in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value


def _toml(value: Any) -> str:
    return str(value) if isinstance(value, int | float) else '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _snapshot(sandbox: "Sandbox", home: Path) -> Path:
    from gaung.core.sandbox import snapshot

    return snapshot.write(sandbox, home / PAGE)
