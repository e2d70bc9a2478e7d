"""A receiver on loopback, and an engine whose only observer forwards to it."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import update

from gaung.core import http
from gaung.core.config import EngineSettings, load
from gaung.core.engine.context import Engine
from gaung.core.engine.observers import Observers
from gaung.core.store import events
from gaung.core.store.tables import cursors

SECRET = "rahasia-penerima-contoh-0123456789"


class Inbox:
    """Keeps what it is sent; `answers` says by number of request what it answers (status and headers), 200 to begin with."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.answers: Callable[[int], tuple[int, dict[str, str]]] = lambda _: (200, {})
        self.lock = threading.Lock()
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                with inbox.lock:
                    inbox.got.append({"path": self.path, "headers": dict(self.headers), "body": body})
                    number = len(inbox.got)
                status, headers = inbox.answers(number)
                try:
                    self.send_response(status)
                    for key, value in {"content-length": "2", **headers}.items():
                        self.send_header(key, value)
                    self.end_headers()
                    self.wfile.write(b"ok")
                except OSError:  # the sender is dead, or tired of waiting
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/gaung/masuk"

    def ids(self) -> list[str]:
        return [str(one["headers"]["webhook-id"]) for one in self.got]

    def told(self) -> list[Any]:
        return [json.loads(one["body"])["data"].get("days") for one in self.got]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class House:
    """An engine, its database, and what happens there."""

    def __init__(self, home: Path, database_url: str) -> None:
        self.home, self.database_url = home, database_url
        self.engines: list[Engine] = []

    def observers(self, **given: Any) -> Observers:
        """As a dispatcher that starts now has them."""
        settings = load(self.home)
        plugins = {"webhook": {**settings.plugins.get("webhook", {}), **given}}
        changed = {"engine": EngineSettings(retry_base=0.01), "plugins": plugins}
        placed = settings.model_copy(update=changed)
        self.engines.append(Engine(placed, "dispatcher"))
        return Observers(self.engines[-1])

    def happens(self, *numbers: int, name: str = "alert.raised", office: str | None = "18.01") -> None:
        with self.engines[-1].store.write() as conn:
            for number in numbers:
                events.emit(conn, name, office=office, data={"alert": "silent", "days": number})

    def forget(self) -> None:
        """As if so much time had gone by that nobody has the right to read."""
        with self.engines[-1].store.write() as conn:
            conn.execute(update(cursors).values(reading_until=None))


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    inbox = Inbox()
    yield inbox
    inbox.close()
    http.close()


@pytest.fixture
def house(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("GAUNG_DATABASE_URL", database_url)
    monkeypatch.setenv("GAUNG_SECRET_KEY", Fernet.generate_key().decode())
    house = House(tmp_path, database_url)
    yield house
    for engine in house.engines:
        engine.store.close()
