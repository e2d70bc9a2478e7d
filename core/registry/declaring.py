"""Puts down whose account a handle is: one open holder at a time, history by `declared_at` and `ended_at`.

A member's handle needs an open consent. Neither events nor matching happen here: who declares one account emits
`member.declared`, an import tells of all at once; both call `gaung.core.ledger.recording.match_waiting` and
`gaung.core.registry.state.touched` afterwards.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gaung.core.errors import UserError
from gaung.core.records import Platform
from gaung.core.registry import consent
from gaung.core.registry.handles import Handle
from gaung.core.store.locks import ROLLUP, lock
from gaung.core.store.registry_tables import areas, declared_accounts, members
from gaung.core.store.types import db_now

_TRIES = 5


class Taken(UserError):
    """The account is on record for another holder. `member_id`, or `body` and `area`, say whose; the words do not."""

    def __init__(self, platform: Platform, *, member_id: int | None, body: str | None, area: str | None) -> None:
        super().__init__(
            f"This {platform.title} account is on record for another holder.",
            "An account belongs to one at a time: correct the handle, or end it there first (--ended).",
        )
        self.member_id, self.body, self.area = member_id, body, area


class Erased(UserError):
    """The member's data was erased; nothing is recorded any more."""


def declare(
    conn: Connection,
    *,
    platform: Platform,
    handle: Handle,
    member_id: int | None = None,
    body: str | None = None,
    area: str | None = None,
    how: str,
    actor: str,
) -> int:
    """The number of the open declared account that this handle is from now on; a former one of the same holder there is ended.

    The holder is `member_id`, or `body` (PPK, PPS) of `area`. Declaring the same again changes nothing but the spelling. Raises
    `Taken`, `Erased`, and `gaung.core.registry.consent.NoConsent`; `Taken` may come after the former account was ended, so let it
    end the transaction.
    """
    _check_holder(member_id, body, area)
    lock(conn, ROLLUP)  # first, as all who give sightings to accounts
    _lock(conn, member_id, area)
    for _ in range(_TRIES):
        found = _open_for(conn, platform.name, handle)
        theirs = next((row for row in found if not _same(row, member_id, body, area)), None)
        if theirs is not None:
            raise Taken(platform, member_id=theirs.member_id, body=theirs.body, area=theirs.area)
        if found:
            return _again(conn, found[0], handle)
        end(conn, member_id=member_id, body=body, area=area, platform=platform.name, why="replaced")
        made = _insert(conn, platform.name, handle, {"member_id": member_id, "body": body, "area": area, "how": how, "actor": actor})
        if made is not None:
            _reason_is_over(conn, member_id)
            return made
    raise Taken(platform, member_id=None, body=None, area=None)


def end(
    conn: Connection,
    *,
    member_id: int | None = None,
    body: str | None = None,
    area: str | None = None,
    platform: str | None = None,
    why: str = "ended",
) -> list[int]:
    """End the open accounts of one holder (on one platform, or on all); answers their numbers.

    `why`: `replaced`, `withdrawn`, `erased`, `ended`.
    """
    where = [_is_holder(member_id, body, area), declared_accounts.c.ended_at.is_(None)]
    if platform is not None:
        where.append(declared_accounts.c.platform == platform)
    gone = update(declared_accounts).where(*where).values(ended_at=db_now(), ended_why=why).returning(declared_accounts.c.id)
    return sorted(conn.execute(gone).scalars())


def open_accounts(conn: Connection, member_ids: Collection[int]) -> list[Row[Any]]:
    """The open declared accounts of these members."""
    query = select(declared_accounts).where(declared_accounts.c.member_id.in_(member_ids), declared_accounts.c.ended_at.is_(None))
    return list(conn.execute(query.order_by(declared_accounts.c.platform)))


def _check_holder(member_id: int | None, body: str | None, area: str | None) -> None:
    if (member_id is None) == (body is None) or (body is None) != (area is None):
        raise ValueError("a holder is a member, or a body of an area")


def _lock(conn: Connection, member_id: int | None, area: str | None) -> None:
    """One change at a time for each holder; readers and foreign keys are not held up."""
    if member_id is None:
        conn.execute(select(areas.c.code).where(areas.c.code == area).with_for_update(key_share=True))
        return
    row = conn.execute(select(members.c.number, members.c.erased_at).where(members.c.id == member_id).with_for_update(key_share=True)).one()
    if row.erased_at is not None:
        raise Erased(f"Member {row.number} was erased.", "Nothing more is recorded for an erased member.")
    consent.require(conn, member_id, row.number)


def _open_for(conn: Connection, platform: str, handle: Handle) -> list[Row[Any]]:
    same: ColumnElement[bool] = declared_accounts.c.handle_key == handle.key
    if handle.external_id is not None:
        same = or_(same, declared_accounts.c.external_id == handle.external_id)
    query = select(declared_accounts).where(declared_accounts.c.platform == platform, declared_accounts.c.ended_at.is_(None), same)
    return list(conn.execute(query.order_by(declared_accounts.c.id)))


def _same(row: Row[Any], member_id: int | None, body: str | None, area: str | None) -> bool:
    return (row.member_id, row.body, row.area) == (member_id, body, area)


def _again(conn: Connection, row: Row[Any], handle: Handle) -> int:
    values: dict[str, Any] = {}
    if row.handle_key == handle.key and row.handle != handle.shown:
        values["handle"] = handle.shown
    if handle.external_id is not None and row.external_id is None:
        values["external_id"] = handle.external_id
    if values:
        conn.execute(update(declared_accounts).where(declared_accounts.c.id == row.id).values(**values))
    return int(row.id)


def _insert(conn: Connection, platform: str, handle: Handle, values: dict[str, Any]) -> int | None:
    """None: somebody else was faster. `ON CONFLICT` waits for the other transaction and leaves ours whole."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    row = {"platform": platform, "handle": handle.shown, "handle_key": handle.key, "external_id": handle.external_id, **values}
    made = dialect.insert(declared_accounts).values(declared_at=db_now(), **row).on_conflict_do_nothing()
    number: int | None = conn.execute(made.returning(declared_accounts.c.id)).scalar()
    return number


def _reason_is_over(conn: Connection, member_id: int | None) -> None:
    """Who has an account no longer has a reason for having none."""
    if member_id is not None:
        had = and_(members.c.id == member_id, members.c.reason.is_not(None))
        conn.execute(update(members).where(had).values(reason=None, reason_at=None, updated_at=db_now()))


def _is_holder(member_id: int | None, body: str | None, area: str | None) -> ColumnElement[bool]:
    if member_id is not None:
        return declared_accounts.c.member_id == member_id
    return and_(declared_accounts.c.body == body, declared_accounts.c.area == area)
