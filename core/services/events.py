"""The event log as `events tail` shows it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from gaung.core.clock import rfc3339
from gaung.core.services.context import Context
from gaung.core.store import events

_BATCH = 1000


class Tail:
    """Reads the log from its beginning (or its end) on, in the order of commits; `more` answers what is new each time."""

    def __init__(self, ctx: Context, *, since: datetime | None = None, from_end: bool = False, **filters: str | int | None) -> None:
        self._ctx = ctx
        self._since = since
        self._filters = {key: value for key, value in filters.items() if value is not None}
        self._position: events.Position = events.BEGINNING
        if from_end:
            with ctx.store.read() as conn:
                self._position = events.end(conn)

    def more(self) -> Iterator[dict[str, Any]]:
        """Every event that was committed since the last call, as it is shown."""
        while True:
            with self._ctx.store.read() as conn:
                found = events.read_from(conn, self._position, _BATCH, **self._filters)
            for position, event in found:
                self._position = position
                if self._fits(event.at, event.office):
                    yield {**event.line(), "at": rfc3339(event.at, self._ctx.settings.zone)}
            if len(found) < _BATCH:
                return

    def _fits(self, at: datetime, office: str | None) -> bool:
        return (self._since is None or at >= self._since) and (office is None or self._ctx.scope.sees(office))
