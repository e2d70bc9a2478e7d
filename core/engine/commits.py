"""One thread that commits for all workers of a process: many small transactions become one.

A worker hands in an item and waits for its own answer. While one transaction is at the disk, the next items gather, so the more
workers, the larger the groups. When the database goes away, items wait until it is back.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from sqlalchemy.engine import Connection

from gaung.core.store.db import Store, first_line, gone

Statement = Callable[[Connection, Sequence[Any]], Mapping[int, Any]]
"""Does something for many items and answers by the item's key."""

_LARGEST = 200
_BUSY = 8
_GATHER = 0.02
"""After a group of so many, the next waits so many seconds for more: fewer, larger transactions cost less than the wait."""
_BACKOFF = (0.05, 0.1, 0.2, 0.5, 1.0)
_log = logging.getLogger("gaung.commits")


class Commits:
    """`statements` by name; `submit` blocks until the item's group is committed."""

    def __init__(self, store: Store, statements: Mapping[str, Statement]) -> None:
        self._store = store
        self._statements = statements
        self._queue: queue.SimpleQueue[tuple[str, int, Any, Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="commits", daemon=True)
        self._thread.start()

    def submit(self, name: str, key: int, item: Any) -> Any:
        """Commit `item` by the statement `name`; None when the statement did not answer for `key`. Raises what the database raised."""
        future: Future[Any] = Future()
        self._queue.put((name, key, item, future))
        return future.result()

    def close(self) -> None:
        """Commit what was handed in, then end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        busy = False
        while (first := self._queue.get()) is not None:
            group, last = [first], False
            if busy:
                time.sleep(_GATHER)
            while len(group) < _LARGEST and not self._queue.empty():
                item = self._queue.get()
                if item is None:
                    last = True
                    break
                group.append(item)
            busy = len(group) >= _BUSY
            self._commit(group)
            if last:
                return

    def _commit(self, group: list[Any]) -> None:
        for wait in _waits():
            try:
                answers = self._transaction(group)
            except Exception as error:  # noqa: BLE001, whatever it is reaches each waiting caller by its future
                if gone(error):
                    _log.warning("the database is away, waiting: %s", first_line(error))
                    time.sleep(wait)
                    continue
                self._apart(group, error)
                return
            for (name, key, _, future), answer in zip(group, answers, strict=True):
                del name, key
                future.set_result(answer)
            return

    def _transaction(self, group: list[Any]) -> list[Any]:
        found: dict[str, Mapping[int, Any]] = {}
        with self._store.write() as conn:
            for name in dict.fromkeys(name for name, *_ in group):
                found[name] = self._statements[name](conn, [item for other, _, item, _ in group if other == name])
        return [found[name].get(key) for name, key, *_ in group]

    def _apart(self, group: list[Any], error: Exception) -> None:
        """One item that the database refuses must not fail the others of its group."""
        if len(group) == 1:
            group[0][3].set_exception(error)
            return
        for item in group:
            self._commit([item])


def _waits() -> Any:
    yield from _BACKOFF
    while True:
        yield _BACKOFF[-1]
