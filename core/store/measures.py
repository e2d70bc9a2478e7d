"""Series of measures: put down once for each moment, read as they were at any other."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gaung.core.store.measure_tables import measures as table
from gaung.core.store.tables import accounts, publications
from gaung.core.store.types import db_now

KEY = ("platform", "office", "handle", "publication", "name", "as_of")
_CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One number as it was at some moment. `value` None: not available, and `why` says so."""

    value: float | None
    as_of: datetime
    definition: str
    exact: bool
    source: str
    why: str


Subject = tuple[str, str, str, int]
"""Office, platform, handle, and the publication's number (0: the account itself)."""


def put(conn: Connection, rows: Sequence[Mapping[str, Any]], *, actor: str) -> None:
    """Put measures down; one of the same subject, name and moment is replaced."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    new = dialect.insert(table).values(actor=actor, taken_at=db_now())
    said = ("value", "definition", "exact", "source", "why", "actor", "account_id", "post_id", "taken_at")
    upsert = new.on_conflict_do_update(index_elements=list(KEY), set_={name: new.excluded[name] for name in said})
    for start in range(0, len(rows), _CHUNK):
        conn.execute(upsert, [dict(row) for row in rows[start : start + _CHUNK]])


def at(conn: Connection, when: datetime, condition: ColumnElement[bool]) -> dict[Subject, dict[str, Figure]]:
    """The newest figure of each name at or before `when`, of the subjects that fit a condition on `measures`."""
    keys = (table.c.office, table.c.platform, table.c.handle, table.c.publication, table.c.name)
    order = (table.c.as_of.desc(), table.c.id.desc())
    place = func.row_number().over(partition_by=keys, order_by=order).label("place")
    newest = select(table, place).where(table.c.as_of <= when, condition).subquery()
    found: dict[Subject, dict[str, Figure]] = {}
    for row in conn.execute(select(newest).where(newest.c.place == 1)):
        found.setdefault((row.office, row.platform, row.handle, row.publication), {})[row.name] = _figure(row)
    return found


def of_accounts(conn: Connection, name: str, when: datetime) -> Sequence[Row[*tuple[Any, ...]]]:
    """The newest known figure of that name at or before `when` of each account that is there, under whichever handle it had.

    Rows of `account office platform value definition`. Costs some steps in an index for each account, however long the series are.
    """
    known = (table.c.account_id == accounts.c.id, table.c.name == name, table.c.publication == 0, table.c.value.is_not(None))

    def latest(column: ColumnElement[Any]) -> ColumnElement[Any]:
        newest = select(column).where(*known, table.c.as_of <= when).order_by(table.c.as_of.desc(), table.c.id.desc()).limit(1)
        return newest.correlate(accounts).scalar_subquery().label(column.key)

    mine = (accounts.c.id.label("account"), accounts.c.office, accounts.c.platform)
    query = select(*mine, latest(table.c.value), latest(table.c.definition))
    rows = conn.execute(query.where(accounts.c.status != "removed").order_by(accounts.c.id)).all()
    return [row for row in rows if row.value is not None]


def series(conn: Connection, condition: ColumnElement[bool]) -> Iterable[tuple[Subject, str, Figure]]:
    """Every figure that fits a condition on `measures`, oldest first."""
    query = select(table).where(condition).order_by(table.c.as_of, table.c.id)
    for row in conn.execute(query):
        yield (row.office, row.platform, row.handle, row.publication), row.name, _figure(row)


def _figure(row: Any) -> Figure:
    return Figure(row.value, row.as_of, row.definition, row.exact, row.source, row.why)


def due(conn: Connection, account: int, hours: Sequence[float], still: Mapping[str, int], now: datetime, *, wanted: datetime) -> list[int]:
    """Numbers of publications of an account whose latest step of the schedule was not measured yet, the longest waiting first.

    `wanted`: what was out by then and not measured since is due, too, also before its first step. `still`: how many looks in a row
    changed nothing, by the publication's number; after two of them every second step beyond the first day is passed over.
    """
    last = timedelta(hours=hours[-1] + _SLACK_HOURS)
    taken = select(func.max(table.c.taken_at)).where(table.c.publication == publications.c.id).scalar_subquery()
    recent = publications.c.published_at > now - last
    query = select(publications.c.id, publications.c.published_at, taken.label("taken")).where(
        publications.c.account_id == account, publications.c.deleted_at.is_(None), publications.c.external_id.is_not(None), recent
    )
    every, fewer = _steps(hours, slow=False), _steps(hours, slow=True)
    found = []
    for row in conn.execute(query):
        step = _step(row.published_at, fewer if still.get(str(row.id), 0) >= _STILL else every, now)
        if step is None and row.published_at <= wanted:
            step = row.published_at
        if step is not None and (row.taken is None or row.taken < max(step, wanted)):
            found.append((step, row.id))
    return [id_ for _, id_ in sorted(found)]


def recent(conn: Connection, account: int, hours: Sequence[float], now: datetime) -> set[int]:
    """Numbers of an account's publications that may still be due some time."""
    last = timedelta(hours=hours[-1] + _SLACK_HOURS)
    mine = (publications.c.account_id == account, publications.c.published_at > now - last)
    return set(conn.execute(select(publications.c.id).where(*mine)).scalars())


_SLACK_HOURS = 48.0
_STILL = 2
_DAY = 24.0


def _steps(hours: Sequence[float], *, slow: bool) -> list[timedelta]:
    """Ages at which a publication is looked at."""
    return [
        timedelta(hours=hour)
        for place, hour in enumerate(hours)
        if not slow or hour <= _DAY or place % 2 == 0 or hour == hours[-1]
    ]  # fmt: skip


def _step(published: datetime, steps: Sequence[timedelta], now: datetime) -> datetime | None:
    """The latest step at or before `now`."""
    place = bisect_right(steps, now - published)
    return published + steps[place - 1] if place else None


def next_step(conn: Connection, account: int, hours: Sequence[float], now: datetime) -> datetime | None:
    """When the first publication of an account reaches its next step; None: none does."""
    recent = publications.c.published_at > now - timedelta(hours=hours[-1])
    here = (publications.c.account_id == account, publications.c.deleted_at.is_(None), recent)
    steps, ahead = _steps(hours, slow=False), []
    for published in conn.execute(select(publications.c.published_at).where(*here)).scalars():
        place = bisect_right(steps, now - published)
        ahead += [published + step for step in steps[place : place + 1]]
    return min(ahead, default=None)


def account_taken(conn: Connection, account: int) -> datetime | None:
    """When an account's own numbers were last asked for."""
    same = (table.c.account_id == account, table.c.publication == 0, table.c.source == API)
    return conn.execute(select(func.max(table.c.taken_at)).where(*same)).scalar()


def values_of(conn: Connection, ids: Collection[int]) -> dict[int, dict[str, float | None]]:
    """The newest values of publications by name, to see whether a look changed anything."""
    newest = by_publication(at(conn, conn.execute(select(db_now())).scalar_one(), table.c.publication.in_(sorted(ids))))
    return {publication: {name: figure.value for name, figure in figures.items()} for publication, figures in newest.items()}


def by_publication(found: Mapping[Subject, Mapping[str, Figure]]) -> dict[int, dict[str, Figure]]:
    """The newest figure of each name by the publication's number: one stands under every handle that its account ever had."""
    newest: dict[int, dict[str, Figure]] = {}
    for (*_, publication), figures in found.items():
        known = newest.setdefault(publication, {})
        for name, figure in figures.items():
            if name not in known or known[name].as_of < figure.as_of:
                known[name] = figure
    return newest


API = "api"
"""`source` of what a platform told."""
