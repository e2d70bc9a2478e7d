"""Rows of a list that only the database can refuse: by what other rows say, and by what is on record."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, delete, exists, func, insert, literal, null, or_, select
from sqlalchemy.engine import Connection

from gaung.core.registry.staging import accounts, rejects, repeated, rows
from gaung.core.services.scope import Scope
from gaung.core.store.registry_tables import assignments, consents, declared_accounts, members

WORDS = {
    "twice": ("the same assignment stands in row {}", "keep one of them"),
    "differs": ("row {} says something else of the same member", "make both rows say the same, or give each person an own number"),
    "shared": ("the same account is given for another member in row {}", "an account belongs to one: correct one of the two rows"),
    "erased": ("this member was erased", "leave the row out; nothing more is recorded for an erased member"),
    "unseen": ("the number belongs to a member of another office", "give your member another number, or ask the province"),
    "withdrawn": (
        "the member took the consent back after that day",
        "empty the handles and the consent, or ask again and put down the new consent with its time",
    ),
    "has_account": ("the member has an account on record", "empty the reason, or end the account first: gaung member declare --ended"),
    "held": ("the account is on record for {}", "an account belongs to one: correct the handle, or end it there first"),
}
"""Reasons and remedies by code; `{}` is the reject's detail: a row, or a holder, never a handle."""

_PAGE = 2_000


def find(conn: Connection, scope: Scope) -> None:
    """Put down every conflict in `import_rejects`, and take these rows out of the list."""
    several = select(rows.c.number).group_by(rows.c.number).having(func.count() > 1)
    _put(conn, repeated, ["number"], several)
    if conn.execute(select(repeated.c.number).limit(1)).first() is not None:
        for found in _in_the_list():
            _reject(conn, found)
    _reject(conn, _shared())
    if conn.execute(select(members.c.id).limit(1)).first() is not None:
        for found in _on_record(scope):
            _reject(conn, found)
    for found in _held():
        _reject(conn, found)
    if conn.execute(select(rejects.c.id).limit(1)).first() is not None:
        gone = select(rejects.c.row)
        conn.execute(delete(accounts).where(accounts.c.row.in_(gone)))
        conn.execute(delete(rows).where(rows.c.row.in_(gone)))


def count(conn: Connection) -> int:
    """How many rows were refused here."""
    return conn.execute(select(func.count(rejects.c.row.distinct()))).scalar_one()


def each(conn: Connection) -> Iterator[Any]:
    """Row, field, code and detail of every conflict, by row; read page by page, so that any number needs no memory."""
    row, number = -1, -1
    while True:
        after = or_(rejects.c.row > row, and_(rejects.c.row == row, rejects.c.id > number))
        query = select(rejects).where(after).order_by(rejects.c.row, rejects.c.id).limit(_PAGE)
        with conn.begin():
            page = conn.execute(query).all()
        if not page:
            return
        yield from page
        row, number = page[-1].row, page[-1].id


def _put(conn: Connection, table: Any, columns: list[str], query: Select[Any]) -> None:
    conn.execute(insert(table).from_select(columns, query))


def _reject(conn: Connection, query: Select[Any]) -> None:
    _put(conn, rejects, ["row", "field", "code", "detail"], query)


def _told(row: Any, field: Any, code: str, detail: Any = None) -> Select[Any]:
    named = literal(field) if isinstance(field, str) else field
    return select(row, named, literal(code), null() if detail is None else cast(detail, Text))


def _in_the_list() -> Iterator[Select[Any]]:
    """Rows of one member that do not go together."""
    theirs = rows.c.number.in_(select(repeated.c.number))
    key = (rows.c.number, rows.c.body, rows.c.area, rows.c.term_start)
    first = select(*key, func.min(rows.c.row).label("first")).where(theirs).group_by(*key).having(func.count() > 1).subquery()
    same = and_(*(rows.c[column.name] == first.c[column.name] for column in key), rows.c.row > first.c.first)
    yield _told(rows.c.row, "term_start", "twice", first.c.first).select_from(rows.join(first, same))
    for name in ("name", "contact", "no_account_reason", "consent_text"):
        column = rows.c["reason" if name == "no_account_reason" else name]
        said = func.lower(column)
        odd = select(rows.c.number, func.min(rows.c.row).label("first"), func.max(rows.c.row).label("last"))
        found = odd.where(theirs, column.is_not(None)).group_by(rows.c.number).having(func.min(said) != func.max(said)).subquery()
        other = case((rows.c.row == found.c.first, found.c.last), else_=found.c.first)
        joined = rows.join(found, found.c.number == rows.c.number)
        yield _told(rows.c.row, name, "differs", other).select_from(joined).where(column.is_not(None))
    group = (accounts.c.number, accounts.c.platform)
    many = select(*group, func.min(accounts.c.row).label("first"), func.max(accounts.c.row).label("last"))
    many = many.where(accounts.c.number.in_(select(repeated.c.number))).group_by(*group)
    two = many.having(func.min(accounts.c.handle_key) != func.max(accounts.c.handle_key)).subquery()
    other = case((accounts.c.row == two.c.first, two.c.last), else_=two.c.first)
    joined = accounts.join(two, and_(two.c.number == accounts.c.number, two.c.platform == accounts.c.platform))
    yield _told(accounts.c.row, accounts.c.platform, "differs", other).select_from(joined)


def _shared() -> Select[Any]:
    """One account for two members."""
    key = (accounts.c.platform, accounts.c.handle_key)
    two = select(*key).group_by(*key).having(func.min(accounts.c.number) != func.max(accounts.c.number)).subquery()
    other = accounts.alias()
    elsewhere = select(func.min(other.c.row)).where(
        other.c.platform == accounts.c.platform, other.c.handle_key == accounts.c.handle_key, other.c.number != accounts.c.number
    )
    joined = accounts.join(two, and_(*(two.c[column.name] == column for column in key)))
    return _told(accounts.c.row, accounts.c.platform, "shared", elsewhere.scalar_subquery()).select_from(joined)


def _on_record(scope: Scope) -> Iterator[Select[Any]]:
    there = rows.join(members, members.c.number == rows.c.number)
    yield _told(rows.c.row, "member_no", "erased").select_from(there).where(members.c.erased_at.is_not(None))
    if scope.office is not None:
        serves = exists().where(assignments.c.member_id == members.c.id)
        yield _told(rows.c.row, "member_no", "unseen").select_from(there).where(serves, ~serves.where(scope.clause(assignments.c.office)))
    again = consents.alias()
    given = exists().where(again.c.member_id == members.c.id, again.c.withdrawn_at.is_(None))
    stopped = exists().where(
        consents.c.member_id == members.c.id, consents.c.stop_by.is_not(None), consents.c.withdrawn_at >= rows.c.consent_at
    )
    withdrawn = _told(rows.c.row, "consent_at", "withdrawn").select_from(there)
    yield withdrawn.where(rows.c.consent_at.is_not(None), members.c.erased_at.is_(None), stopped, ~given)
    has = exists().where(declared_accounts.c.member_id == members.c.id, declared_accounts.c.ended_at.is_(None))
    yield _told(rows.c.row, "no_account_reason", "has_account").select_from(there).where(rows.c.reason.is_not(None), has)


def _held() -> Iterator[Select[Any]]:
    """An account that somebody else has now: by its handle, or by the platform's id. Two queries, for an OR cannot be hashed."""
    held, holder = declared_accounts, members.alias()
    who: ColumnElement[Any] = case(
        (holder.c.number.is_not(None), literal("member ") + holder.c.number), else_=held.c.body + literal(" ") + held.c.area
    )
    another = or_(holder.c.number.is_(None), holder.c.number != accounts.c.number)
    by_id = and_(held.c.external_id == accounts.c.external_id, held.c.handle_key != accounts.c.handle_key)
    for same in (held.c.handle_key == accounts.c.handle_key, by_id):
        joined = accounts.join(held, and_(held.c.platform == accounts.c.platform, held.c.ended_at.is_(None), same))
        joined = joined.outerjoin(holder, holder.c.id == held.c.member_id)
        yield _told(accounts.c.row, accounts.c.platform, "held", who).select_from(joined).where(another)
