"""Puts a laid-out list of members on record: for all of them at once, by the rules that `declaring` and `consent` have for one.

A name, contact, reason, term or handle that is new takes the place of the one before; an account that is replaced ends, it is not lost.
What a list leaves empty stays as it is.
"""

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, exists, func, insert, literal, null, or_, select, update
from sqlalchemy.engine import Connection

from gaung.core.ledger.cells import counted
from gaung.core.ledger.recording import match_waiting
from gaung.core.records import Platform
from gaung.core.registry import state
from gaung.core.registry.staging import KEYS, accounts, analyze, changes, known, people, repeated, rows
from gaung.core.secrets import Box
from gaung.core.store import events
from gaung.core.store.ledger_tables import reshares
from gaung.core.store.locks import ROLLUP, lock
from gaung.core.store.registry_tables import assignments, consents, declared_accounts, members
from gaung.core.store.types import UtcTime, db_now

HOW = "import"
_FEW = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Rows that were new, changed something, or changed nothing; accounts declared by them; sightings that found their account."""

    imported: int
    updated: int
    unchanged: int
    accounts: int
    matched: int


def hold(conn: Connection) -> None:
    """Keep others from changing what conflicts were looked for in, until the transaction ends. They may read on.

    SQLite has one writer anyway.
    """
    lock(conn, ROLLUP)  # first, as all who give sightings to accounts: who does that writes `declared_accounts`, too
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("LOCK TABLE members, assignments, consents, declared_accounts IN SHARE ROW EXCLUSIVE MODE")


def merge(conn: Connection, box: Box, platforms: Mapping[str, Platform]) -> Merged:
    """Put the rows on record in the running transaction, which `hold`s. Emits nothing."""
    now = conn.execute(select(db_now())).scalar_one()
    at, actor = literal(now, UtcTime()), literal(conn.info[events.ACTOR])
    _people(conn)
    some = conn.execute(select(people.c.number).where(~people.c.fresh).limit(1)).first() is not None
    if some:
        _known(conn)
        _note_changes(conn)
    with _counting(conn, some):
        _put_members(conn, at, some)
        _put_assignments(conn, some)
    _put_consents(conn, at, actor, some)
    declared = _put_accounts(conn, at, actor, some)
    whole = conn.execute(select(func.count()).select_from(rows)).scalar_one()
    again, updated = _again(conn) if some else (0, 0)
    matched = match_waiting(conn, box, platforms, _declared(conn, now) if 0 < declared <= _FEW else None) if declared else 0
    if whole > again or updated:
        state.touched(conn)
    return Merged(imported=whole - again, updated=updated, unchanged=again - updated, accounts=declared, matched=matched)


def _people(conn: Connection) -> None:
    """One row for each member; new ones are given their id now, so that nobody has to look it up again."""
    several = conn.execute(select(repeated.c.number).limit(1)).first() is not None
    names = ("name", "contact", "reason", "consent_at", "consent_text", "accounts")
    source: Any = rows
    if several:  # `conflicts` made sure that they do not contradict each other
        most = [func.max(rows.c[name]).label(name) for name in names]
        source = select(rows.c.number, func.min(rows.c.row).label("row"), *most).group_by(rows.c.number).subquery()
    if conn.dialect.name == "postgresql":
        new: ColumnElement[Any] = func.nextval(func.pg_get_serial_sequence("members", "id"))
    else:
        new = select(func.coalesce(func.max(members.c.id), 0)).scalar_subquery() + source.c.row
    fresh = members.c.id.is_(None)
    number = case((fresh, new), else_=members.c.id)
    query = select(source.c.number, number, fresh, *(source.c[name] for name in names))
    query = query.select_from(source.outerjoin(members, members.c.number == source.c.number))
    conn.execute(insert(people).from_select(["number", "id", "fresh", *names], query))
    KEYS[3].create(conn)
    analyze(conn, people)


def _known(conn: Connection) -> None:
    """Rows whose assignment is on record, and whether they say something new of it."""
    mine = assignments
    key = (mine.c.member_id == people.c.id, mine.c.body == rows.c.body, mine.c.area == rows.c.area, mine.c.term_start == rows.c.term_start)
    joined = rows.join(people, and_(people.c.number == rows.c.number, ~people.c.fresh)).join(mine, and_(*key))
    ends = and_(rows.c.term_end.is_not(None), rows.c.term_end.is_distinct_from(mine.c.term_end))
    changed = or_(mine.c.office != rows.c.office, ends)
    conn.execute(insert(known).from_select(["row", "assignment_id", "changed"], select(rows.c.row, mine.c.id, changed).select_from(joined)))
    analyze(conn, known)


def _note_changes(conn: Connection) -> None:
    """Members on record of whom the list says something new, besides their assignments."""
    there = people.join(members, members.c.id == people.c.id)
    _note(conn, select(people.c.number).select_from(there).where(~people.c.fresh, _differs()))
    held = people.outerjoin(consents, and_(consents.c.member_id == people.c.id, consents.c.withdrawn_at.is_(None)))
    agreed = (~people.c.fresh, people.c.consent_at.is_not(None), or_(consents.c.id.is_(None), _newer()))
    _note(conn, select(people.c.number).select_from(held).where(*agreed))
    given = accounts.join(people, and_(people.c.number == accounts.c.number, ~people.c.fresh))
    _note(conn, select(people.c.number).select_from(given).where(~_same_account(people.c.id)))


def _note(conn: Connection, query: Select[Any]) -> None:
    conn.execute(insert(changes).from_select(["number"], query))


def _differs() -> ColumnElement[bool]:
    """Whether the list says something new of the person."""
    contact = and_(people.c.contact.is_not(None), people.c.contact.is_distinct_from(members.c.contact))
    reason = and_(people.c.reason.is_not(None), people.c.reason.is_distinct_from(members.c.reason))
    over = and_(people.c.accounts > 0, members.c.reason.is_not(None))
    return or_(people.c.name.is_distinct_from(members.c.name), contact, reason, over)


def _newer() -> ColumnElement[bool]:
    """Whether the list brings a consent to another text, given later than the one on record."""
    return and_(consents.c.version != people.c.consent_text, consents.c.given_at < people.c.consent_at)


def _same_account(member: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the account of the list is the member's open one there."""
    mine = declared_accounts
    by_id = and_(accounts.c.external_id.is_not(None), mine.c.external_id == accounts.c.external_id)
    same = or_(mine.c.handle_key == accounts.c.handle_key, by_id)
    return exists().where(mine.c.member_id == member, mine.c.platform == accounts.c.platform, mine.c.ended_at.is_(None), same)


def _counting(conn: Connection, some: bool) -> AbstractContextManager[None]:
    """The rollup must follow where a member who shared something gets another assignment."""
    if not some:
        return nullcontext()
    moved = rows.join(people, and_(people.c.number == rows.c.number, ~people.c.fresh)).outerjoin(known, known.c.row == rows.c.row)
    new = or_(known.c.row.is_(None), known.c.changed)
    shared = exists().where(reshares.c.member_id == people.c.id)
    found = conn.execute(select(people.c.id).distinct().select_from(moved).where(new, shared)).scalars().all()
    return counted(conn, members=found) if found else nullcontext()


def _put_members(conn: Connection, at: ColumnElement[datetime], some: bool) -> None:
    fresh = select(
        people.c.id, people.c.number, people.c.name, people.c.contact, people.c.reason,
        case((people.c.reason.is_not(None), at), else_=null()), at, at,
    ).where(people.c.fresh)  # fmt: skip
    columns = ["id", "number", "name", "contact", "reason", "reason_at", "created_at", "updated_at"]
    conn.execute(insert(members).from_select(columns, fresh, include_defaults=False))
    if not some:
        return
    changed = update(members).where(members.c.id == people.c.id, ~people.c.fresh, _differs(), members.c.erased_at.is_(None))
    has, says = people.c.accounts > 0, and_(people.c.reason.is_not(None), people.c.reason.is_distinct_from(members.c.reason))
    conn.execute(
        changed.values(
            name=people.c.name,
            contact=func.coalesce(people.c.contact, members.c.contact),
            reason=case((has, null()), (says, people.c.reason), else_=members.c.reason),
            reason_at=case((has, null()), (says, at), else_=members.c.reason_at),
            updated_at=at,
        )
    )


def _put_assignments(conn: Connection, some: bool) -> None:
    columns = ("body", "area", "office", "term_start", "term_end")
    joined = rows.join(people, people.c.number == rows.c.number)
    new = select(people.c.id, *(rows.c[name] for name in columns)).select_from(joined)
    if some:
        new = new.where(~exists().where(known.c.row == rows.c.row))
    conn.execute(insert(assignments).from_select(["member_id", *columns], new))
    if some:
        changed = update(assignments).where(assignments.c.id == known.c.assignment_id, known.c.changed, rows.c.row == known.c.row)
        ends = func.coalesce(rows.c.term_end, assignments.c.term_end)
        conn.execute(changed.values(office=rows.c.office, term_end=ends))


def _put_consents(conn: Connection, at: ColumnElement[datetime], actor: ColumnElement[str], some: bool) -> None:
    columns = ["member_id", "version", "given_at", "how", "actor"]
    given = select(people.c.id, people.c.consent_text, people.c.consent_at, literal(HOW), actor).where(people.c.consent_at.is_not(None))
    if some:
        open_ = and_(consents.c.member_id == people.c.id, consents.c.withdrawn_at.is_(None))
        replaced = update(consents).where(open_, ~people.c.fresh, _newer())
        conn.execute(replaced.values(withdrawn_at=at, withdrawn_by=actor))  # no `stop_by`: nobody asked to stop
        given = given.where(~exists().where(open_))
    conn.execute(insert(consents).from_select(columns, given))


def _put_accounts(conn: Connection, at: ColumnElement[datetime], actor: ColumnElement[str], some: bool) -> int:
    """How many accounts were declared."""
    if conn.execute(select(repeated.c.number).limit(1)).first() is not None:
        _once_each(conn)
    mine = declared_accounts
    new = accounts.join(people, people.c.number == accounts.c.number)
    columns = ["platform", "handle", "handle_key", "external_id", "member_id", "how", "actor", "declared_at"]
    own = (accounts.c[name] for name in columns[:4])
    query = select(*own, people.c.id, literal(HOW), actor, at).select_from(new)
    if some:
        conn.execute(delete(accounts).where(_stays()))
        mine_there = (mine.c.member_id == people.c.id, mine.c.platform == accounts.c.platform, mine.c.ended_at.is_(None))
        over = update(mine).where(*mine_there, people.c.number == accounts.c.number, ~people.c.fresh)
        conn.execute(over.values(ended_at=at, ended_why="replaced"))
    return conn.execute(insert(mine).from_select(columns, query), execution_options={"preserve_rowcount": True}).rowcount


def _once_each(conn: Connection) -> None:
    """A member who stands in several rows has each account in one of them."""
    twin = accounts.alias()
    same = (twin.c.number == accounts.c.number, twin.c.platform == accounts.c.platform, twin.c.row < accounts.c.row)
    theirs = accounts.c.number.in_(select(repeated.c.number))
    conn.execute(delete(accounts).where(theirs, exists().where(*same)))


def _stays() -> ColumnElement[bool]:
    """Whether the account of the list is on record already."""
    mine = declared_accounts
    by_id = and_(accounts.c.external_id.is_not(None), mine.c.external_id == accounts.c.external_id)
    open_ = and_(mine.c.platform == accounts.c.platform, mine.c.ended_at.is_(None))
    theirs = and_(people.c.number == accounts.c.number, people.c.id == mine.c.member_id)
    return exists().where(open_, theirs, or_(mine.c.handle_key == accounts.c.handle_key, by_id))


def _again(conn: Connection) -> tuple[int, int]:
    """How many rows were on record before, and how many of them changed something."""
    again = conn.execute(select(func.count()).select_from(known)).scalar_one()
    said = rows.c.number.in_(select(changes.c.number))
    joined = known.join(rows, rows.c.row == known.c.row)
    updated = conn.execute(select(func.count()).select_from(joined).where(or_(known.c.changed, said))).scalar_one()
    return again, updated


def _declared(conn: Connection, now: datetime) -> Collection[int]:
    query = select(declared_accounts.c.id).where(declared_accounts.c.declared_at == now, declared_accounts.c.how == HOW)
    return conn.execute(query).scalars().all()
