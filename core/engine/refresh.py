"""A fresh token for an account: one refresh at a time on all machines, stored before it is used."""

import time
from typing import Any

from sqlalchemy import Row

from gaung.core.engine.commits import Commits
from gaung.core.engine.context import Engine
from gaung.core.errors import AuthExpired, AuthRevoked, PlatformError, StopWork, Transient, Unsupported
from gaung.core.records import Account
from gaung.core.store import credentials

_RIGHT_SECONDS = 90.0
_POLL = 0.2


class Refresher:
    """Answers the account with new credentials, refreshed by us or by another worker.

    New credentials go through `commits` (statement `refreshed`), which waits while the database is away: the old ones may be worthless.
    """

    def __init__(self, engine: Engine, commits: Commits) -> None:
        self._engine = engine
        self._commits = commits

    def fresh(self, row: Row[Any]) -> tuple[Row[Any], Account]:
        """Raises `AuthRevoked` when a person must reconnect, `Transient` when the refresh did not come through."""
        if not self._engine.manager.platform(row.platform).capabilities.refreshes_credentials:
            raise AuthRevoked("the token is no longer good, and this platform has no refresh", code="no_refresh")
        until = time.monotonic() + _RIGHT_SECONDS
        while time.monotonic() < until:
            with self._engine.store.write() as conn:
                mine = credentials.claim_refresh(conn, row.id, row.credentials_version, _RIGHT_SECONDS)
            if mine:
                return self._refresh(row)
            with self._engine.store.read() as conn:
                found = credentials.load(conn, row.id)
            if found is None or found.status != "active":
                raise AuthRevoked("the account waits to be reconnected", code="needs_reauth")
            if found.credentials_version != row.credentials_version:
                return found, self._engine.account(found)
            time.sleep(_POLL)
        raise Transient("another worker's refresh of this account's token has not come through", code="refresh_busy")

    def _refresh(self, row: Row[Any]) -> tuple[Row[Any], Account]:
        try:
            new = self._engine.manager.refresh_credentials(self._engine.account(row))
        except (AuthExpired, Unsupported) as error:
            self._give_back(row)
            raise AuthRevoked(error.message, code=error.code) from error
        except Exception as error:
            self._give_back(row)
            if isinstance(error, PlatformError | StopWork):
                raise
            raise Transient(f"the refresh failed: {type(error).__name__}", code="refresh_failed") from error
        self._commits.submit("refreshed", row.id, (row.id, row.credentials_version, self._engine.box.seal(new)))
        with self._engine.store.read() as conn:
            found = credentials.load(conn, row.id)
        if found is None:
            raise Transient("the account is gone", code="no_account")
        return found, self._engine.account(found)

    def _give_back(self, row: Row[Any]) -> None:
        with self._engine.store.write() as conn:
            credentials.release_refresh(conn, row.id, row.credentials_version)
