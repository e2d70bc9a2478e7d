"""The thread that renews leases outlives whatever the database says, even when it says nothing."""

import threading
from typing import NoReturn

from gaung.core.engine.leases import Keeper
from gaung.core.store.db import first_line


def test_an_error_without_words_is_told_by_its_name() -> None:
    assert first_line(TimeoutError()) == "TimeoutError"
    assert first_line(ValueError("one\ntwo")) == "one"


def test_renewing_goes_on_after_an_error_without_words() -> None:
    asked = threading.Semaphore(0)

    class Away:
        """A database that fails without a word."""

        def write(self) -> NoReturn:
            asked.release()
            raise TimeoutError

    class Held:
        job = type("Job", (), {"id": 1, "lease": "x"})
        fence = None

    keeper = Keeper(Away(), 0.03)  # type: ignore[arg-type]
    keeper.watch(Held())  # type: ignore[arg-type]
    try:
        assert all(asked.acquire(timeout=5) for _ in range(3))
    finally:
        keeper.close()
