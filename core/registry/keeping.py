"""How long personal data is kept: finds what has had its time, and removes it in batches, each a transaction of its own."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, func, not_, or_, select, update
from sqlalchemy.engine import Connection

from gaung.core.config import Settings
from gaung.core.config.model import RegistrySettings
from gaung.core.registry import captures, erasing, people
from gaung.core.store.db import Store
from gaung.core.store.ledger_tables import claims, reshares, sightings
from gaung.core.store.locks import ROLLUP, lock
from gaung.core.store.registry_tables import assignments, consents, members
from gaung.core.store.types import day_of, db_now

BATCH = 500
_AGAIN = 2 * 86400.0
"""Seconds for which the freshly erased are looked at again: a worker that had begun before may have put something down after."""


def due(conn: Connection, keep: RegistrySettings) -> dict[str, int]:
    """How many members, captures and sightings have had their time: `{"members","captures","sightings"}`."""
    counts = {
        "members": select(func.count()).select_from(members).where(_over(keep)),
        "captures": select(func.count(claims.c.capture.distinct())).where(_capture_over()),
        "sightings": select(func.count()).select_from(sightings).where(_sighting_over(keep)),
    }
    return {name: int(conn.execute(query).scalar_one()) for name, query in counts.items()}


def anything(conn: Connection, keep: RegistrySettings) -> bool:
    """Whether there is something to remove; takes no lock."""
    looks = (
        select(members.c.id).where(_over(keep)),
        select(claims.c.id).where(_capture_over()),
        select(sightings.c.id).where(_sighting_over(keep)),
        select(members.c.id).where(_erased_lately()),
        select(members.c.id).where(_withdrew_lately()),
    )
    return any(conn.execute(look.limit(1)).first() for look in looks)


def retire(store: Store, settings: Settings) -> dict[str, int]:
    """Remove everything that has had its time; answers `{"members","captures","sightings"}`. Cut short, it goes on at the next call."""
    done = {"members": 0, "captures": 0, "sightings": 0}
    for step in steps(store, settings):
        for name, number in step.items():
            done[name] += number
    return done


def steps(store: Store, settings: Settings) -> Iterator[dict[str, int]]:
    """The same, batch by batch, so that a caller may stop in between."""
    keep = settings.registry
    for name, batch in (("members", _members), ("captures", _captures), ("sightings", _sightings)):
        more = True
        while more:
            with store.write() as conn:
                number, more = batch(conn, settings, keep)
            yield {name: number}
    with store.write() as conn:
        _stop_again(conn, settings)


def _members(conn: Connection, settings: Settings, keep: RegistrySettings) -> tuple[int, bool]:
    lock(conn, ROLLUP)  # before the rows: see `erasing`
    query = select(members.c.id).where(_over(keep)).order_by(members.c.id).limit(BATCH)
    ids = list(conn.execute(query.with_for_update(key_share=True, skip_locked=True)).scalars())
    if ids:
        erasing.erase(conn, ids, why="retention", forget=lambda names: captures.forget(settings, names))
    return len(ids), len(ids) == BATCH


def _captures(conn: Connection, settings: Settings, _keep: RegistrySettings) -> tuple[int, bool]:
    over = select(claims.c.capture).where(_capture_over()).distinct().limit(BATCH)
    names = set(conn.execute(over).scalars())
    still = claims.alias()
    longer = select(still.c.capture).where(still.c.capture.in_(names), still.c.capture_until.is_not(None), still.c.capture_until > db_now())
    gone = names - set(conn.execute(longer).scalars())
    captures.forget(settings, gone)
    conn.execute(update(claims).where(claims.c.capture.in_(names), _capture_over()).values(capture_until=None))
    return len(gone), len(names) == BATCH


def _sightings(conn: Connection, _settings: Settings, keep: RegistrySettings) -> tuple[int, bool]:
    ids = list(conn.execute(select(sightings.c.id).where(_sighting_over(keep)).limit(BATCH)).scalars())
    if ids:
        conn.execute(delete(sightings).where(sightings.c.id.in_(ids), sightings.c.declared_id.is_(None)))
    return len(ids), len(ids) == BATCH


def _stop_again(conn: Connection, settings: Settings) -> None:
    """Take away what a worker that had begun before put down after a member had been erased, or had withdrawn."""

    def forget(names: Iterable[str]) -> None:
        captures.forget(settings, names)

    gone = list(conn.execute(select(members.c.id).where(_erased_lately()).limit(BATCH)).scalars())
    if gone:
        erasing.erase(conn, gone, why="retention", forget=forget)
    stopped = list(conn.execute(select(members.c.id).where(_withdrew_lately()).limit(BATCH)).scalars())
    if stopped:
        erasing.stop(conn, stopped, why="withdrawn", forget=forget)


def _erased_lately() -> ColumnElement[bool]:
    return and_(members.c.erased_at > db_now(-_AGAIN), _something_left())


def _withdrew_lately() -> ColumnElement[bool]:
    lately = select(consents.c.member_id).where(consents.c.withdrawn_at > db_now(-_AGAIN), consents.c.stop_by.is_not(None))
    return and_(members.c.id.in_(lately), members.c.erased_at.is_(None), people.took_back(), _something_left())


def _something_left() -> ColumnElement[bool]:
    return or_(
        exists().where(reshares.c.member_id == members.c.id, reshares.c.link.is_not(None)),
        exists().where(claims.c.member_id == members.c.id, claims.c.url.is_not(None)),
        exists().where(claims.c.member_id == members.c.id, claims.c.capture_until.is_not(None)),
    )


def _over(keep: RegistrySettings) -> ColumnElement[bool]:
    """Members whose last term ended more than so many days ago; one without any term is left for a person to look at."""
    last_day = day_of(None) - timedelta(days=keep.retention_days)
    theirs = assignments.c.member_id == members.c.id
    serves = exists().where(theirs, or_(assignments.c.term_end.is_(None), assignments.c.term_end >= last_day))
    return and_(members.c.erased_at.is_(None), exists().where(theirs), not_(serves))


def _capture_over() -> ColumnElement[bool]:
    return claims.c.capture_until <= db_now()


def _sighting_over(keep: RegistrySettings) -> ColumnElement[bool]:
    return and_(sightings.c.declared_id.is_(None), sightings.c.first_seen_at < db_now(-keep.sighting_days * 86400.0))
