"""Consent, its withdrawal, erasure and retention: what UU 27/2022 asks of who keeps data of persons."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from gaung.core.clock import now, parse_time
from gaung.core.errors import UserError
from gaung.core.registry import captures, consent, erasing, keeping
from gaung.core.registry.erasing import office_of
from gaung.core.services.context import Context
from gaung.core.services.members import require_member
from gaung.core.store import events

_SLACK = timedelta(minutes=5)


def show_text(version: str) -> dict[str, Any]:
    """`{"version","text"}` of a text that ships with Gaung. Raises UserError for any other."""
    words = consent.text(version)
    if words is None:
        raise UserError(f"Gaung has no text {version}.", f"Its own is {consent.LATEST}; a form on paper is only known by its label.")
    return {"version": version, "text": words}


def give(ctx: Context, number: str, *, version: str, at: str | None = None) -> dict[str, Any]:
    """Put a consent down. Answers `{"number","version","changed","text"}`; event `member.consented`.

    `at`: when the member agreed, if not now. Raises UserError for a time to come, and for one before the last withdrawal.
    """
    label = consent.checked_version(version)
    when = _past(ctx, at)
    with ctx.store.write() as conn:
        member = require_member(ctx, conn, number, lock=True)
        _not_erased(member)
        changed = consent.give(conn, member_id=member.id, version=label, how="cli", actor=ctx.store.actor, at=when)
        if changed:
            events.emit(conn, "member.consented", member=member.number, office=office_of(conn, [member.id]).get(member.id))
    return {"number": member.number, "version": label, "changed": changed, "text": consent.text(label)}


def withdraw(ctx: Context, number: str) -> dict[str, Any]:
    """Take a consent back: processing stops at once, and a clock of 3 x 24 hours runs for what is left.

    Answers `{"number","withdrawn_at","stop_by","accounts","links","claims","captures"}`; again: the same clock. Event `member.withdrew`.
    """
    with ctx.store.write() as conn:
        member = require_member(ctx, conn, number, lock=True)
        fresh = consent.withdraw(conn, member_id=member.id, actor=ctx.store.actor)
        clock = fresh or consent.withdrawn(conn, [member.id]).get(member.id)
        if clock is None:
            hint = f"To remove all that is held of the member: gaung member erase {member.number} --yes"
            raise UserError(f"Member {member.number} has given no consent that could be taken back.", hint)
        if fresh is not None:
            data = {"stop_by": clock.stop_by.isoformat()}
            events.emit(conn, "member.withdrew", member=member.number, office=office_of(conn, [member.id]).get(member.id), data=data)
        stopped = erasing.stop(conn, [member.id], why="withdrawn", forget=lambda names: captures.forget(ctx.settings, names))
    numbers = {key: getattr(stopped, key) for key in ("accounts", "links", "claims", "captures")}
    return {"number": member.number, "withdrawn_at": clock.withdrawn_at, "stop_by": clock.stop_by, **numbers}


def erase(ctx: Context, number: str) -> dict[str, Any]:
    """Remove all that names a member; counts stay exact. Answers `{"number","changed","erased_at"}`. Event `member.erased`.

    Erasing again changes nothing; what was cut short is done to its end.
    """
    with ctx.store.write() as conn:
        member = require_member(ctx, conn, number, lock=True)
        done = erasing.erase(conn, [member.id], why="request", forget=lambda names: captures.forget(ctx.settings, names))
        row = require_member(ctx, conn, number)
    return {"number": row.number, "changed": bool(done), "erased_at": row.erased_at}


def retire(ctx: Context, *, dry_run: bool = False) -> dict[str, Any]:
    """Remove what was kept for its time: `{"members","captures","sightings","dry_run"}`, how many of each (`dry_run`: would be)."""
    if ctx.scope.office is not None:
        raise UserError(
            f"Retention concerns every office, and GAUNG_OFFICE is {ctx.scope.office}.", "Ask the province, or unset GAUNG_OFFICE."
        )
    if dry_run:
        with ctx.store.read() as conn:
            return {**keeping.due(conn, ctx.settings.registry), "dry_run": True}
    return {**keeping.retire(ctx.store, ctx.settings), "dry_run": False}


def _past(ctx: Context, at: str | None) -> datetime | None:
    if at is None:
        return None
    try:
        when = parse_time(at, ctx.settings.zone)
    except ValueError as error:
        raise UserError(f"The time of the consent {error}.") from None
    if when > now() + _SLACK:
        raise UserError("The time of the consent is yet to come.", "Give the time when the member agreed.")
    return when


def _not_erased(member: Row[Any]) -> None:
    if member.erased_at is not None:
        raise UserError(f"Member {member.number} was erased.", "Nothing more is recorded for an erased member.")
