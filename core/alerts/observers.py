"""The rule about observers: one that takes no events for a while is told of by the others, and by `gaung alert list`."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.engine import Connection

from gaung.core.alerts.alert import Alert
from gaung.core.config.model import AlertSettings
from gaung.core.store import events
from gaung.core.store.tables import cursors

BEHIND = timedelta(minutes=10)
"""How old the next event may be that an observer was not told."""
_ABANDONED = timedelta(minutes=20)
"""A right that ended before that is nobody's any more: the plugin is gone."""
_PREFIX = "observer:"


def observer_behind(conn: Connection, _settings: AlertSettings, now: datetime) -> Iterator[Alert]:
    """Observers that asked for more time again and again. One that is catching up keeps its alert until it is through."""
    for row in conn.execute(select(cursors).where(cursors.c.name.startswith(_PREFIX))).all():
        resting = row.reading_until is not None
        if resting and row.reading_until < now - _ABANDONED:
            continue
        waiting = events.read_from(conn, (row.xid, row.event_id), 1)
        if waiting and waiting[0][1].at < now - BEHIND:
            name = row.name.removeprefix(_PREFIX)
            data = {"plugin": name, "at": waiting[0][1].at.isoformat()}
            yield Alert(kind="observer_behind", key=f"plugin:{name}", data=data, keeps=not resting)
