"""Entry of a child process: `python -m gaung.core.engine.child ROLE --home DIR ...`. Ends when its parent is gone."""

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from gaung.core import logs
from gaung.core.config import load
from gaung.core.engine.context import Engine
from gaung.core.engine.supervisor import PARENT
from gaung.core.errors import UserError


def main(arguments: list[str] | None = None) -> int:
    """Run one role until SIGTERM."""
    parser = argparse.ArgumentParser(prog="gaung.core.engine.child")
    parser.add_argument("role", choices=("worker", "dispatcher", "serve"))
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--broker", default="")
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--platform", action="append", default=[])
    parser.add_argument("--fd", type=int, default=-1)
    parser.add_argument("--stderr-level", type=int, default=None)
    options = parser.parse_args(arguments)
    settings = load(options.home)
    logs.setup(settings.home, options.role, timezone=settings.timezone, stderr_level=options.stderr_level)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threading.Thread(target=_follow_parent, args=(stop,), daemon=True).start()
    try:
        _run(options, Engine(settings, options.role, threads=options.threads), stop)
    except UserError as error:
        logs.get_logger("child").error("stopped", role=options.role, why=str(error))
        return 1
    return 0


def _run(options: argparse.Namespace, engine: Engine, stop: threading.Event) -> None:
    if options.role == "worker":
        from gaung.core.engine import worker

        worker.run(engine, options.broker, threads=options.threads, platforms=options.platform, stop=stop)
    elif options.role == "dispatcher":
        from gaung.core.engine.dispatcher import Dispatcher

        dispatcher = Dispatcher(engine, options.broker)
        threading.Thread(target=_after, args=(stop, dispatcher.stop), daemon=True).start()
        dispatcher.run()
    else:
        from gaung.core.engine.serve import serve

        serve(engine, stop, fd=options.fd)


def _after(stop: threading.Event, then: Callable[[], None]) -> None:
    stop.wait()
    then()


def _follow_parent(stop: threading.Event) -> None:
    """A supervisor that was killed cannot end its children; they notice by themselves."""
    parent = int(os.environ.get(PARENT, "0"))
    while parent and not stop.is_set():
        if os.getppid() != parent:
            stop.set()
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
