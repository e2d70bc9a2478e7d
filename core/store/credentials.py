"""What happens to an account's credentials while work goes on: refreshed by one worker at a time, or given up on."""

from typing import Any

from sqlalchemy import Row, or_, select, update
from sqlalchemy.engine import Connection

from gaung.core.store import events
from gaung.core.store.tables import accounts
from gaung.core.store.types import db_now


def load(conn: Connection, account: int) -> Row[Any] | None:
    """The account's row."""
    return conn.execute(select(accounts).where(accounts.c.id == account)).first()


def claim_refresh(conn: Connection, account: int, version: int, seconds: float) -> bool:
    """Take the right to refresh these credentials; False when somebody has it or they were replaced already."""
    free = or_(accounts.c.refreshing_until.is_(None), accounts.c.refreshing_until <= db_now())
    same = (accounts.c.id == account, accounts.c.credentials_version == version, free)
    return conn.execute(update(accounts).where(*same).values(refreshing_until=db_now(seconds))).rowcount == 1


def store_refreshed(conn: Connection, account: int, version: int, sealed: str) -> bool:
    """Replace the credentials at once, unless a person replaced them meanwhile."""
    same = (accounts.c.id == account, accounts.c.credentials_version == version)
    values = {"credentials": sealed, "credentials_version": version + 1, "refreshing_until": None, "updated_at": db_now()}
    stored = conn.execute(update(accounts).where(*same).values(**values).returning(accounts.c.office, accounts.c.platform)).first()
    if stored is None:
        return False
    events.emit(conn, "account.refreshed", account=account, office=stored.office, platform=stored.platform)
    return True


def release_refresh(conn: Connection, account: int, version: int) -> None:
    """Give the right back after a refresh that failed."""
    same = (accounts.c.id == account, accounts.c.credentials_version == version)
    conn.execute(update(accounts).where(*same).values(refreshing_until=None))


def flag(conn: Connection, account: int, version: int, *, code: str, message: str) -> bool:
    """Mark an account `needs_reauth`, unless a person has reconnected it since `version`."""
    same = (accounts.c.id == account, accounts.c.credentials_version == version, accounts.c.status == "active")
    values = {"status": "needs_reauth", "refreshing_until": None, "updated_at": db_now()}
    row = conn.execute(update(accounts).where(*same).values(**values).returning(accounts)).first()
    if row is None:
        return False
    data = {"handle": row.handle, "code": code, "message": message}
    events.emit(conn, "account.needs_reauth", account=account, office=row.office, platform=row.platform, data=data)
    return True
