"""Ninety days of measuring, played in minutes: the clock is moved from one due moment to the next, everything else is real.

The chores' own handler asks the plugins, which ask the sandbox over HTTP. What the sandbox told, and what happened when, is in a
`Journal`: the truth that reports are recomputed from (`gaung.core.testkit.history_truth`). Needs the package `time-machine` and SQLite,
whose clock is this process's.
"""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import event, func, select

from gaung.core.config import load
from gaung.core.engine.chores import Chores
from gaung.core.engine.context import Engine
from gaung.core.sandbox import server
from gaung.core.sandbox.world import World
from gaung.core.services import setup
from gaung.core.services.context import Context
from gaung.core.store import chores, pauses, switches
from gaung.core.store.ledger_tables import chores as chore_table
from gaung.core.store.tables import accounts
from gaung.core.store.types import db_now
from gaung.core.testkit.history_journal import Journal, Remembering
from gaung.core.testkit.history_story import Story

if TYPE_CHECKING:
    from gaung.core.records import Platform
    from gaung.core.sandbox.app import Sandbox

LAST_DAY = date(2026, 11, 20)
_MORNING = time(1, tzinfo=UTC)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How long and how much: so many of the first offices, each with an account on every platform that measures, and so many posts."""

    offices: int = 16
    posts: int = 200
    days: int = 90
    seed: int = 1

    @property
    def begins(self) -> datetime:
        """8 in the morning (WIB) of the first day."""
        return datetime.combine(LAST_DAY - timedelta(days=self.days), _MORNING)

    @property
    def ends(self) -> datetime:
        """8 in the morning of the last day."""
        return datetime.combine(LAST_DAY, _MORNING)


def _hasty(dbapi: Any, _record: Any) -> None:
    """Nobody needs this database after a power cut."""
    dbapi.execute("PRAGMA synchronous=OFF")


class History:
    """One installation in `home`, and a sandbox. Use it as a context manager: the clock stays moved until it ends.

    `ctx` is a person's view of it, `journal` what happened. Nothing is played before `play`.
    """

    def __init__(self, home: Path, size: Size) -> None:
        self.home, self.size = home, size
        self.journal = Journal()
        self.looks = 0
        self._stack = ExitStack()

    def __enter__(self) -> "History":
        import time_machine

        from gaung.core import manager

        self._clock = self._stack.enter_context(time_machine.travel(self.size.begins, tick=False))
        plugins = manager.load()
        self.numbers = Remembering(self.journal)
        measuring = [one for one in plugins.platforms().values() if one.metrics]
        running = self._stack.enter_context(server.start(measuring, world=World(numbers=self.numbers, processing_seconds=0.0)))
        self.sandbox: Sandbox = running.sandbox
        for side in self.sandbox.platforms.values():
            side.grant_all()
        self._write_settings()
        settings = load(self.home)
        setup.init(settings)
        self.engine = Engine(settings, "worker")
        self.engine.manager = plugins
        self._stack.callback(self.engine.store.close)
        event.listen(self.engine.store.engine, "connect", _hasty)
        self.ctx = Context(settings, store=self.engine.store, manager=plugins)
        self._worker = Chores(self.engine)
        self._stack.callback(self._worker.close)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.__exit__(kind, error, trace)

    def play(self) -> None:
        """From the first day to the last: whatever is due, and whatever happens."""
        story = Story(self, self.size)
        now = self.size.begins
        while now < self.size.ends:
            story.until(now)
            self._work()
            now = min(self._next(now), story.next, self.size.ends)
            self._clock.move_to(now)
        self._work()

    def rename(self, platform: str, version: str) -> None:
        """From now on the platform counts something else than before: all its definitions have this version."""
        known = cast("dict[str, Platform]", self.engine.manager.platforms())  # a table of this process alone
        metrics = tuple(replace(one, version=version) for one in known[platform].metrics)
        known[platform] = replace(known[platform], metrics=metrics)

    def _write_settings(self) -> None:
        lines = []
        for name, side in self.sandbox.platforms.items():
            lines += [f"[plugins.{name}]", *(f'{key} = "{value}"' for key, value in side.settings().items())]
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.home / "gaung.toml").write_text("\n".join(lines) + "\n", "utf-8")

    def _work(self) -> None:
        """What a dispatcher and a worker would do at this moment, until nothing is due."""
        self.numbers.listening = True
        while claimed := self._claim():
            for claim in claimed:
                self._worker.run(claim.id, claim.lease)
            self.looks += len(claimed)
        self.numbers.listening = False

    def _claim(self) -> list[chores.Claim]:
        with self.engine.store.write() as conn:
            pauses.expire(conn)
            due = conn.execute(select(chore_table.c.platform).where(chore_table.c.due_at <= db_now()).distinct()).scalars().all()
            allowed = chores.may(pauses.active(conn), switches.load(conn))
            return [one for name in due for one in chores.claim(conn, name, 100, 60.0, allowed)]

    def _next(self, now: datetime) -> datetime:
        """The full hour at which something is due that may be done, or a pause is over: as late as a busy installation may be."""
        with self.engine.store.read() as conn:
            active = pauses.active(conn)
            allowed = chores.may(active, switches.load(conn))
            query = select(func.min(chore_table.c.due_at)).join(accounts, accounts.c.id == chore_table.c.account_id).where(allowed)
            found = [conn.execute(query).scalar(), *(pause.until for pause in active)]
        moment = max(now, min((one for one in found if one is not None), default=now))
        return moment.replace(minute=0, second=0, microsecond=0) + _HOUR
