"""What a handler answers: a question for a platform, and what becomes of its answer."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import Connection

from gaung.core.engine.context import Engine
from gaung.core.errors import PlatformError
from gaung.core.ledger import ours
from gaung.core.ledger.ours import Ours
from gaung.core.records import Account
from gaung.core.store import schedule
from gaung.core.store.chores import Ending
from gaung.core.store.tables import accounts, publications
from gaung.core.store.types import db_now

_FRESH = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One question.

    `ask` calls hooks, and nothing that changes anything. `record` writes the answer down, in the transaction that ends the chore; its
    third argument is how many requests were sent. `refused` is called there instead when the platform cannot or will not tell.
    """

    ask: Callable[[Account], Any]
    record: Callable[[Connection, Any, int], Ending]
    refused: Callable[[Connection, PlatformError], Ending] | None = None
    passed_over: Ending | None = None
    """How to go on when it failed too often; None: rest."""
    smaller: Callable[[int, int], Mapping[str, Any] | None] | None = None
    """The state with which about so many parts of so many are asked, where there are not requests enough; None: that would be nothing."""
    private: tuple[str, ...] = field(default=(), repr=False)
    """What names people in the question: taken out of every error."""


class Tools:
    """What handlers work with; shared by all threads of a process."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._recent: dict[str, tuple[float, Ours]] = {}
        self._lock = threading.Lock()

    @property
    def hours(self) -> list[float]:
        """When publications are looked at."""
        return self.engine.settings.endorsement.sweep_hours

    def recent(self, platform: str) -> Ours:
        """What all our accounts on a platform published while it is still looked after; at most half a minute old."""
        with self._lock:
            until, found = self._recent.get(platform, (0.0, Ours()))
            if time.monotonic() < until:
                return found
        with self.engine.store.read() as conn:
            since = publications.c.published_at > db_now(-schedule.window(self.hours))
            found = ours.read(conn, (accounts.c.platform == platform) & since)
        with self._lock:
            self._recent[platform] = (time.monotonic() + _FRESH, found)
        return found
