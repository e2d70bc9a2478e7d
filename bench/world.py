"""A home on a fresh PostgreSQL and Redis-protocol server, with as many accounts as asked for, and what runs on it."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from gaung.core.config import Settings, load
from gaung.core.engine.broker import EmbeddedBroker
from gaung.core.engine.supervisor import python
from gaung.core.posts.stored import to_json
from gaung.core.records import Content
from gaung.core.secrets import create_key, load_box
from gaung.core.store import migrate
from gaung.core.store.db import Store
from gaung.core.store.tables import accounts, contents, deliveries, offices, posts
from gaung.core.store.types import db_now
from gaung.core.testkit.postgres import PostgresServer

HERE = Path(__file__).parent
ACCOUNTS = 11_520
_CHUNK = 2_000


class World:
    """Everything a measurement needs; `close` ends it."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="gaung-bench-"))
        self.postgres = PostgresServer(durable=True).start()
        self.broker = EmbeddedBroker()
        self._broker = subprocess.Popen(self.broker.command(), stdout=subprocess.DEVNULL)
        self.broker.wait(self._broker)
        self.env = {
            "GAUNG_DATABASE_URL": self.postgres.url(),
            "GAUNG_BROKER_URL": self.broker.url,
            "PYTHONPATH": str(HERE / "plugin"),
        }
        os.environ.update(self.env)
        sys.path.insert(0, str(HERE / "plugin"))
        self.settings: Settings = load(self.home)
        create_key(self.settings)
        self.store = Store(self.settings.database_url, actor="bench")
        migrate.upgrade(self.store)

    def close(self) -> None:
        """End the servers and remove the home."""
        self.store.close()
        self._broker.terminate()
        self._broker.wait()
        self.broker.close()
        self.postgres.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def add_accounts(self, number: int = ACCOUNTS, platform: str = "bench") -> list[int]:
        """Accounts of one office."""
        sealed = load_box(self.settings).seal({"access_token": "bench-token-0123456789"})
        base = {"office": "18", "platform": platform, "status": "active", "credentials": sealed, "limits": {}, "info": {}}
        with self.store.write() as conn:
            if conn.execute(select(func.count()).select_from(offices)).scalar_one() == 0:
                conn.execute(insert(offices).values(code="18", name="KPU Provinsi Lampung", level="province", created_at=db_now()))
            made = insert(accounts).values(created_at=db_now(), updated_at=db_now()).returning(accounts.c.id)
            rows = [{**base, "external_id": f"b{index}", "handle": f"contoh_{index}"} for index in range(number)]
            return [found for start in range(0, number, _CHUNK) for found in conn.execute(made, rows[start : start + _CHUNK]).scalars()]

    def schedule(self, targets: list[int], *, in_seconds: float = 0.0, spread: float = 0.0, platform: str = "bench") -> None:
        """One post for these accounts, due `in_seconds` from now, spread over `spread` seconds."""
        with self.store.write() as conn:
            times = {"at": db_now(in_seconds), "deadline_at": db_now(in_seconds + 86_400)}
            base = {"title": "t", "purpose": "edukasi", "origin": "provinsi", "document": {}, "created_by": "bench"}
            post = conn.execute(insert(posts).values(**base, **times, created_at=db_now()).returning(posts.c.id)).scalar_one()
            body = to_json(Content(format="text", title="t", text="halo"))
            content = conn.execute(insert(contents).values(post_id=post, digest="d", body=body).returning(contents.c.id)).scalar_one()
            now = conn.execute(select(db_now())).scalar_one()
            row: dict[str, Any] = {"post_id": post, "content_id": content, "office": "18", "platform": platform, "state": "scheduled"}
            row |= {"priority": 5, "checkpoints": {}}
            from datetime import timedelta

            for start in range(0, len(targets), _CHUNK):
                rows = []
                for index, account in enumerate(targets[start : start + _CHUNK], start):
                    at = now + timedelta(seconds=in_seconds + spread * index / len(targets))
                    rows.append({**row, "account_id": account, "at": at, "due_at": at, "deadline_at": at + timedelta(days=1)})
                conn.execute(insert(deliveries).values(updated_at=db_now()), rows)

    @contextlib.contextmanager
    def engine(self, *, processes: int, threads: int, env: dict[str, str]) -> Iterator[None]:
        """A dispatcher and workers, as `gaung dispatcher` and `gaung worker` would run them."""
        child = "gaung.core.engine.child"
        common = ["--home", self.home, "--broker", self.broker.url, "--stderr-level", "40"]
        full = {**os.environ, **env}
        worker = [*common, "--threads", threads, "--platform", "bench"]
        running = [subprocess.Popen(python(child, "worker", *worker), env=full) for _ in range(processes)]
        self.wait_for_workers(processes)
        running.append(subprocess.Popen(python(child, "dispatcher", *common), env=full))
        try:
            yield
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait()

    def wait_for_workers(self, number: int) -> None:
        """Until that many processes have shown up."""
        from gaung.core.engine import presence

        while True:
            with self.store.read() as conn:
                if len(presence.alive(conn, "worker")) >= number:
                    return
            time.sleep(0.1)

    def count(self, state: str) -> int:
        """Deliveries in a state."""
        with self.store.read() as conn:
            return conn.execute(select(func.count()).select_from(deliveries).where(deliveries.c.state == state)).scalar_one()

    def clear(self) -> None:
        """Forget posts and deliveries."""
        self.postgres.execute("TRUNCATE posts, contents, deliveries, attempts, publications, events, workers CASCADE")


@contextlib.contextmanager
def server(delay: float) -> Iterator[str]:
    """The bench server in a process of its own; its URL."""
    process = subprocess.Popen([sys.executable, str(HERE / "server.py"), str(delay)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
