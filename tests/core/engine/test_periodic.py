"""What a dispatcher does beside dispatching goes on, whatever went wrong the last time, until it is stopped."""

import threading

import pytest
from sqlalchemy.exc import OperationalError

from gaung.core.engine import periodic


def test_it_looks_at_once_and_again_after_any_failure_until_it_is_stopped(caplog: pytest.LogCaptureFixture) -> None:
    stop, looked = threading.Event(), 0

    def look() -> None:
        nonlocal looked
        looked += 1
        if looked == 1:
            raise KeyError("a mistake")
        if looked == 2:
            raise OperationalError("SELECT", {}, Exception("gone"), connection_invalidated=True)
        stop.set()

    periodic.begin("alerts", look, stop, every=600, again=0.01).join(10)
    assert looked == 3
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_without_a_failure_it_waits_its_time(caplog: pytest.LogCaptureFixture) -> None:
    stop, looked = threading.Event(), threading.Event()
    thread = periodic.begin("alerts", looked.set, stop, every=600, again=0.0)
    assert looked.wait(10)
    looked.clear()
    assert not looked.wait(0.2)
    stop.set()
    thread.join(10)
    assert (thread.is_alive(), caplog.records) == (False, [])
