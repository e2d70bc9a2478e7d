"""The corps at its peak in a fresh PostgreSQL: areas, members, assignments, consents and accounts, as the imports would leave them."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from gaung.core.corps import bodies, regions
from gaung.core.services import offices
from gaung.core.store import migrate
from gaung.core.store.db import Store

MEMBERS = 275_988
AGAIN = 50
"""Every so many-th member serves in a second body at the same time."""
PLATFORMS = ("facebook", "instagram", "youtube", "tiktok")


def fill(url: str, day: date, members: int = MEMBERS) -> Store:
    """Migrate the database and put everybody in."""
    store = Store(url, actor="bench")
    migrate.upgrade(store)
    random = Random(1)
    tree = list(regions.invented(random))
    villages = regions.villages(tree, random)
    with store.write() as conn:
        offices.seed(conn)
    copy(store, "areas (code, name, level, parent, updated_at)", ([*_area(area), day] for area in tree))
    copy(store, "area_ancestors (area, ancestor, level)", _ancestors(tree))
    seats = list(bodies.seats(min(members, bodies.most(villages)), villages, day))
    stamp = day.isoformat()
    people = ((number, f"A-{number:06}", "Siti Contoh Wulandari", stamp, stamp) for number in range(1, len(seats) + 1))
    copy(store, "members (id, number, name, created_at, updated_at)", people)
    copy(store, "assignments (member_id, body, area, office, term_start, term_end)", _terms(seats, day))
    holders = [number for number in range(1, len(seats) + 1) if number % 5 < 3]
    copy(
        store, "consents (member_id, version, given_at, how, actor)", ((number, "2026-01", stamp, "import", "bench") for number in holders)
    )
    columns = "declared_accounts (platform, handle, handle_key, member_id, how, actor, declared_at)"
    copy(store, columns, _accounts(holders, stamp))
    execute(store, "INSERT INTO registry_state (id, version) VALUES (1, 1) ON CONFLICT DO NOTHING", "ANALYZE")
    return store


def copy(store: Store, target: str, rows: Iterable[Iterable[Any]]) -> None:
    """COPY rows into a table."""
    with store.write() as conn:
        raw: Any = conn.connection.driver_connection
        with raw.cursor().copy(f"COPY {target} FROM STDIN") as out:
            for row in rows:
                out.write_row(row)


def execute(store: Store, *statements: str) -> None:
    """Run statements, each in a transaction of its own."""
    for statement in statements:
        with store.write() as conn:
            raw: Any = conn.connection.driver_connection
            raw.execute(statement)


def size(store: Store, table: str) -> str:
    """Rows of a table by the planner's count, and its size with indexes."""
    with store.read() as conn:
        query = "SELECT reltuples::bigint, pg_total_relation_size(oid) FROM pg_class WHERE relname = %s"
        rows, held = conn.exec_driver_sql(query, (table,)).one()
    return f"{table} {rows / 1e6:.2f} M rows {held / 1e6:.0f} MB"


def _area(area: regions.Area) -> tuple[str, str, str, str | None]:
    return area.code, area.name, area.level, area.parent or None


def _ancestors(tree: list[regions.Area]) -> Iterator[tuple[str, str, str]]:
    known = {area.code: area for area in tree}
    for area in tree:
        above: regions.Area | None = area
        while above is not None:
            yield area.code, above.code, above.level
            above = known.get(above.parent)


def _terms(seats: list[bodies.Seat], day: date) -> Iterator[tuple[Any, ...]]:
    for number, seat in enumerate(seats, 1):
        yield number, seat.body, seat.area, seat.office, seat.term_start, seat.term_end
        if number % AGAIN == 0:
            other = "PANTARLIH" if seat.body != "PANTARLIH" else "KPPS"
            yield number, other, seat.area, seat.office, day - timedelta(days=3), day + timedelta(days=20)
        if number % 10 == 0:  # an earlier term, over long since
            yield number, seat.body, seat.area, seat.office, day - timedelta(days=900), day - timedelta(days=600)


def _accounts(holders: list[int], stamp: str) -> Iterator[tuple[Any, ...]]:
    for number in holders:
        for place in range(1 + number % 2):
            name = f"contoh_agt_{number}"
            yield PLATFORMS[(number + place) % 4], name, name, number, "import", "bench", stamp
