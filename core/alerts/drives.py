"""The rule about drives: at half time of its window a drive should be well on its way."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from gaung.core.alerts.alert import Alert
from gaung.core.config.model import AlertSettings
from gaung.core.ledger import calling
from gaung.core.ledger.calling import Call
from gaung.core.store.ledger_tables import GRADES, drives
from gaung.core.store.locks import roomy
from gaung.core.store.registry_tables import area_ancestors
from gaung.core.store.tables import offices, posts

COUNTS = GRADES[GRADES.index("matched") :]
"""A claim alone does not count, as in reports."""


def coverage_behind(conn: Connection, settings: AlertSettings, now: datetime) -> Iterator[Alert]:
    """Open drives past half of their window that reached less than so many percent of their target. Nobody called: nobody is behind."""
    running = (drives.c.closed_at.is_(None), drives.c.opens_at <= now, drives.c.deadline_at > now)
    for row in conn.execute(select(drives, posts.c.day).join(posts, posts.c.id == drives.c.post_id).where(*running)).all():
        if now < row.opens_at + (row.deadline_at - row.opens_at) / 2:
            continue
        roomy(conn)
        call = Call(row.day, tuple(row.areas), tuple(row.bodies))
        members, grades = calling.answered(conn, call, row.post_id, None)["*"]
        reached = sum(grades[GRADES.index(grade)] for grade in COUNTS)
        if members and 100 * reached / members < row.target * settings.coverage_behind_percent / 100:
            data = {"drive": row.id, "percent": round(100 * reached / members, 1), "value": row.target}
            yield Alert(kind="coverage_behind", key=f"drive:{row.id}", office=_office(conn, row.areas), post=row.post_id, data=data)


def _office(conn: Connection, roots: Sequence[str]) -> str | None:
    """The office in whose area the whole drive lies, the nearest; None where that is not one."""
    around = select(offices.c.code).join(area_ancestors, area_ancestors.c.ancestor == offices.c.code)
    whole = around.where(area_ancestors.c.area.in_(roots)).group_by(offices.c.code).having(func.count() == len(set(roots)))
    found = list(conn.execute(whole).scalars())
    return max(found, key=len, default=None)
