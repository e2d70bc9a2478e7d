"""Sightings of people who were not registered, given to the accounts that are declared later."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, bindparam, or_, select, update
from sqlalchemy.engine import Connection

from gaung.core.ledger import matching
from gaung.core.ledger.matching import Holder, Holders
from gaung.core.ledger.raising import Evidence, chunks, raise_grade
from gaung.core.records import Platform
from gaung.core.registry.handles import id_key
from gaung.core.secrets import Box
from gaung.core.store.ledger_tables import sightings as table
from gaung.core.store.locks import ROLLUP, lock

OBSERVED = "observed"
"""The grade of what a platform itself showed."""
_FEW = 20_000
"""Up to so many different waiting authors are fetched at once and compared with all accounts in memory."""


def match_waiting(conn: Connection, box: Box, platforms: Mapping[str, Platform], declared_ids: Collection[int] | None = None) -> int:
    """Give waiting sightings to accounts that were declared since; answers how many sightings found their account.

    Call it after accounts were declared, in the same transaction. `declared_ids` None: all open accounts (cheap when nothing waits).
    """
    lock(conn, ROLLUP)  # what another transaction puts down just now waits, too, as soon as that has ended
    found = 0
    for name in sorted(platforms):
        if not _anything_waits(conn, name):
            continue
        waiting = _authors(conn, name) if declared_ids is None else None
        for some in chunks(matching.open_holders(conn, name, declared_ids)):
            found += _give(conn, box, name, some, waiting)
    return found


def assign(conn: Connection, rows: Sequence[tuple[int, Holder]]) -> None:
    """Write down whose waiting sightings are. A member's link stands in the reshare from then on; a body's stays sealed."""
    for of_member in (True, False):
        values = [{"this": id_, "whose": one.id} for id_, one in rows if (one.member_id is not None) == of_member]
        if values:
            change: dict[str, Any] = {"declared_id": bindparam("whose"), **({"link": None} if of_member else {})}
            conn.execute(update(table).where(table.c.id == bindparam("this")).values(change), values)


def _anything_waits(conn: Connection, platform: str) -> bool:
    query = select(table.c.id).where(table.c.platform == platform, table.c.declared_id.is_(None))
    return conn.execute(query.limit(1)).first() is not None


def _authors(conn: Connection, platform: str) -> set[str] | None:
    """Digests of authors that wait on a platform; None where they are too many to compare in memory."""
    waiting: set[str] = set()
    for column in (table.c.author, table.c.author_id):
        query = select(column).distinct().where(table.c.platform == platform, table.c.declared_id.is_(None), column.is_not(None))
        waiting.update(conn.execute(query.limit(_FEW + 1)).scalars())
    return waiting if len(waiting) <= _FEW else None


def _give(conn: Connection, box: Box, platform: str, candidates: Sequence[Holder], waiting: set[str] | None) -> int:
    """Give what waits under these accounts' names to whoever had them when it happened."""
    wanted = _digests(box, platform, candidates)
    if waiting is not None:
        wanted &= waiting
    rows = {row.id: row for some in chunks(sorted(wanted)) for row in conn.execute(_waiting(platform, some))}
    if not rows:
        return 0
    holders = Holders(matching.related(conn, platform, candidates), lambda text: box.digests(f"{platform}:{text}"))
    pairs: list[tuple[Row[Any], Holder]] = []
    for _, row in sorted(rows.items()):
        found = holders.whose(author=row.author, author_id=row.author_id, at=row.happened_at or row.first_seen_at)
        if found is not None and found.recordable:
            pairs.append((row, found))
    raise_grade(conn, [_evidence(box, row, found.member_id) for row, found in pairs if found.member_id is not None])
    assign(conn, [(row.id, found) for row, found in pairs])
    return len(pairs)


def _digests(box: Box, platform: str, candidates: Sequence[Holder]) -> set[str]:
    names = {one.handle_key for one in candidates if one.handle_key} | {id_key(one.external_id) for one in candidates if one.external_id}
    return {digest for name in names for digest in box.digests(f"{platform}:{name}")}


def _waiting(platform: str, digests: Sequence[str]) -> Any:
    theirs = or_(table.c.author.in_(digests), table.c.author_id.in_(digests))
    return select(table).where(and_(table.c.platform == platform, table.c.declared_id.is_(None), theirs))


def _evidence(box: Box, row: Row[Any], member_id: int) -> Evidence:
    link = box.unseal(row.link)["link"] if row.link is not None else None
    return Evidence(
        post_id=row.post_id, member_id=member_id, platform=row.platform, signal=row.signal, grade=OBSERVED,
        source=row.source, verifier=row.platform, link=link, happened=row.happened_at,
    )  # fmt: skip
