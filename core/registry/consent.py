"""Consent to keeping a member's handles: the texts by version, who agreed when, and the clock that a withdrawal starts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.engine import Connection

from gaung.core.errors import UserError
from gaung.core.store.registry_tables import consents
from gaung.core.store.types import db_now

LATEST = "2026-1"
"""Version of the text that members are asked with now."""
STOP_WITHIN = timedelta(hours=3 * 24)
"""UU 27/2022: processing stops within 3 x 24 hours of the request (facts/domain.md 4e)."""
_LONGEST_VERSION = 40


class NoConsent(UserError):
    """No open consent: no handle of this member may be kept."""


class Superseded(UserError):
    """The consent was given before the member took it back, so it does not count any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A consent that was taken back. `stop_by`: by when what is left of the data must be gone."""

    withdrawn_at: datetime
    stop_by: datetime


@cache
def text(version: str) -> str | None:
    """The text of that version, in Indonesian; None for a form on paper that this installation only knows by its label."""
    if not all(character.isalnum() or character in "-." for character in version):
        return None
    file = files("gaung.core").joinpath(f"data/persetujuan_{version}.txt")
    return file.read_text("utf-8") if file.is_file() else None


def checked_version(version: str) -> str:
    """The label of a text, ours or of a form on paper. Raises UserError for what is no label."""
    label = " ".join(version.split())
    if not label or len(label) > _LONGEST_VERSION or not any(character.isalnum() for character in label):
        raise UserError("The consent text needs a short label.", f"Such as {LATEST}, or the number that your paper form bears.")
    return label


def give(conn: Connection, *, member_id: int, version: str, how: str, actor: str, at: datetime | None = None) -> bool:
    """Put down that a member agreed to the text `version`, now or at `at`; whether that changed anything.

    `how`: `import`, `cli`. A consent to another text takes the place of the one before. Raises `Superseded` for one that is older
    than the member's last withdrawal: a list imported again must not bring back what a person took back.
    """
    label = checked_version(version)
    found = conn.execute(select(consents.c.id, consents.c.version).where(_open(member_id)).with_for_update()).first()
    if found is not None and found.version == label:
        return False
    gone = withdrawn(conn, [member_id]).get(member_id) if found is None else None
    if gone is not None and at is not None and at <= gone.withdrawn_at:
        raise Superseded("The member took the consent back after that day.", "Ask again, and put down the new consent with its own time.")
    if found is not None:
        replaced = update(consents).where(consents.c.id == found.id)
        conn.execute(replaced.values(withdrawn_at=db_now(), withdrawn_by=actor))  # no `stop_by`: nobody asked to stop
    given = {"member_id": member_id, "version": label, "how": how, "actor": actor}
    conn.execute(insert(consents).values(**given, given_at=db_now() if at is None else at))
    return True


def withdraw(conn: Connection, *, member_id: int, actor: str) -> Withdrawal | None:
    """Take the open consent back and start the clock; None where there is none. `gaung.core.registry.erasing.stop` stops the rest."""
    values = {"withdrawn_at": db_now(), "withdrawn_by": actor, "stop_by": db_now(STOP_WITHIN.total_seconds())}
    gone = update(consents).where(_open(member_id)).values(**values)
    row = conn.execute(gone.returning(consents.c.withdrawn_at, consents.c.stop_by)).first()
    return None if row is None else Withdrawal(withdrawn_at=row.withdrawn_at, stop_by=row.stop_by)


def withdrawn(conn: Connection, member_ids: Collection[int]) -> dict[int, Withdrawal]:
    """Of these members, those who took their consent back and gave none since. Nothing new may be recorded for them."""
    latest = (
        select(consents.c.member_id, func.max(consents.c.withdrawn_at).label("at"), func.max(consents.c.stop_by).label("stop_by"))
        .where(consents.c.member_id.in_(member_ids), consents.c.stop_by.is_not(None))
        .group_by(consents.c.member_id)
    )
    given = set(
        conn.execute(select(consents.c.member_id).where(consents.c.member_id.in_(member_ids), consents.c.withdrawn_at.is_(None))).scalars()
    )
    found = conn.execute(latest).all()
    return {row.member_id: Withdrawal(withdrawn_at=row.at, stop_by=row.stop_by) for row in found if row.member_id not in given}


def require(conn: Connection, member_id: int, number: str) -> None:
    """Raise `NoConsent` unless the member agreed and has not taken it back."""
    if conn.execute(select(consents.c.id).where(_open(member_id))).first() is None:
        hint = f"Read the text to the member (gaung member consent --show-text), then: gaung member consent {number}"
        raise NoConsent(f"Member {number} has given no consent, so no account may be put down.", hint)


def _open(member_id: int) -> ColumnElement[bool]:
    return (consents.c.member_id == member_id) & consents.c.withdrawn_at.is_(None)
