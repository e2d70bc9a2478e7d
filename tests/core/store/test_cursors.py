"""A reader's place in the event log is one, whoever makes it."""

import threading
from typing import Any

import pytest

from gaung.core.store import cursors, events
from gaung.core.store.db import Store


def test_two_dispatchers_that_start_at_the_same_moment_share_one_place(store: Store) -> None:
    began = threading.Barrier(2)
    real = cursors.position
    errors: list[BaseException] = []

    def together(conn: Any, name: str) -> events.Position | None:
        found = real(conn, name)
        if store.postgresql:  # SQLite has one writer at a time
            began.wait(10)
        return found

    def start() -> None:
        try:
            with store.write() as conn:
                cursors.begin(conn, "observer:new")
        except BaseException as error:  # noqa: BLE001 shown below
            errors.append(error)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cursors, "position", together)
        threads = [threading.Thread(target=start) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert errors == []
