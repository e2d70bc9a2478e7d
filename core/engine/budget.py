"""Counts the requests of one chore, and stops it before the app's daily share is overdrawn."""

from datetime import datetime

from sqlalchemy.engine import Connection

from gaung.core.errors import StopWork
from gaung.core.store import budgets
from gaung.core.store.db import Store

_BLOCK = 10
"""So many requests are taken at once: a worker that is killed loses no more of the day's share."""


class BudgetSpent(StopWork):
    """The requests that chores of this app may send today do not suffice: `left` of them, of the `needed` that it takes from here on."""

    def __init__(self, message: str, *, sent: int, left: int, wanted: int) -> None:
        super().__init__(message)
        self.sent, self.left, self.needed = sent, left, sent + wanted


class Budget:
    """`limit` None: requests are only counted. `spend` goes into `http.spending`."""

    def __init__(self, store: Store, scope: str, limit: int | None, now: datetime) -> None:
        self._store, self._scope, self._limit = store, scope, limit
        self._day = budgets.day_of(now)
        self._granted = 0
        self.sent = 0

    def spend(self, calls: int) -> None:
        """Before a request that counts as so many. Raises `BudgetSpent`, with nothing counted, where it may not be sent."""
        short = self.sent + calls - self._granted
        if self._limit is not None and short > 0:
            with self._store.write() as conn:
                self._granted += budgets.take(conn, self._scope, self._day, max(_BLOCK, short), self._limit)
            left = self._granted - self.sent
            if left < calls:
                words = f"the {self._limit} requests a day of {self._scope} are used up" + (f" but for {left}" if left else "")
                raise BudgetSpent(words, sent=self.sent, left=left, wanted=calls)
        self.sent += calls

    def settle(self, conn: Connection) -> None:
        """Put down what was sent, give back what was not. Once, in the transaction that ends the chore."""
        if self._limit is None:
            if self.sent:
                budgets.take(conn, self._scope, self._day, self.sent, None)
        elif self._granted > self.sent:
            budgets.give_back(conn, self._scope, self._day, self._granted - self.sent)
