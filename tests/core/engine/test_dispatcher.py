"""The dispatcher's rounds with a real broker: nothing that is slow elsewhere makes a post late."""

import threading
import time
from typing import Any

from gaung.core.engine.dispatcher import Dispatcher
from gaung.core.engine.presence import Presence
from gaung.core.manager import Manager
from gaung.core.markers import hookimpl
from gaung.core.plugin_loading import Source


class Slow:
    """An observer that does not come back until it may."""

    def __init__(self) -> None:
        self.called, self.may = threading.Event(), threading.Event()

    @hookimpl
    def gaung_event(self, event: Any) -> None:
        """Wait."""
        self.called.set()
        self.may.wait(30)


def test_a_slow_observer_makes_no_post_late(world: Any, broker_url: str) -> None:
    slow = Slow()
    world.engine.manager = Manager([world.toy.source(), Source(name="slow", package="slow", version="1", load=lambda: slow)])
    worker = Presence(world.store, "worker", 1, [world.toy.name])
    dispatcher = Dispatcher(world.engine, broker_url)
    running = threading.Thread(target=dispatcher.run)
    running.start()
    try:
        world.delivery()
        assert slow.called.wait(20)
        other = world.delivery(external_id="a2")
        until = time.monotonic() + 10
        while world.row(other).state != "queued" and time.monotonic() < until:
            time.sleep(0.02)
        assert world.row(other).state == "queued"
    finally:
        slow.may.set()
        dispatcher.stop()
        running.join()
        worker.close()
