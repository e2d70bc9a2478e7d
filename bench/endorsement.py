"""`make endorsement`: 44,414 members, 30 posts, 64 accounts in the sandbox; what Gaung recorded beside what the sandbox knows to be true.

python bench/endorsement.py [--members N] [--posts N] [--offices N] [--seed S] [--sqlite]     ends with 1 where the two differ
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from gaung.cli import demo_truth
from gaung.core.demo.play import play
from gaung.core.demo.story import Wanted
from gaung.core.engine.run import Shape
from gaung.core.testkit.postgres import PostgresServer

_OUT = Path("build/endorsement.json")
_EVERY = 15.0


class Clock:
    """Says what goes on, with the seconds since the start."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self._next = 0.0
        self.steps: list[tuple[float, str]] = []

    def say(self, words: str) -> None:
        """One step."""
        passed = round(time.monotonic() - self.started, 1)
        self.steps.append((passed, words))
        sys.stderr.write(f"{passed:8.1f} s  {words}\n")

    def tick(self, ctx: Any, post: int) -> None:
        """Now and then, how far the last post is."""
        from gaung.core.services.posts import progress

        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY
            sys.stderr.write(f"{time.monotonic() - self.started:8.1f} s  {progress(ctx, post)}\n")


def main() -> int:
    """Play it and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("members", 44_414), ("posts", 30), ("offices", 16), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--sqlite", action="store_true", help="on SQLite instead of PostgreSQL")
    options = parser.parse_args()
    wanted = Wanted(members=options.members, posts=options.posts, offices=options.offices, seed=options.seed)
    clock, home = Clock(), Path(tempfile.mkdtemp(prefix="gaung-endorsement-")) / "home"
    server = None if options.sqlite else PostgresServer(durable=True).start()
    try:
        if server is not None:
            os.environ["GAUNG_DATABASE_URL"] = server.url()
        answer = play(home, clock.say, clock.tick, shape=Shape(stderr_level=40), corps=wanted)
    finally:
        if server is not None:
            server.close()
    clock.say("compared")
    _show(answer, clock)
    return 0 if answer["endorsement"]["honest"] and answer["published"] == len(answer["deliveries"]) else 1


def _show(answer: dict[str, Any], clock: Clock) -> None:
    from rich.console import Console

    for part in demo_truth.answer(answer):
        Console(width=150).print(part)
    kept = {key: answer[key] for key in ("accounts", "posts", "published", "seconds", "endorsement")}
    _OUT.parent.mkdir(parents=True, exist_ok=True)
    _OUT.write_text(json.dumps({**kept, "deliveries": len(answer["deliveries"]), "steps": clock.steps}, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
