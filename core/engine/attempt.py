"""The live attempt: what a plugin writes is committed before the call returns, or the work stops."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gaung.core import steady
from gaung.core.errors import DeadlinePassed, LeaseLost, PluginDisabled, ScopePaused
from gaung.core.store.work import Job
from gaung.core.window import appeared

if TYPE_CHECKING:
    from gaung.core.engine.commits import Commits


class LeaseFence:
    """Stands before every request of an attempt (`gaung.core.fence.Fence`).

    `good_until` is when the lease surely still holds, by `gaung.core.steady`, which goes on while the process is stopped.
    """

    def __init__(self, delivery: int, good_until: float, *, of: str = "delivery") -> None:
        self.delivery = delivery
        self.of = of
        self.good_until = good_until
        self.lost = False
        self.mutating = False

    def check(self) -> None:
        """Raise `LeaseLost` unless the lease surely holds."""
        if self.lost or steady.seconds() >= self.good_until:
            raise LeaseLost(f"the lease of {self.of} {self.delivery} is gone")

    def lose(self) -> None:
        """The database says that the lease is another's."""
        self.lost = True
        raise LeaseLost(f"{self.of} {self.delivery} belongs to another worker now")


class LiveAttempt:
    """Implements `gaung.core.records.Attempt` on the database; `fence` guards its requests."""

    def __init__(self, job: Job, commits: "Commits", *, good_until: float, owned_ids: frozenset[str] = frozenset()) -> None:
        self.job = job
        self.state: str = job.state
        self.went_by_appearance = False
        self.fence = LeaseFence(job.id, good_until)
        self._commits = commits
        self._owned = owned_ids
        self._checkpoints = dict(job.checkpoints)
        self._mutation_at = job.mutation_at

    @property
    def delivery(self) -> int:
        """Id of the delivery."""
        return self.job.id

    @property
    def number(self) -> int:
        """1 for the first try."""
        return self.job.number

    @property
    def checkpoints(self) -> Mapping[str, Any]:
        """What this and earlier tries saved."""
        return MappingProxyType(self._checkpoints)

    @property
    def mutation_started_at(self) -> datetime | None:
        """When *mutation started* was committed."""
        return self._mutation_at

    @property
    def unknown_since(self) -> datetime | None:
        """When the outcome became unknown."""
        return self.job.unknown_since

    @property
    def owned_ids(self) -> frozenset[str]:
        """External ids that other deliveries on the account own."""
        return self._owned

    def checkpoint(self, key: str, value: Any) -> None:
        """Commit a JSON value; None removes it."""
        values = {**self._checkpoints, key: value}
        if value is None:
            del values[key]
        if not self._commits.submit("checkpoint", self.job.id, (self.job, values)):
            self.fence.lose()
        self._checkpoints = values

    @contextmanager
    def mutating(self) -> Iterator[None]:
        """Commit *mutation started*, then run the block."""
        self.mark()
        self.fence.mutating = True
        try:
            yield
        finally:
            self.fence.mutating = False

    def mark(self) -> None:
        """Commit *mutation started*."""
        self.fence.check()
        verdict, at = self._commits.submit("mark", self.job.id, self.job) or ("lost", None)
        if verdict == "late":
            raise DeadlinePassed("the deadline passed before the call that publishes")
        if verdict == "paused":
            raise ScopePaused("paused before the call that publishes")
        if verdict == "disabled":
            raise PluginDisabled("switched off before the call that publishes")
        if verdict != "ok":
            self.fence.lose()
        self._mutation_at = at
        self.fence.check()  # the commit may have waited for the database longer than the lease lasts

    def forget_mutation(self) -> None:
        """The platform showed that nothing irreversible had happened."""
        self._mutation_at = None

    def appeared(self, created_at: datetime, server_now: datetime | None = None) -> bool:
        """Whether something dated `created_at` by the platform can stem from this attempt."""
        if self._mutation_at is None:
            return False
        could = appeared(created_at, self._mutation_at, self.unknown_since, server_now, datetime.now(UTC))
        self.went_by_appearance = self.went_by_appearance or could
        return could
