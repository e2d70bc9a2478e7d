"""The requests that looks may send in a day: counted as they are really sent, never more than allowed, and the rest waits for tomorrow."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from gaung.core import http
from gaung.core.store import budgets
from gaung.core.store.ledger_tables import spent_requests
from gaung.core.store.tables import accounts
from gaung.core.testkit.looking import LookingWorld, found
from gaung.core.testkit.registry import add_member


class Counting:
    """A platform that answers everything and counts."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.requests.append(self.path)
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def asks(self, number: int) -> Any:
        """An answer that takes so many requests."""

        def ask(*_: Any) -> Any:
            for place in range(number):
                http.call("GET", f"{self.url}/{place}", effect=http.Effect.READ)
            return found()

        return ask


@pytest.fixture
def counting() -> Iterator[Counting]:
    """A server of the test's own."""
    made = Counting()
    yield made
    made.server.shutdown()
    made.server.server_close()
    http.close()


def limited(world: LookingWorld, requests: int) -> None:
    """Allow so many requests a day."""
    changed = world.settings.model_copy(update={"plugins": {"toy": {"sweep_requests": requests}}})
    world.engine.settings = changed
    world.engine.switchboard._settings = changed


def sweeps(world: LookingWorld, number: int) -> list[int]:
    """Publications whose look is due."""
    made = [world.publication(external_id=f"p{place}", hours_ago=2) for place in range(number)]
    world.plan_sweeps()
    return made


def spent(world: LookingWorld) -> dict[str, int]:
    """What the database says was sent, by scope."""
    return {row.scope: row.requests for row in world.rows(spent_requests)}


def test_requests_are_counted_as_they_are_sent_even_without_a_limit(looking: LookingWorld, counting: Counting) -> None:
    sweeps(looking, 2)
    looking.toy.answers["find_reshares"] = counting.asks(3)
    looking.tick()
    assert (len(counting.requests), spent(looking)) == (6, {"app:toy:": 6})
    assert [event.data["requests"] for event in looking.told("sweep.done")] == [3, 3]


def test_what_is_left_over_is_given_back(looking: LookingWorld, counting: Counting) -> None:
    limited(looking, 100)
    sweeps(looking, 3)
    looking.toy.answers["find_reshares"] = counting.asks(12)
    looking.tick()
    assert (len(counting.requests), spent(looking)) == (36, {"app:toy:": 36})


def test_when_the_share_is_spent_looks_wait_for_the_next_day(looking: LookingWorld, counting: Counting) -> None:
    limited(looking, 7)
    made = sweeps(looking, 4)
    looking.toy.answers["find_reshares"] = counting.asks(3)
    looking.tick()
    assert (len(counting.requests), spent(looking)) == (7, {"app:toy:": 7})
    rows = [looking.chore("sweep", publication) for publication in made]
    waiting = [row for row in rows if row.error_code == "BudgetSpent"]
    midnight = budgets.next_day(waiting[0].updated_at)
    assert len(waiting) == 2
    assert all(midnight <= row.due_at < midnight + timedelta(minutes=11) for row in waiting)
    assert {row.tries for row in waiting} == {0}
    assert (looking.tick(), looking.busy()) == (0, 0)


def test_zero_sends_nothing(looking: LookingWorld, counting: Counting) -> None:
    limited(looking, 0)
    sweeps(looking, 2)
    looking.toy.answers["find_reshares"] = counting.asks(1)
    looking.tick()
    assert counting.requests == []


def test_a_new_day_has_a_share_of_its_own(looking: LookingWorld, counting: Counting) -> None:
    limited(looking, 3)
    [publication] = sweeps(looking, 1)
    with looking.store.write() as conn:
        budgets.take(conn, "app:toy:", "2020-01-01", 3, 3)
    looking.toy.answers["find_reshares"] = counting.asks(3)
    looking.tick()
    assert looking.chore("sweep", publication).error_kind is None


def test_offices_with_an_app_of_their_own_have_a_share_of_their_own(looking: LookingWorld, counting: Counting) -> None:
    limited(looking, 3)
    for office in ("18.01", "18.02"):
        looking.publication(account=looking.account(office), external_id=f"of-{office}", hours_ago=2)
    with looking.store.write() as conn:
        conn.execute(update(accounts).where(accounts.c.office == "18.02").values(app_scope="another"))
    looking.plan_sweeps()
    looking.toy.answers["find_reshares"] = counting.asks(3)
    looking.tick()
    assert spent(looking) == {"app:toy:": 3, "app:toy:another": 3}


def test_many_workers_together_send_no_more_than_they_may(looking: LookingWorld, counting: Counting) -> None:
    limited(looking, 25)
    sweeps(looking, 8)
    looking.toy.answers["find_reshares"] = counting.asks(5)
    claims = looking.claim()
    threads = [threading.Thread(target=looking.chores.run, args=(claim.id, claim.lease)) for claim in claims]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counting.requests) <= 25
    assert spent(looking) == {"app:toy:": len(counting.requests)}


def test_a_batch_that_needs_more_than_a_day_allows_is_made_smaller(make_looking: Any, counting: Counting) -> None:
    world: LookingWorld = make_looking(batch=8)
    limited(world, 10)
    account = world.account("18.01")
    with world.store.write() as conn:
        for number in range(8):
            add_member(conn, f"A-{number:04}", toy=f"contoh_agt_{number}")
    world.publication(account=account, hours_ago=2)
    world.plan()
    world.toy.answers["scan_profiles"] = lambda _account, profiles, *_: counting.asks(2 * len(profiles))()
    days = 0
    while not world.told("sweep.done") and days < 10:
        while world.tick():
            pass
        days += 1
        with world.store.write() as conn:
            conn.execute(spent_requests.delete())
        world.change(world.chore("scan", account).id, due_at=datetime.now(UTC))
    assert world.told("sweep.done"), "each day gets a little further"


def test_a_day_is_utcs() -> None:
    late = datetime(2026, 11, 24, 23, 59, tzinfo=UTC)
    assert budgets.day_of(late) == "2026-11-24"
    assert budgets.next_day(late) == datetime(2026, 11, 25, tzinfo=UTC)
    assert budgets.day_of(late.astimezone(ZoneInfo("Asia/Jakarta"))) == "2026-11-24"
