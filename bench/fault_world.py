"""What a fault case works on: PostgreSQL, a broker and workers that may be killed, and a sandbox that counts."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from gaung.core import manager
from gaung.core.config import load
from gaung.core.engine import presence
from gaung.core.engine.broker import EmbeddedBroker
from gaung.core.engine.supervisor import python
from gaung.core.posts.stored import to_json
from gaung.core.records import Content
from gaung.core.sandbox import server
from gaung.core.sandbox.world import World as SandboxWorld
from gaung.core.secrets import create_key, load_box
from gaung.core.store import claims, migrate
from gaung.core.store.db import Store, gone
from gaung.core.store.tables import accounts, contents, deliveries, events, offices, posts
from gaung.core.store.types import db_now
from gaung.core.testkit.postgres import PostgresServer

PLATFORM = "facebook"
PROCESSES = 2
QUICK = {
    "GAUNG_ENGINE__LEASE": "3",
    "GAUNG_ENGINE__SWEEP": "0.5",
    "GAUNG_ENGINE__RETRY_BASE": "0.5",
    "GAUNG_ENGINE__RECONCILE_AFTER": "[0.5, 1.5, 3]",
    "GAUNG_ENGINE__HTTP_TIMEOUT": "20",
}


class FaultWorld:
    """One case's own servers and home; nothing is shared between cases."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.threads = 16 if number >= 500 else 4  # few enough that a small wave does not fit into the workers' hands at once
        self.home = Path(tempfile.mkdtemp(prefix="gaung-faults-"))
        self.postgres = PostgresServer(durable=True).start()
        self.broker = EmbeddedBroker()
        self._broker: subprocess.Popen[bytes] | None = None
        self.start_broker()
        platform = manager.load().platform(PLATFORM)
        quotas = dict.fromkeys(("facebook.reels", "facebook.calls"), 10**9)
        self.sandbox = server.start([platform], world=SandboxWorld(quotas=quotas), keep=0)
        self.faked = self.sandbox.sandbox.platforms[PLATFORM]
        self.env = {**QUICK, "GAUNG_DATABASE_URL": self.postgres.url(), "GAUNG_BROKER_URL": self.broker.url}
        self.env |= {f"GAUNG_PLUGINS__{PLATFORM.upper()}__{key.upper()}": str(value) for key, value in self.faked.settings().items()}
        self.env[f"GAUNG_PLUGINS__{PLATFORM.upper()}__POLL_SECONDS"] = "0.2"
        os.environ.update(self.env)
        self.settings = load(self.home)
        create_key(self.settings)
        self.store = Store(self.settings.database_url, actor="faults")
        migrate.upgrade(self.store)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    # servers and processes

    def start_broker(self) -> None:
        """Start the broker on the same socket as before."""
        self._broker = subprocess.Popen(self.broker.command(), stdout=subprocess.DEVNULL)
        self.broker.wait(self._broker)

    def kill_broker(self) -> None:
        """kill -9."""
        assert self._broker is not None
        self._broker.kill()
        self._broker.wait()

    def start_engine(self) -> None:
        """`gaung worker` and `gaung dispatcher`, each as a process of its own."""
        common = ["--home", self.home, "--broker", self.broker.url, "--stderr-level", "50"]
        worker = [*common, "--threads", self.threads, "--platform", PLATFORM]
        for index in range(PROCESSES):
            self._start(f"worker{index}", python("gaung.core.engine.child", "worker", *worker))
        self._start("dispatcher", python("gaung.core.engine.child", "dispatcher", *common))

    def _start(self, name: str, command: list[str]) -> None:
        self.processes[name] = subprocess.Popen(command, env={**os.environ, **self.env})

    def kill(self, name: str) -> None:
        """kill -9, and start it again as the supervisor does."""
        process = self.processes[name]
        process.kill()
        process.wait()
        self._start(name, [str(part) for part in process.args])  # type: ignore[union-attr]

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal."""
        self.processes[name].send_signal(number)

    def ready(self) -> None:
        """Wait until all workers have shown up."""
        self.until(lambda: len(self._alive()) >= PROCESSES, 60)

    def _alive(self) -> list[dict[str, Any]]:
        with self.store.read() as conn:
            return presence.alive(conn, "worker")

    def close(self) -> None:
        """End everything."""
        for process in self.processes.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self.processes.values():
            process.wait()
        self.store.close()
        self.sandbox.stop()
        if self._broker is not None:
            self._broker.terminate()
            self._broker.wait()
        self.broker.close()
        self.postgres.close()
        shutil.rmtree(self.home, ignore_errors=True)
        for key in self.env:
            os.environ.pop(key, None)

    # work and its count

    def schedule(self, content: Content) -> None:
        """One post for `number` accounts, due now."""
        box = load_box(self.settings)
        stamps = {"created_at": db_now(), "updated_at": db_now()}
        with self.store.write() as conn:
            conn.execute(insert(offices).values(code="18", name="KPU Provinsi Lampung", level="province", created_at=db_now()))
            rows = []
            for index in range(self.number):
                made = self.faked.add_account(str(100_000 + index), f"contoh_{index}")
                row = {"office": "18", "platform": PLATFORM, "external_id": made.external_id, "handle": made.handle, "status": "active"}
                rows.append({**row, "credentials": box.seal(made.credentials), "limits": {}, "info": {}})
            ids = conn.execute(insert(accounts).values(**stamps).returning(accounts.c.id), rows).scalars().all()
            times = {"at": db_now(), "deadline_at": db_now(3600)}
            base = {"title": "t", "purpose": "edukasi", "origin": "provinsi", "document": {}, "created_by": "faults"}
            post = conn.execute(insert(posts).values(**base, **times, created_at=db_now()).returning(posts.c.id)).scalar_one()
            made_content = insert(contents).values(post_id=post, digest="d", body=to_json(content)).returning(contents.c.id)
            content_id = conn.execute(made_content).scalar_one()
            one = {"post_id": post, "content_id": content_id, "office": "18", "platform": PLATFORM, "state": "scheduled", "checkpoints": {}}
            values = insert(deliveries).values(**times, due_at=db_now(), updated_at=db_now())
            conn.execute(values, [{**one, "account_id": account} for account in ids])

    def fault(self, **rule: Any) -> None:
        """Tell the sandbox to misbehave."""
        import httpx2

        httpx2.post(f"{self.sandbox.base_url}/_sandbox/faults", json=rule).raise_for_status()

    def posts(self) -> Mapping[str, int]:
        """Visible posts by account, as the server has them."""
        return {key: sum(1 for post in account.posts if post.visible) for key, account in self.faked.accounts.items()}

    def states(self) -> dict[str, int]:
        """Deliveries by state."""
        with self.store.read() as conn:
            query = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
            return {row[0]: row[1] for row in conn.execute(query)}

    def told(self, *names: str) -> int:
        """How many deliveries had one of these events."""
        with self.store.read() as conn:
            query = select(func.count(events.c.delivery.distinct())).where(events.c.event.in_(names))
            return conn.execute(query).scalar_one()

    def published(self) -> int:
        """How many posts the server has."""
        return sum(self.posts().values())

    def until(self, true: Any, seconds: float) -> None:
        """Wait until `true()`; SystemExit with the states when it does not come."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if true():
                return
            time.sleep(0.05)
        raise SystemExit(f"waited {seconds} s in vain; states {self.states()}, posts {self.published()}")

    def settle(self, seconds: float = 240) -> None:
        """Wait until nothing moves by itself."""
        self.until(self._idle, seconds)

    def _idle(self) -> bool:
        try:
            with self.store.read() as conn:
                return claims.busy(conn) == 0
        except Exception as error:
            if gone(error):
                return False
            raise
