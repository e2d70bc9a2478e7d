"""A request that carries several calls is counted as several, and not sent where one of them may not be."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from gaung.core import http
from gaung.core.clock import now
from gaung.core.engine.budget import Budget, BudgetSpent
from gaung.core.http import Effect
from gaung.core.store import budgets
from gaung.core.store.db import Store


@pytest.fixture
def got() -> Iterator[tuple[str, list[str]]]:
    """Address of a server that answers everything, and what came."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/batch", paths
    server.shutdown()
    server.server_close()
    http.close()


def test_a_watch_is_told_of_every_call_and_of_one_answer(got: tuple[str, list[str]]) -> None:
    told: list[bool] = []
    with http.watched(lambda _method, _url, _effect, reply: told.append(reply is None)):
        http.call("POST", got[0], effect=Effect.READ, calls=3)
    assert told == [True, True, True, False]


def test_a_budget_counts_every_call_and_lets_no_request_out_that_is_too_large(got: tuple[str, list[str]], store: Store) -> None:
    url, paths = got
    budget = Budget(store, "measure:app:toy:", 50, now())
    with http.spending(budget.spend):
        http.call("POST", url, effect=Effect.READ, calls=48)
        assert (budget.sent, len(paths)) == (48, 1)
        with pytest.raises(BudgetSpent) as spent:
            http.call("POST", url, effect=Effect.READ, calls=48)
        assert (spent.value.left, spent.value.needed, len(paths)) == (2, 96, 1)
        http.call("POST", url, effect=Effect.READ, calls=1)
    assert len(paths) == 2
    with store.write() as conn:
        budget.settle(conn)
        assert budgets.spent(conn, budgets.day_of(now())) == {"measure:app:toy:": 49}, "what was not sent costs nothing"
