"""The live attempt that a plugin is handed: the only way to write progress down while a hook runs."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol


class Attempt(Protocol):
    """One try at a delivery, backed by the database.

    Both methods commit before they return, and raise `LeaseLost` when another worker may own the delivery.
    """

    @property
    def delivery(self) -> int:
        """Id of the delivery."""

    @property
    def number(self) -> int:
        """1 for the first try."""

    @property
    def checkpoints(self) -> Mapping[str, Any]:
        """What earlier calls (also of an earlier process) saved: container id, session URI, publish id."""

    @property
    def mutation_started_at(self) -> datetime | None:
        """When *mutation started* was committed; None while nothing irreversible was tried."""

    @property
    def unknown_since(self) -> datetime | None:
        """When the outcome became unknown; None unless core is reconciling."""

    @property
    def owned_ids(self) -> frozenset[str]:
        """External ids on this account that other deliveries already own. Filled while reconciling."""

    def checkpoint(self, key: str, value: Any) -> None:
        """Commit a JSON value under `key`, the moment it is known."""

    def mutating(self) -> AbstractContextManager[None]:
        """Commit *mutation started*, then run the irreversible call in the block.

        Raises `LeaseLost`, `DeadlinePassed`, `ScopePaused` or `PluginDisabled` instead of letting the block run.
        """

    def appeared(self, created_at: datetime, server_now: datetime | None = None) -> bool:
        """Whether something the platform dates `created_at` can stem from this attempt's mutation.

        `server_now` is the platform's own clock (the `Date` header of the answer that listed it), which takes the
        difference of the clocks out. True from *mutation started* until shortly after the outcome became unknown.
        """
