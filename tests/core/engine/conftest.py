"""A world for one engine in this process: a scripted platform, real database, real key, and the dispatcher's own statements."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import insert, select, update

from gaung.core.config import EngineSettings, Settings, load
from gaung.core.config.model import EndorsementSettings
from gaung.core.engine.broker import EmbeddedBroker
from gaung.core.engine.context import Engine
from gaung.core.engine.runner import Runner
from gaung.core.manager import Manager
from gaung.core.plugin_loading import Source
from gaung.core.posts.stored import to_json
from gaung.core.records import Content
from gaung.core.store import claims, events, pauses
from gaung.core.store.tables import accounts, contents, deliveries, offices, posts
from gaung.core.store.types import db_now
from gaung.core.testkit.looking import LookingWorld
from gaung.core.testkit.measuring import Counting, MeasuringWorld
from gaung.core.testkit.toy import Toy


class World:
    """Deliveries of one post on a toy platform. `tick` does what a dispatcher and a worker would do at this moment."""

    def __init__(self, engine: Engine, toy: Toy) -> None:
        self.engine, self.toy, self.store = engine, toy, engine.store
        self.runner = Runner(engine, "worker-of-the-test")
        self.lease = engine.settings.engine.lease
        self.first_look = engine.settings.engine.reconcile_after[0]

    def delivery(self, *, external_id: str = "a1", deadline_in: float = 3600, at_in: float = -1, priority: int = 5) -> int:
        """One scheduled delivery, on an account of its own unless the id was used before."""
        with self.store.write() as conn:
            account = conn.execute(select(accounts.c.id).where(accounts.c.external_id == external_id)).scalar()
            account = account or self._account(conn, external_id)
            times = {"at": db_now(at_in), "deadline_at": db_now(deadline_in)}
            base: dict[str, Any] = {
                "title": "t",
                "purpose": "edukasi",
                "origin": "provinsi",
                "document": {},
                "created_by": "test",
                "created_at": db_now(),
            }
            post = conn.execute(insert(posts).values(**base, **times).returning(posts.c.id)).scalar_one()
            body = to_json(Content(format="text", title="t", text="halo"))
            content = conn.execute(insert(contents).values(post_id=post, digest="d", body=body).returning(contents.c.id)).scalar_one()
            row = {"post_id": post, "account_id": account, "content_id": content, "office": "18", "platform": self.toy.name}
            row |= {"state": "scheduled", "priority": priority, "checkpoints": {}, "updated_at": db_now(), "due_at": db_now(at_in)}
            return int(conn.execute(insert(deliveries).values(**row, **times).returning(deliveries.c.id)).scalar_one())

    def _account(self, conn: Any, external_id: str) -> int:
        sealed = self.engine.box.seal({"token": f"token-of-{external_id}"})
        row: dict[str, Any] = {"office": "18", "platform": self.toy.name, "external_id": external_id, "handle": f"contoh_{external_id}"}
        row |= {"status": "active", "credentials": sealed, "limits": {}, "info": {}, "created_at": db_now(), "updated_at": db_now()}
        return int(conn.execute(insert(accounts).values(**row).returning(accounts.c.id)).scalar_one())

    def claim(self, limit: int = 100) -> list[claims.Claim]:
        """What a dispatcher would claim now."""
        with self.store.write() as conn:
            paused = pauses.active(conn)
            claims.hold(conn, paused)
            return claims.claim(conn, self.toy.name, limit, self.lease, paused)

    def tick(self) -> int:
        """Sweep, claim and work once; answers how many deliveries were worked on."""
        with self.store.write() as conn:
            pauses.expire(conn)
            pauses.free(conn)
            claims.sweep(conn, self.first_look)
            claims.miss(conn)
        found = self.claim()
        for claim in found:
            self.runner.run(claim.id, claim.lease)
        return len(found)

    def settle(self, seconds: float = 20) -> None:
        """Tick until nothing moves by itself."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.tick()
            with self.store.read() as conn:
                if claims.busy(conn) == 0:
                    return
            time.sleep(0.01)
        raise AssertionError("still busy")

    def row(self, delivery: int) -> Any:
        """The delivery's row."""
        with self.store.read() as conn:
            return conn.execute(select(deliveries).where(deliveries.c.id == delivery)).one()

    def change(self, delivery: int, **values: Any) -> None:
        """Change a row behind everybody's back, as time or an accident would."""
        with self.store.write() as conn:
            conn.execute(update(deliveries).where(deliveries.c.id == delivery).values(**values))

    def account_row(self, delivery: int) -> Any:
        """The row of the delivery's account."""
        with self.store.read() as conn:
            return conn.execute(select(accounts).where(accounts.c.id == self.row(delivery).account_id)).one()

    def told(self, delivery: int) -> list[str]:
        """Names of the delivery's events, oldest first."""
        with self.store.read() as conn:
            return [event.event for event in events.history(conn, delivery=delivery)]


Make = Callable[..., World]
Configured = Callable[..., Settings]


@pytest.fixture
def configured(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Configured:
    """Settings of a home with a database and a key of its own; parts of them by keyword (`engine`, `endorsement`)."""

    def settings(**parts: Any) -> Settings:
        monkeypatch.setenv("GAUNG_DATABASE_URL", database_url)
        monkeypatch.setenv("GAUNG_SECRET_KEY", Fernet.generate_key().decode())
        return load(tmp_path).model_copy(update=parts)

    return settings


def engine_of_18(settings: Settings, source: Source) -> Engine:
    """A worker's engine that knows one plugin and one office."""
    engine = Engine(settings, "worker")
    engine.manager = Manager([source])
    with engine.store.write() as conn:
        conn.execute(insert(offices).values(code="18", name="KPU Provinsi Lampung", level="province", created_at=db_now()))
    return engine


@pytest.fixture
def make_world(configured: Configured) -> Iterator[Make]:
    """Make a world; engine settings by keyword (`lease`, `retry_base`, `reconcile_after`)."""
    worlds: list[World] = []

    def make(*, marks_mutation: bool = True, **engine_settings: Any) -> World:
        quick: dict[str, Any] = {"retry_base": 0.01, "reconcile_after": [0.02, 0.05, 0.1], "sweep": 0.1}
        toy = Toy(marks_mutation=marks_mutation)
        engine = engine_of_18(configured(engine=EngineSettings(**(quick | engine_settings))), toy.source())
        worlds.append(World(engine, toy))
        return worlds[-1]

    yield make
    for world in worlds:
        world.runner.close()
        world.store.close()


@pytest.fixture
def world(make_world: Make) -> World:
    """A world with quick retries."""
    return make_world()


MakeLooking = Callable[..., LookingWorld]


@pytest.fixture
def make_looking(configured: Configured) -> Iterator[MakeLooking]:
    """Make a world of chores; settings by keyword: `hours`, `batch`, and those of the engine."""
    worlds: list[LookingWorld] = []

    def make(*, hours: tuple[float, ...] = (1, 3, 12), batch: int = 25, **engine_settings: Any) -> LookingWorld:
        settings = configured(
            engine=EngineSettings(**({"retry_base": 0.01, "sweep": 0.1} | engine_settings)),
            endorsement=EndorsementSettings(sweep_hours=list(hours), batch=batch),
        )
        worlds.append(LookingWorld(settings, Toy(looks=True)))
        return worlds[-1]

    yield make
    for world in worlds:
        world.close()


@pytest.fixture
def looking(make_looking: MakeLooking) -> LookingWorld:
    """A world of chores with quick retries."""
    return make_looking()


MakeMeasured = Callable[..., MeasuringWorld]


@pytest.fixture
def make_measured(configured: Configured) -> Iterator[MakeMeasured]:
    """Make a world that is measured; so many publications `together`."""
    made: list[MeasuringWorld] = []

    def build(together: int = 2) -> MeasuringWorld:
        plugin = Counting()
        plugin.together = together
        engine = engine_of_18(configured(), Source(name="toy", package="toys", version="1", load=lambda: plugin))
        made.append(MeasuringWorld(engine, plugin))
        return made[-1]

    yield build
    for world in made:
        world.worker.close()
        world.store.close()


@pytest.fixture
def measured(make_measured: MakeMeasured) -> MeasuringWorld:
    """A world that is measured, two publications together."""
    return make_measured()


@pytest.fixture
def broker_url() -> Iterator[str]:
    """A broker of the test's own."""
    broker = EmbeddedBroker()
    process = subprocess.Popen(broker.command())
    broker.wait(process)
    yield broker.url
    process.terminate()
    process.wait()
    broker.close()
