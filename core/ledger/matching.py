"""Whose a sighting is: by platform id first, then by handle, and by when it was.

A handle belongs to one holder at a time. What happened at a time belongs to who held the account then; else to the earliest who
declared it later; never to one that had ended before.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, or_, select
from sqlalchemy.engine import Connection

from gaung.core.ledger.raising import CHUNK, chunks
from gaung.core.registry.handles import id_key
from gaung.core.store.registry_tables import consents, declared_accounts, members

Tokens = Callable[[str], Iterable[str]]
"""What a handle key, or `id:` and an id, is looked up by: itself, or its digests."""


@dataclass(slots=True)
class Holder:
    """A declared account, open or ended. `recordable`: a body's, or of a member who agreed and is not erased."""

    id: int
    platform: str
    member_id: int | None
    declared_at: datetime
    ended_at: datetime | None
    recordable: bool
    handle_key: str | None = field(repr=False)
    external_id: str | None = field(repr=False)
    id_tokens: set[str] = field(default_factory=set, repr=False)


def itself(text: str) -> Iterable[str]:
    """Tokens of those who know handle and id in plain."""
    return (text,)


class Holders:
    """Declared accounts of one platform, found by tokens."""

    def __init__(self, holders: Iterable[Holder], tokens: Tokens = itself) -> None:
        self._tokens = tokens
        self._by_id: dict[str, list[Holder]] = {}
        self._by_handle: dict[str, list[Holder]] = {}
        for one in sorted(holders, key=_since):
            if one.external_id is not None:
                self._know(one, one.external_id)
            if one.handle_key:
                for token in tokens(one.handle_key):
                    self._by_handle.setdefault(token, []).append(one)

    def whose(self, *, author: str | None, author_id: str | None, at: datetime) -> Holder | None:
        """The account that a sighting at `at` belongs to, by its tokens; `recordable` says whether it may be told of."""
        if author_id is not None and (known := _held(self._by_id.get(author_id, ()), at)) is not None:
            return known
        if author is None:
            return None
        # A handle that changed hands on the platform bears another id than the one that is known of its holder.
        fitting = [one for one in self._by_handle.get(author, ()) if author_id is None or not one.id_tokens or author_id in one.id_tokens]
        return _held(fitting, at)

    def learn(self, holder: Holder, external_id: str) -> None:
        """A sighting matched by handle told the account's id, so that it is found after a rename, too."""
        holder.external_id = external_id
        self._know(holder, external_id)

    def _know(self, holder: Holder, external_id: str) -> None:
        for token in self._tokens(id_key(external_id)):
            holder.id_tokens.add(token)
            several = self._by_id.setdefault(token, [])
            several.append(holder)
            several.sort(key=_since)


def _since(one: Holder) -> tuple[datetime, int]:
    return (one.declared_at, one.id)


def _held(holders: Collection[Holder], at: datetime) -> Holder | None:
    """Of holders by time of declaration: who held it at `at`, else who declared it next."""
    then = (one for one in holders if one.declared_at <= at and (one.ended_at is None or at < one.ended_at))
    later = (one for one in holders if one.declared_at > at)
    return next(then, None) or next(later, None)


def load(conn: Connection, platform: str, *, handles: Collection[str] = (), ids: Collection[str] = ()) -> list[Holder]:
    """All accounts, open or ended, that were ever declared with one of these handle keys or platform ids."""
    found: dict[int, Holder] = {}
    for column, values in ((declared_accounts.c.external_id, ids), (declared_accounts.c.handle_key, handles)):
        for some in chunks(sorted(set(values))):
            for row in conn.execute(_query().where(declared_accounts.c.platform == platform, column.in_(some))):
                found[row.id] = holder(row)
    return list(found.values())


def related(conn: Connection, platform: str, holders: Iterable[Holder]) -> list[Holder]:
    """These, and all others that ever had one of their handles or ids."""
    known = list(holders)
    return load(
        conn,
        platform,
        handles={one.handle_key for one in known if one.handle_key},
        ids={one.external_id for one in known if one.external_id},
    )


def open_holders(conn: Connection, platform: str, declared_ids: Collection[int] | None = None) -> Iterator[Holder]:
    """Open accounts on a platform, of those numbers (None: all), lowest number first, a chunk at a time."""
    query = _query().where(declared_accounts.c.platform == platform, declared_accounts.c.ended_at.is_(None))
    query = query.order_by(declared_accounts.c.id)
    if declared_ids is not None:
        for some in chunks(sorted(set(declared_ids))):
            yield from map(holder, conn.execute(query.where(declared_accounts.c.id.in_(some))).all())
        return
    last = 0
    while rows := conn.execute(query.where(declared_accounts.c.id > last).limit(CHUNK)).all():
        yield from map(holder, rows)
        last = rows[-1].id


def holder(row: Row[Any]) -> Holder:
    """A row of the query as a record."""
    return Holder(
        id=row.id,
        platform=row.platform,
        member_id=row.member_id,
        declared_at=row.declared_at,
        ended_at=row.ended_at,
        recordable=row.member_id is None or bool(row.recordable),
        handle_key=row.handle_key,
        external_id=row.external_id,
    )


def recordable() -> Any:
    """Condition on `members`: something new may be recorded of the member, who agreed, did not take it back, and is not erased."""
    return members.c.erased_at.is_(None) & exists().where(consents.c.member_id == members.c.id, consents.c.withdrawn_at.is_(None))


def _query() -> Any:
    table = declared_accounts
    names = ("id", "platform", "member_id", "declared_at", "ended_at", "handle_key", "external_id")
    joined = table.outerjoin(members, members.c.id == table.c.member_id)
    known = or_(table.c.handle_key.is_not(None), table.c.external_id.is_not(None))
    return select(*(table.c[name] for name in names), recordable().label("recordable")).select_from(joined).where(known)
