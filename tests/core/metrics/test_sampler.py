"""A scrape waits a moment for what may be away, never longer, and is never answered from memory."""

import logging
import threading
import time

import pytest
from sqlalchemy.exc import OperationalError

from gaung.core.metrics.sampler import Sampler


def test_what_answers_is_asked_once_for_many_who_ask_together() -> None:
    asked: list[float] = []

    def ask() -> int:
        asked.append(time.monotonic())
        time.sleep(0.2)
        return 7

    sampler = Sampler("it", ask)
    threads = [threading.Thread(target=sampler.get) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sampler.get().value == 7
    assert len(asked) == 1
    assert abs(sampler.get().last_success - time.time()) < 5


def test_what_hangs_is_away_after_a_moment_and_holds_one_thread(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "gaung.metrics")
    go_on = threading.Event()
    sampler = Sampler("the database", lambda: go_on.wait(20), patience=0.1)
    before, begun = threading.active_count(), time.monotonic()
    assert [sampler.get().value for _ in range(3)] == [None, None, None]
    assert time.monotonic() - begun < 2
    assert threading.active_count() == before + 1
    assert sampler.get().last_success == 0
    go_on.set()
    assert sampler.get().value is True
    assert [record.getMessage() for record in caplog.records] == [
        "/metrics tells that the database is away: no answer within 0.1 seconds",
        "the database answers again",
    ]


def test_what_fails_is_told_once_in_one_line_and_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    answers: list[Exception] = [OperationalError("SELECT 1", {}, Exception("gone away\nand more")), ValueError("odd")]

    def ask() -> int:
        if answers:
            raise answers.pop(0)
        return 1

    sampler = Sampler("the database", ask)
    assert sampler.get().value is None
    time.sleep(0.6)
    assert sampler.get().value is None
    time.sleep(0.6)
    assert sampler.get().value == 1
    [told] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert told.exc_info is None
    assert "\n" not in told.getMessage()


def test_a_machine_without_room_for_a_thread_is_asked_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    sampler = Sampler("the database", lambda: 7, patience=0.1)

    def full(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", full)
        sampler.begin()
        assert sampler.get().value is None
    time.sleep(0.6)
    assert sampler.get().value == 7
