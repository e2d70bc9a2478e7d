"""What one engine process works with: settings, store, plugins and key, each made when first needed."""

import logging
import socket
import threading
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from gaung.core.config import Settings
from gaung.core.records import Account, Content
from gaung.core.secrets import Box, load_box
from gaung.core.store import faults
from gaung.core.store.db import Store
from gaung.core.store.tables import contents
from gaung.core.switchboard import Switchboard

if TYPE_CHECKING:
    from gaung.core.manager import Manager

_MOST_CONTENTS = 512
_log = logging.getLogger("gaung.plugins")


class Engine:
    """One process's tools. `role` names it in events and logs."""

    def __init__(self, settings: Settings, role: str, *, threads: int = 10) -> None:
        self.settings = settings
        self.role = role
        self.store = Store(settings.database_url, actor=f"gaung.{role}", pool_size=min(20, threads + 4))
        self._lock = threading.Lock()
        self._contents: dict[int, Content] = {}
        self.switchboard = Switchboard(settings, lambda: self.store, lambda: self.box)

    @cached_property
    def manager(self) -> "Manager":
        """The plugins."""
        from gaung.core import manager

        return manager.load(switched_off=self.switchboard.off, settings_of=self.switchboard.settings)

    @cached_property
    def box(self) -> Box:
        """Opens stored credentials."""
        return load_box(self.settings)

    def tell_broken(self) -> None:
        """Tell of each plugin that is broken here, once: not at every start."""
        broken = [info for info in self.manager.plugins() if info.status == "broken"]
        for info in broken:
            _log.error("plugin %s (package %s %s) is broken: %s", info.name, info.package, info.version, info.reason)
            _log.debug("%s", info.trace)
        with self.store.write() as conn:
            faults.report(conn, socket.gethostname(), broken)

    def platform_settings(self, platform: str, office: str) -> Mapping[str, Any]:
        """`plugins.P.*` with defaults, and what the office set for itself over them."""
        return self.switchboard.settings(self.manager.platform(platform), office)

    def account(self, row: Row[Any]) -> Account:
        """The record that hooks get, from a row of `accounts`."""
        return Account(
            id=row.id,
            office=row.office,
            platform=row.platform,
            external_id=row.external_id,
            handle=row.handle,
            credentials=self.box.open(row.credentials),
            settings=self.platform_settings(row.platform, row.office),
            limits=row.limits,
        )

    def content(self, content_id: int) -> Content:
        """A stored content; the latest few hundred are kept, for one content goes to many accounts."""
        with self._lock:
            found = self._contents.get(content_id)
        if found is not None:
            return found
        from gaung.core.posts.stored import from_json

        with self.store.read() as conn:
            body = conn.execute(select(contents.c.body).where(contents.c.id == content_id)).scalar_one()
        media = self.settings.media
        loaded = from_json(body, store=media.store, public_base=media.public_url)
        with self._lock:
            while len(self._contents) >= _MOST_CONTENTS:
                self._contents.pop(next(iter(self._contents)))
            self._contents[content_id] = loaded
        return loaded
