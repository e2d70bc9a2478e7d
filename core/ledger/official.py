"""What is our own: an official publication is what members endorse, and so never evidence that somebody did."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection

from gaung.core.ledger.links import Identify
from gaung.core.ledger.raising import chunks
from gaung.core.records import LinkInfo, Platform
from gaung.core.registry.handles import id_key, key_of
from gaung.core.store.tables import accounts, deliveries, publications


@dataclass(frozen=True, slots=True)
class Official:
    """Our publications among those that links name, and all our accounts, each as (platform, key)."""

    posts: frozenset[tuple[str, str]]
    owners: frozenset[tuple[str, str]]
    platforms: Mapping[str, Platform]

    def is_ours(self, info: LinkInfo) -> bool:
        """Whether a link shows something that an office published."""
        keys = [id_key(info.author_id)] if info.author_id else []
        if info.author and info.platform in self.platforms:
            keys.append(key_of(self.platforms[info.platform], info.author))
        theirs = any((info.platform, key) in self.owners for key in keys)
        return theirs or (info.external_id is not None and (info.platform, info.external_id) in self.posts)


def load(
    conn: Connection, identify: Identify, platforms: Mapping[str, Platform], infos: Collection[LinkInfo], posts: Collection[int]
) -> Official:
    """All that can be ours among `infos`, which speak of `posts`."""
    owners: set[tuple[str, str]] = set()
    for row in conn.execute(select(accounts.c.platform, accounts.c.handle, accounts.c.external_id)):
        if row.platform in platforms:
            owners |= {(row.platform, key_of(platforms[row.platform], row.handle)), (row.platform, id_key(row.external_id))}
    return Official(frozenset(_posts(conn, identify, infos, posts)), frozenset(owners), platforms)


def _posts(conn: Connection, identify: Identify, infos: Collection[LinkInfo], posts: Collection[int]) -> set[tuple[str, str]]:
    query = (
        select(accounts.c.platform, accounts.c.external_id.label("owner"), publications.c.external_id, publications.c.url)
        .join(deliveries, deliveries.c.id == publications.c.delivery_id)
        .join(accounts, accounts.c.id == publications.c.account_id)
    )
    named = sorted({info.external_id for info in infos if info.external_id})
    found: set[tuple[str, str]] = set()
    for some in [[], *chunks(named)]:
        where = publications.c.external_id.in_(some) if some else deliveries.c.post_id.in_(sorted(posts))
        for row in conn.execute(query.where(where)):
            found |= {(row.platform, name) for name in _names(identify, row.owner, row.external_id, row.url)}
    return found


def _names(identify: Identify, owner: str, external_id: str | None, url: str | None) -> set[str]:
    """The ids under which a link may name a publication: as it is stored, without the owner before it, and as its own address says."""
    names = {external_id, external_id.removeprefix(f"{owner}_")} if external_id else set()
    info = identify(url) if url else None
    return names | ({info.external_id} if info is not None and info.external_id else set())
