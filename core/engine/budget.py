"""Counts the requests of one chore, and stops it before the app's daily share is overdrawn."""

from datetime import datetime

from sqlalchemy.engine import Connection

from gaung.core.errors import StopWork
from gaung.core.http import Effect, Reply
from gaung.core.store import budgets
from gaung.core.store.db import Store

_BLOCK = 10
"""So many requests are taken at once: a worker that is killed loses no more of the day's share."""


class BudgetSpent(StopWork):
    """The requests that chores of this app may send today are used up."""


class Budget:
    """`limit` None: requests are only counted. `watch` goes into `http.watched`."""

    def __init__(self, store: Store, scope: str, limit: int | None, now: datetime) -> None:
        self._store, self._scope, self._limit = store, scope, limit
        self._day = budgets.day_of(now)
        self._granted = 0
        self.sent = 0

    def watch(self, _method: str, _url: str, _effect: Effect, reply: Reply | None) -> None:
        """Before a request: count it. Raises `BudgetSpent`."""
        if reply is not None:
            return
        if self._limit is not None and self.sent >= self._granted:
            with self._store.write() as conn:
                self._granted += budgets.take(conn, self._scope, self._day, _BLOCK, self._limit)
            if self.sent >= self._granted:
                raise BudgetSpent(f"the {self._limit} requests a day of {self._scope} are used up")
        self.sent += 1

    def settle(self, conn: Connection) -> None:
        """Put down what was sent, give back what was not. Once, in the transaction that ends the chore."""
        if self._limit is None:
            if self.sent:
                budgets.take(conn, self._scope, self._day, self.sent, None)
        elif self._granted > self.sent:
            budgets.give_back(conn, self._scope, self._day, self._granted - self.sent)
