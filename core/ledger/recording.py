"""Puts down what platforms showed: sightings of our publications, matched to registered accounts, and the reshares that rest on them.

Of people who are not registered only digests are kept. They are matched when the account is declared later.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gaung.core.ledger import matching
from gaung.core.ledger.matching import Holder, Holders
from gaung.core.ledger.raising import Evidence, chunks, raise_grade
from gaung.core.ledger.waiting import OBSERVED, assign, match_waiting
from gaung.core.records import Platform, Sighting
from gaung.core.registry.handles import id_key, key_of
from gaung.core.secrets import Box
from gaung.core.store.ledger_tables import sightings as table
from gaung.core.store.locks import ROLLUP, lock
from gaung.core.store.registry_tables import declared_accounts
from gaung.core.store.types import db_now

__all__ = ["Recorded", "Target", "match_waiting", "record_sightings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A publication of ours that sightings may refer to. `account_id` is the office's account, `external_id` the publication's."""

    publication_id: int
    post_id: int
    platform: str
    office: str
    account_id: int
    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a look brought: sightings seen, of them new, belonging to registered accounts (bodies' too), or to nobody registered.

    `recorded`: reshares that count now and did not; `upgraded`: reshares with a better grade.
    """

    seen: int = 0
    new: int = 0
    matched: int = 0
    unmatched: int = 0
    upgraded: int = 0
    recorded: int = 0


@dataclass(slots=True, kw_only=True)
class _Seen:
    """One thing seen, with all that several looks at it told. `id`: its row, once it has one."""

    target: Target
    signal: str
    evidence: str = field(repr=False)
    author: str | None = field(repr=False)
    author_id: str | None = field(repr=False)
    url: str | None = field(repr=False)
    happened: datetime | None
    when: datetime
    id: int | None = None
    declared_id: int | None = None
    new: bool = False
    holder: Holder | None = None

    @property
    def mine(self) -> Holder | None:
        """The account that it may be put down for."""
        return self.holder if self.holder is not None and self.holder.recordable else None


Key = tuple[int, str, str]
"""Publication, signal, digest of the evidence."""


def record_sightings(
    conn: Connection,
    box: Box,
    platform: Platform,
    targets: Mapping[str, Target],
    sightings: Iterable[Sighting],
    *,
    source: str,
    verifier: str,
) -> Recorded:
    """Put down what was seen. Idempotent, also for two workers at once; a few statements for thousands of sightings.

    `targets` by the publication's `external_id`; a sighting of none of them, or of nobody, is dropped. `source`: sweep, scan, webhook;
    `verifier`: the plugin. Events `reshare.recorded`, `reshare.upgraded`.
    """
    moment = conn.execute(select(db_now())).scalar_one()
    seen = _read(platform, targets, sightings, moment)
    if not seen:
        return Recorded()
    lock(conn, ROLLUP)  # else an account that is being declared, and this, would each not see the other
    _find_rows(conn, box, seen)
    learned = _match(conn, platform, seen)
    _insert(conn, box, platform, [one for one in seen if one.id is None], source, moment)
    found = [one for one in seen if one.mine is not None and one.declared_id is None]
    evidence = [_evidence(one, source, verifier) for one in found if one.mine is not None and one.mine.member_id is not None]
    raised = raise_grade(conn, evidence)
    assign(conn, [(one.id, one.mine) for one in found if one.id is not None and one.mine is not None and not one.new])
    later = _learn(conn, box, platform, learned)
    matched = sum(one.declared_id is not None or one.mine is not None for one in seen)
    return Recorded(
        seen=len(seen),
        new=sum(one.new for one in seen),
        matched=matched,
        unmatched=len(seen) - matched,
        upgraded=raised.upgraded,
        recorded=raised.recorded + later,
    )


def _read(platform: Platform, targets: Mapping[str, Target], sightings: Iterable[Sighting], moment: datetime) -> list[_Seen]:
    """One entry for each thing, however often it was seen."""
    seen: dict[Key, _Seen] = {}
    for one in sightings:
        target = targets.get(one.publication)
        if target is None or not (one.author or one.author_id):
            continue
        author = key_of(platform, one.author) if one.author else None
        author_id = id_key(one.author_id) if one.author_id else None
        same = seen.get((target.publication_id, one.signal, one.evidence))
        if same is None:
            seen[(target.publication_id, one.signal, one.evidence)] = _Seen(
                target=target, signal=one.signal, evidence=one.evidence, author=author, author_id=author_id, url=one.url,
                happened=one.at, when=one.at or moment,
            )  # fmt: skip
        else:
            same.author, same.author_id, same.url = same.author or author, same.author_id or author_id, same.url or one.url
    return list(seen.values())


def _find_rows(conn: Connection, box: Box, seen: Sequence[_Seen]) -> None:
    """Tell those that were put down before, under whichever key their evidence was hashed."""
    known = {(one.target.publication_id, one.signal, digest): one for one in seen for digest in box.digests(one.evidence)}
    columns = (table.c.id, table.c.publication_id, table.c.signal, table.c.evidence, table.c.declared_id, table.c.first_seen_at)
    publications = sorted({one.target.publication_id for one in seen})
    for some in chunks(sorted({key[2] for key in known})):
        query = select(*columns).where(table.c.publication_id.in_(publications), table.c.evidence.in_(some))
        for row in conn.execute(query):
            _is_row(known.get((row.publication_id, row.signal, row.evidence)), row)


def _is_row(one: _Seen | None, row: Any) -> None:
    if one is None:
        return
    one.id, one.declared_id = row.id, row.declared_id
    one.when = one.happened or row.first_seen_at


def _match(conn: Connection, platform: Platform, seen: Sequence[_Seen]) -> dict[int, str]:
    """Find the holder of each, oldest first. Answers platform ids that were learned by the way, by number of the account."""
    ids = {one.author_id.removeprefix("id:") for one in seen if one.author_id}
    holders = Holders(matching.load(conn, platform.name, handles={one.author for one in seen if one.author}, ids=ids))
    learned: dict[int, str] = {}
    left = sorted(seen, key=lambda one: one.when)
    for _ in range(2):  # an id that one sighting teaches may find another that names only the id
        for one in left:
            one.holder = holders.whose(author=one.author, author_id=one.author_id, at=one.when)
            if one.mine is not None and one.author_id and one.mine.external_id is None:
                learned[one.mine.id] = one.author_id.removeprefix("id:")
                holders.learn(one.mine, learned[one.mine.id])
        left = [one for one in left if one.holder is None and one.author_id]
    return learned


def _insert(conn: Connection, box: Box, platform: Platform, rows: Sequence[_Seen], source: str, moment: datetime) -> None:
    """Put new ones down in a fixed order; what another worker was faster with is left to it."""
    if not rows:
        return
    values = {(one.target.publication_id, one.signal, box.digest(one.evidence)): one for one in rows}
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    made = dialect.insert(table).on_conflict_do_nothing().returning(table.c.id, table.c.publication_id, table.c.signal, table.c.evidence)
    given = [_row(box, platform, key, values[key], source, moment) for key in sorted(values)]
    for row in conn.execute(made, given):
        one = values[(row.publication_id, row.signal, row.evidence)]
        one.id, one.new = row.id, True
    _find_rows(conn, box, [one for one in rows if one.id is None])


def _row(box: Box, platform: Platform, key: Key, one: _Seen, source: str, moment: datetime) -> dict[str, Any]:
    mine = one.mine
    secret = one.url is not None and (mine is None or mine.member_id is None)
    return {
        "publication_id": key[0],
        "post_id": one.target.post_id,
        "platform": platform.name,
        "signal": one.signal,
        "evidence": key[2],
        "author": box.digest(f"{platform.name}:{one.author}") if one.author else None,
        "author_id": box.digest(f"{platform.name}:{one.author_id}") if one.author_id else None,
        "link": box.seal({"link": one.url}) if secret and one.url else None,
        "happened_at": one.happened,
        "first_seen_at": moment,
        "source": source,
        "declared_id": None if mine is None else mine.id,
    }


def _evidence(one: _Seen, source: str, verifier: str) -> Evidence:
    assert one.mine is not None
    assert one.mine.member_id is not None
    return Evidence(
        post_id=one.target.post_id, member_id=one.mine.member_id, platform=one.target.platform, signal=one.signal, grade=OBSERVED,
        source=source, verifier=verifier, link=one.url, happened=one.happened,
    )  # fmt: skip


def _learn(conn: Connection, box: Box, platform: Platform, learned: Mapping[int, str]) -> int:
    """Store ids that sightings taught, and look whether sightings under those ids wait. Answers how many did."""
    if not learned:
        return 0
    fresh = update(declared_accounts).where(declared_accounts.c.id == bindparam("this"), declared_accounts.c.external_id.is_(None))
    values = [{"this": id_, "taught": external_id} for id_, external_id in sorted(learned.items())]
    conn.execute(fresh.values(external_id=bindparam("taught")), values)
    return match_waiting(conn, box, {platform.name: platform}, learned)
