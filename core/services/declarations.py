"""What members say of themselves: their accounts, the end of one, whether they follow the office, why they have none."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.engine import Connection

from gaung.core.errors import UserError
from gaung.core.ledger import recording
from gaung.core.records import Platform
from gaung.core.registry import consent, declaring, people, state
from gaung.core.registry.declaring import Taken
from gaung.core.registry.erasing import office_of
from gaung.core.registry.handles import Handle, NotAHandle, read_handle
from gaung.core.services.context import Context
from gaung.core.services.members import in_sight, require_member
from gaung.core.store import events
from gaung.core.store.registry_tables import member_follows, members
from gaung.core.store.types import db_now

NOT_ASKED = "belum_ditanya"
"""As a reason: takes the reason away, as if nobody had asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is declared in one step. `handle` or `ended` is for `platform`; `agreed`: version of the text just agreed to."""

    platform: str | None = None
    handle: str | None = field(default=None, repr=False)
    ended: bool = False
    follows: Collection[str] = ()
    follows_not: Collection[str] = ()
    reason: str | None = None
    agreed: str | None = None


def declare(ctx: Context, number: str, said: Said) -> dict[str, Any]:
    """Put down what a member said; all of it or nothing. Answers `{"number","told","matched"}`.

    `told`: what changed; `matched`: sightings that waited for this account. Events: `member.consented`, `member.declared`.
    """
    record = ctx.manager.platform(said.platform) if said.platform is not None else None
    handle = None if said.handle is None or record is None else read(ctx, record, said.handle)
    follows = _follows(ctx, said)
    reason = None if said.reason is None or said.reason == NOT_ASKED else people.checked_reason(said.reason)
    matched = 0
    with ctx.store.write() as conn:
        member = require_member(ctx, conn, number, lock=True)
        if member.erased_at is not None:
            raise UserError(f"Member {member.number} was erased.", "Nothing more is recorded for an erased member.")
        told = _agree(ctx, conn, member, said.agreed)
        if record is not None and handle is not None:
            matched = _account(ctx, conn, member, record, handle, told)
        if record is not None and said.ended:
            told += ["account_ended"] * bool(declaring.end(conn, member_id=member.id, platform=record.name))
        told += ["follows"] * _put_follows(ctx, conn, member, follows)
        told += ["reason"] * (said.reason is not None and _put_reason(conn, member, reason))
        _emit(conn, member, told, said.platform)
        if "account" in told or "account_ended" in told:
            state.touched(conn)
    return {"number": member.number, "told": told, "matched": matched}


def read(ctx: Context, platform: Platform, text: str) -> Handle:
    """The handle that a person typed or pasted. Raises UserError that does not repeat it."""
    try:
        return read_handle(platform, text, ctx.manager.identify_link)
    except NotAHandle as error:
        raise UserError(f"What was given as handle {error}.", "Copy the name or the address of the profile.") from None


def _follows(ctx: Context, said: Said) -> dict[str, bool]:
    both = sorted(set(said.follows) & set(said.follows_not))
    if both:
        raise UserError(f"The member cannot both follow and not follow the office on {both[0]}.", "Give one of the two.")
    follows = {**dict.fromkeys(said.follows, True), **dict.fromkeys(said.follows_not, False)}
    for name in follows:
        ctx.manager.platform(name)
    return follows


def _agree(ctx: Context, conn: Connection, member: Row[Any], version: str | None) -> list[str]:
    if version is None or not consent.give(conn, member_id=member.id, version=version, how="cli", actor=ctx.store.actor):
        return []
    return ["consent"]


def _account(ctx: Context, conn: Connection, member: Row[Any], platform: Platform, handle: Handle, told: list[str]) -> int:
    before = {row.id for row in declaring.open_accounts(conn, [member.id])}
    try:
        number = declaring.declare(conn, platform=platform, handle=handle, member_id=member.id, how="cli", actor=ctx.store.actor)
    except Taken as taken:
        raise whose(ctx, conn, platform, taken) from None
    if number in before:
        return 0
    told.append("account")
    return recording.match_waiting(conn, ctx.box, {platform.name: platform}, [number])


def whose(ctx: Context, conn: Connection, platform: Platform, taken: Taken) -> UserError:
    """The same with the holder named, by number, to an office that has it in sight."""
    of = f"This {platform.title} account is on record for"
    if taken.body is not None and taken.area is not None and ctx.scope.sees(taken.area):
        command = f"gaung body declare --body {taken.body} --area {taken.area} --platform {platform.name} --ended"
        return UserError(f"{of} {taken.body} {taken.area}.", f"If that is wrong, end it there first: {command}")
    query = select(members.c.number).where(members.c.id == taken.member_id, in_sight(ctx))
    number = conn.execute(query).scalar() if taken.member_id is not None else None
    if number is None:
        return taken
    return UserError(
        f"{of} member {number}.", f"If that is wrong, end it there first: gaung member declare {number} --platform {platform.name} --ended"
    )


def _put_follows(ctx: Context, conn: Connection, member: Row[Any], follows: Mapping[str, bool]) -> bool:
    if not follows:
        return False
    consent.require(conn, member.id, member.number)
    table = member_follows
    mine = table.c.member_id == member.id
    known: dict[str, bool] = dict(conn.execute(select(table.c.platform, table.c.follows).where(mine)).all())
    new = {name: value for name, value in follows.items() if known.get(name) is not value}
    conn.execute(delete(table).where(mine, table.c.platform.in_(new)))
    rows = [{"member_id": member.id, "platform": name, "follows": value, "actor": ctx.store.actor} for name, value in new.items()]
    if rows:
        conn.execute(insert(table).values(at=db_now()), rows)
    return bool(rows)


def _put_reason(conn: Connection, member: Row[Any], reason: str | None) -> bool:
    held = declaring.open_accounts(conn, [member.id])
    if held and reason is not None:
        where = ", ".join(row.platform for row in held)
        hint = f"End it first: gaung member declare {member.number} --platform {held[0].platform} --ended"
        raise UserError(f"Member {member.number} has an account on record ({where}), so there is no reason for having none.", hint)
    if member.reason == reason:
        return False
    at = None if reason is None else db_now()
    conn.execute(update(members).where(members.c.id == member.id).values(reason=reason, reason_at=at, updated_at=db_now()))
    return True


def _emit(conn: Connection, member: Row[Any], told: list[str], platform: str | None) -> None:
    """Neither handle nor reason: events are never erased."""
    ids = {"member": member.number, "office": office_of(conn, [member.id]).get(member.id)}
    if "consent" in told:
        events.emit(conn, "member.consented", **ids)
    for what in told:
        if what != "consent":
            where = platform if what in ("account", "account_ended") else None
            events.emit(conn, "member.declared", data={"what": what}, platform=where, **ids)
