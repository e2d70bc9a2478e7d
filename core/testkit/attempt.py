"""An attempt that lives in memory, with the fence of a real one, so that plugins are tested as workers run them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from gaung.core import fence
from gaung.core.errors import LeaseLost
from gaung.core.records import Account, Content
from gaung.core.window import appeared

Answer = TypeVar("Answer")


class LiveAttempt:
    """Implements `gaung.core.records.Attempt` and `gaung.core.fence.Fence`.

    Run hooks by `attempt.run(plugin.gaung_publish, account, content)`: that raises the fence as a worker does, so that a publishing
    request outside `mutating()`, or after `lose_lease()`, fails the test. `now` is the worker's clock. A "new process" that takes over is
    `attempt.reborn()`: a fresh object with the checkpoints that were saved.
    """

    def __init__(
        self,
        *,
        checkpoints: Mapping[str, Any] | None = None,
        delivery: int = 1,
        number: int = 1,
        mutation_started_at: datetime | None = None,
        unknown_since: datetime | None = None,
        owned_ids: frozenset[str] | set[str] = frozenset(),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.delivery = delivery
        self.number = number
        self.checkpoints: dict[str, Any] = dict(checkpoints or {})
        self.mutation_started_at = mutation_started_at
        self.unknown_since = unknown_since
        self.owned_ids = frozenset(owned_ids)
        self.now = now
        self.saved: list[tuple[str, Any]] = []
        self.mutations = 0
        self._lost = False
        self._mutating = False

    @property
    def mutating_now(self) -> bool:
        """Whether the irreversible block is running."""
        return self._mutating

    def checkpoint(self, key: str, value: Any) -> None:
        """Save a value. Raises `LeaseLost` after `lose_lease`, `TypeError` when it is no JSON."""
        import json

        self.check()
        self.checkpoints[key] = json.loads(json.dumps(value))
        self.saved.append((key, self.checkpoints[key]))

    @contextmanager
    def mutating(self) -> Iterator[None]:
        """Note *mutation started*, once, then let the block run."""
        self.check()
        self.mutation_started_at = self.mutation_started_at or self.now()
        self.mutations += 1
        self._mutating = True
        try:
            yield
        finally:
            self._mutating = False

    def appeared(self, created_at: datetime, server_now: datetime | None = None) -> bool:
        """The rule of `gaung.core.window.appeared`, by this attempt's times."""
        return appeared(created_at, self.mutation_started_at, self.unknown_since, server_now, self.now())

    def check(self) -> None:
        """Raise `LeaseLost` once the lease was lost."""
        if self._lost:
            raise LeaseLost("the lease of this attempt was lost")

    def lose_lease(self) -> None:
        """From here on another worker may own the delivery."""
        self._lost = True

    def outcome_unknown(self) -> None:
        """What core notes when it starts to reconcile."""
        self.unknown_since = self.unknown_since or self.now()

    def reborn(self, *, number: int | None = None) -> "LiveAttempt":
        """The same delivery in another process: saved checkpoints and times, nothing else."""
        return LiveAttempt(
            checkpoints=self.checkpoints, delivery=self.delivery, number=number or self.number,
            mutation_started_at=self.mutation_started_at, unknown_since=self.unknown_since, owned_ids=self.owned_ids, now=self.now,
        )  # fmt: skip

    def run(self, hook: Callable[[Account, Content, Any], Answer], account: Account, content: Content) -> Answer:
        """Call a hook behind this attempt's fence."""
        with fence.raised(_Fence(self)):
            return hook(account, content, self)


class _Fence:
    """`Attempt.mutating` is a method, `Fence.mutating` a property: two objects."""

    def __init__(self, attempt: LiveAttempt) -> None:
        self._attempt = attempt

    @property
    def mutating(self) -> bool:
        return self._attempt.mutating_now

    def check(self) -> None:
        self._attempt.check()
