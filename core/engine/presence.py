"""Who works here: each worker and dispatcher process keeps one row fresh, from which dispatchers know how much to queue."""

import logging
import os
import socket
import threading
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from gaung.core.store.db import Store, first_line
from gaung.core.store.tables import workers
from gaung.core.store.types import db_now

BEAT = 3.0
GONE_AFTER = 15.0
_log = logging.getLogger("gaung.presence")


class Presence:
    """One process's row, renewed every few seconds by a thread of its own."""

    def __init__(self, store: Store, role: str, threads: int, platforms: Sequence[str]) -> None:
        self.id = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:6]}"
        self._store = store
        self._values = {"host": socket.gethostname(), "pid": os.getpid(), "role": role, "threads": threads, "platforms": list(platforms)}
        self._stop = threading.Event()
        self._beat()
        self._thread = threading.Thread(target=self._work, name="presence", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take the row away."""
        self._stop.set()
        self._thread.join()
        try:
            with self._store.write() as conn:
                conn.execute(delete(workers).where(workers.c.id == self.id))
        except Exception as error:  # noqa: BLE001, a sign of life is no reason to end with an error
            _log.info("the row of this process stays until it is old: %s", first_line(error))

    def _work(self) -> None:
        while not self._stop.wait(BEAT):
            try:
                self._beat()
            except Exception as error:  # noqa: BLE001, nor to stop beating
                _log.warning("no sign of life could be written: %s", first_line(error))

    def _beat(self) -> None:
        with self._store.write() as conn:
            seen = update(workers).where(workers.c.id == self.id).values(seen_at=db_now())
            if conn.execute(seen).rowcount == 0:
                conn.execute(insert(workers).values(id=self.id, started_at=db_now(), seen_at=db_now(), **self._values))
            conn.execute(delete(workers).where(workers.c.seen_at < db_now(-20 * GONE_AFTER)))


def alive(conn: Connection, role: str | None = None) -> list[dict[str, Any]]:
    """The processes seen lately."""
    query = select(workers).where(workers.c.seen_at > db_now(-GONE_AFTER)).order_by(workers.c.started_at)
    if role is not None:
        query = query.where(workers.c.role == role)
    return [dict(row) for row in conn.execute(query).mappings()]


def threads_by_platform(conn: Connection) -> dict[str, int]:
    """How many worker threads serve each platform."""
    found: dict[str, int] = {}
    for row in alive(conn, "worker"):
        for platform in row["platforms"]:
            found[platform] = found.get(platform, 0) + row["threads"]
    return found


def threads(conn: Connection) -> int:
    """How many worker threads there are, whatever they serve."""
    return sum(row["threads"] for row in alive(conn, "worker"))
