"""What every service works on, and how it makes the records that plugins are handed."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from gaung.core.config import Settings, actor, office_scope
from gaung.core.records import Account, Credentials
from gaung.core.services.scope import Scope
from gaung.core.store import migrate
from gaung.core.store.db import Store
from gaung.core.switchboard import Switchboard

if TYPE_CHECKING:
    from gaung.core.manager import Manager
    from gaung.core.secrets import Box


class Context:
    """One person's view of one installation: `actor` is recorded with every change, `scope` limits what is in sight."""

    def __init__(self, settings: Settings, *, store: Store | None = None, manager: "Manager | None" = None) -> None:
        self.settings = settings
        self._store = store
        self._manager = manager
        self.switchboard = Switchboard(settings, lambda: self.store, lambda: self.box)

    @cached_property
    def store(self) -> Store:
        """The database, at the schema of this version."""
        store = self._store or Store(self.settings.database_url, actor=actor())
        migrate.require(store)
        return store

    @cached_property
    def manager(self) -> "Manager":
        """The plugins."""
        from gaung.core import manager

        return self._manager or manager.load(switched_off=self.switchboard.off, settings_of=self.switchboard.settings)

    def plugin_names(self) -> set[str]:
        """Every plugin found, working or not; none is imported for that."""
        if self._manager is not None or "manager" in self.__dict__:
            return {info.name for info in self.manager.plugins()}
        from gaung.core.plugin_loading import sources

        return {source.name for source in sources()}

    @cached_property
    def box(self) -> "Box":
        """The key to stored credentials."""
        from gaung.core.secrets import load_box

        return load_box(self.settings)

    @cached_property
    def scope(self) -> Scope:
        """What `GAUNG_OFFICE` leaves in sight."""
        with self.store.read() as conn:
            return Scope.of(conn, office_scope())

    def platform_settings(self, platform: str, office: str) -> Mapping[str, Any]:
        """`plugins.P.*` with defaults, and what the office set for itself over them."""
        return self.switchboard.settings(self.manager.platform(platform), office)

    def account(self, row: Row[Any], *, with_credentials: bool = True) -> Account:
        """The record that hooks get. Checking a post needs no token, so that it works without the key."""
        return Account(
            id=row.id,
            office=row.office,
            platform=row.platform,
            external_id=row.external_id,
            handle=row.handle,
            credentials=self.box.open(row.credentials) if with_credentials else Credentials({}),
            settings=self.platform_settings(row.platform, row.office),
            limits=row.limits,
        )

    def close(self) -> None:
        """Close the database."""
        if "store" in self.__dict__ and self._store is None:
            self.store.close()
