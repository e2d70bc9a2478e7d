"""Services on real databases of both kinds, with two scripted platforms."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, update

from gaung.core.config import load
from gaung.core.manager import Manager
from gaung.core.services import accounts, offices, scheduling
from gaung.core.services.context import Context
from gaung.core.store import events
from gaung.core.store.db import Store
from gaung.core.store.tables import deliveries
from gaung.core.testkit.ledger import Social, add_post, all_of, publish
from gaung.core.testkit.lists import List
from gaung.core.testkit.registry import add_member, seed_areas
from gaung.core.testkit.toy import Toy

POST = """
title = "Cek DPT Online"
text = "#TemanPemilih, sudah terdaftar?"
purpose = "{purpose}"
origin = "provinsi"
{more}
[to]
offices = {offices}
platforms = {platforms}
"""


class World:
    """A person's context, and shorthand for what tests need again and again."""

    def __init__(self, ctx: Context, toys: dict[str, Toy], folder: Path) -> None:
        self.ctx, self.toys, self.folder = ctx, toys, folder

    def account(self, office: str = "18", platform: str = "toy", external_id: str = "") -> int:
        """A new account."""
        external_id = external_id or f"{platform}-{office}"
        values = {"token": f"token-of-{external_id}"}
        done = accounts.add(
            self.ctx, office=office, platform=platform, external_id=external_id, handle=f"contoh_{external_id}", values=values, where="test"
        )
        return int(done["id"])

    def file(self, *, offices: str = '["all"]', platforms: str = '["toy"]', purpose: str = "edukasi", more: str = "") -> Path:
        """A post file."""
        path = self.folder / "post.toml"
        path.write_text(POST.format(offices=offices, platforms=platforms, purpose=purpose, more=more), "utf-8")
        return path

    def post(self, **said: Any) -> int:
        """A scheduled post for every account of toy."""
        return int(scheduling.schedule(self.ctx, self.file(**said))["id"])

    def rows(self, post: int) -> list[Any]:
        """The post's deliveries as they are in the database."""
        with self.ctx.store.read() as conn:
            return list(conn.execute(select(deliveries).where(deliveries.c.post_id == post).order_by(deliveries.c.id)))

    def set(self, delivery: int, **values: Any) -> None:
        """Put a delivery into a state, as the engine would."""
        if values:
            with self.ctx.store.write() as conn:
                conn.execute(update(deliveries).where(deliveries.c.id == delivery).values(**values))

    def told(self, **wanted: Any) -> list[str]:
        """Names of events in the order of commits, of one delivery or post."""
        with self.ctx.store.read() as conn:
            return [event.event for _, event in events.read_from(conn, (-1, 0), 10_000, **wanted)]


@pytest.fixture
def world(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Offices of Lampung, platforms `toy` and `other`, nobody's account yet."""
    monkeypatch.setenv("GAUNG_SECRET_KEY", Fernet.generate_key().decode())
    monkeypatch.setenv("GAUNG_ACTOR", "tim-konten")
    toys = {name: Toy(name) for name in ("toy", "other")}
    with store.write() as conn:
        offices.seed(conn)
    ctx = Context(load(tmp_path), store=store, manager=Manager([toy.source() for toy in toys.values()]))
    yield World(ctx, toys, tmp_path)
    ctx.close()


@pytest.fixture
def lists(world: World) -> List:
    """Areas, and lists of members to import."""
    return List(world.ctx, world.folder)


@pytest.fixture
def scoped(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], World]:
    """The same world as one office sees it."""

    def see(code: str) -> World:
        monkeypatch.setenv("GAUNG_OFFICE", code)
        ctx = Context(world.ctx.settings, store=world.ctx.store, manager=world.ctx.manager)
        return World(ctx, world.toys, world.folder)

    return see


class Echo:
    """One post on `toy` (which proves links) and `mute` (which cannot), not on `none`; members of two offices, one without consent."""

    def __init__(self, ctx: Context, toys: dict[str, Social], folder: Path) -> None:
        self.ctx, self.toys, self.folder = ctx, toys, folder
        with ctx.store.write() as conn:
            seed_areas(conn)
            self.post = add_post(conn, title="Cek DPT Online")
            self.ours = {office: publish(conn, self.post, office=office) for office in ("18", "18.01")}
            publish(conn, self.post, "mute")
            self.members = {
                "A-0001": add_member(conn, "A-0001", toy="contoh_agt_siti"),
                "A-0002": add_member(conn, "A-0002", office="18.02", area="18.02.01.2001", toy="contoh_agt_budi"),
                "A-0003": add_member(conn, "A-0003", agreed=False),
            }

    def link(self, number: int = 1, author: str = "contoh_agt_siti", platform: str = "toy") -> str:
        """A post of a member."""
        return f"https://{platform}.example/{author}/posts/{number}"

    def rows(self, table: Any) -> list[Any]:
        """All rows of a table."""
        with self.ctx.store.read() as conn:
            return list(all_of(conn, table))

    def events(self) -> list[Any]:
        """All events."""
        with self.ctx.store.read() as conn:
            return [event for _, event in events.read_from(conn, (-1, 0), 10_000)]


@pytest.fixture
def echo(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Echo]:
    """What members hand in."""
    from gaung.core.ledger import cells

    monkeypatch.setenv("GAUNG_SECRET_KEY", Fernet.generate_key().decode())
    monkeypatch.setenv("GAUNG_ACTOR", "rina")
    toys = {"toy": Social("toy"), "mute": Social("mute", verifies=False), "none": Social("none")}
    with store.write() as conn:
        offices.seed(conn)
    store.actor = "rina"
    ctx = Context(load(tmp_path), store=store, manager=Manager([toy.source() for toy in toys.values()]))
    yield Echo(ctx, toys, tmp_path)
    with store.read() as conn:
        assert cells.differences(conn) == [], "the rollup differs from a recount"
    ctx.close()


@pytest.fixture
def seen_by(echo: Echo, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Context]:
    """The context of one office."""

    def see(code: str) -> Context:
        monkeypatch.setenv("GAUNG_OFFICE", code)
        return Context(echo.ctx.settings, store=echo.ctx.store, manager=echo.ctx.manager)

    return see
