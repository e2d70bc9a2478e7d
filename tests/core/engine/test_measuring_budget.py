"""Measuring within the calls of a day: of a batch that does not fit, as much is asked as does, and what is not sent costs nothing."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import delete, insert

from gaung.core import http
from gaung.core.config import load
from gaung.core.engine.context import Engine
from gaung.core.manager import Manager
from gaung.core.markers import hookimpl
from gaung.core.plugin_loading import Source
from gaung.core.records import Field, Measured, Platform, Publication
from gaung.core.store.ledger_tables import spent_requests
from gaung.core.store.tables import offices
from gaung.core.store.types import db_now
from gaung.core.testkit.measuring import Counting, MeasuringWorld


class Costly(Counting):
    """Each post costs three calls, which go out in requests of so many."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.together, self.cost, self.largest = url, 16, 3, 50
        self.calls = 0

    @hookimpl
    def gaung_platform(self) -> Platform:
        return replace(super().gaung_platform(), setting_fields=(Field(name="measure_requests", help="calls a day", kind="int"),))

    @hookimpl
    def gaung_measure_publications(self, publications: Sequence[Publication]) -> Measured:
        needs = self.cost * len(publications)
        for start in range(0, needs, self.largest):
            http.call("POST", self.url, effect=http.Effect.READ, calls=min(self.largest, needs - start))
            self.calls += min(self.largest, needs - start)
        return super().gaung_measure_publications(publications)


Make = Callable[[int], MeasuringWorld]


@pytest.fixture
def make(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Make a world that may send so many calls a day."""
    monkeypatch.setenv("GAUNG_DATABASE_URL", database_url)
    monkeypatch.setenv("GAUNG_SECRET_KEY", Fernet.generate_key().decode())

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    worlds: list[MeasuringWorld] = []

    def build(limit: int) -> MeasuringWorld:
        plugin = Costly(f"http://127.0.0.1:{server.server_port}")
        engine = Engine(load(tmp_path).model_copy(update={"plugins": {"toy": {"measure_requests": limit}}}), "worker")
        engine.manager = Manager([Source(name="toy", package="toys", version="1", load=lambda: plugin)])
        with engine.store.write() as conn:
            conn.execute(insert(offices).values(code="18", name="KPU Provinsi Lampung", level="province", created_at=db_now()))
        worlds.append(MeasuringWorld(engine, plugin))
        return worlds[-1]

    yield build
    for world in worlds:
        world.worker.close()
        world.store.close()
    server.shutdown()
    server.server_close()
    http.close()


def batches(world: MeasuringWorld) -> list[int]:
    """How many posts were asked about, question by question; those that were not sent left out."""
    return [len(asked) for asked in world.plugin.asked if asked != "account"]


def spent(world: MeasuringWorld) -> int:
    """Calls of today, as the database says."""
    with world.store.read() as conn:
        return sum(row.requests for row in conn.execute(spent_requests.select()))


def next_day(world: MeasuringWorld) -> None:
    """As if the share of a new day had begun."""
    with world.store.write() as conn:
        conn.execute(delete(spent_requests))
    world.hours_pass(0)


def test_a_batch_that_does_not_fit_is_made_as_large_as_what_is_left(make: Make) -> None:
    world = make(80)
    made = world.publish(*[2] * 30)
    world.plugin.views = dict.fromkeys(made, 7)
    world.run()
    assert batches(world) == [16, 10]
    assert (world.plugin.calls, spent(world)) == (78, 78)  # type: ignore[attr-defined]
    next_day(world)
    world.run()
    assert batches(world) == [16, 10, 4]
    assert {row.value for row in world.rows("views")} == {7}
    assert len(world.rows("views")) == 30


def test_a_share_below_one_batch_measures_some_posts_every_day(make: Make) -> None:
    world = make(10)
    made = world.publish(*[2] * 8)
    world.plugin.views = dict.fromkeys(made, 7)
    for _ in range(3):
        world.run()
        next_day(world)
    assert batches(world) == [3, 3, 2]
    assert len(world.rows("views")) == 8


def test_a_share_that_half_of_a_question_uses_up_measures_the_next_day(make: Make) -> None:
    world = make(30)
    made = world.publish(*[2] * 16)
    world.plugin.views, world.plugin.largest = dict.fromkeys(made, 7), 30  # type: ignore[attr-defined]
    world.run()
    assert (batches(world), spent(world)) == ([], 30)
    next_day(world)
    world.run()
    assert batches(world) == [8, 2]


def test_a_share_that_suffices_for_not_one_post_sends_nothing_and_waits(make: Make) -> None:
    world = make(2)
    world.publish(2, 2)
    world.run()
    assert (batches(world), spent(world)) == ([], 0)
    assert world.chore().error_code == "BudgetSpent"
    assert world.run() == 0
