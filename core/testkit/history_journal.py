"""What happened in a played history, as the player and the sandbox know it: nothing here was read from Gaung's database."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from gaung.core.sandbox.numbers import Numbers

if TYPE_CHECKING:
    from gaung.core.sandbox.base import SandboxAccount, SandboxPost


@dataclass(frozen=True, slots=True)
class Told:
    """One number that the sandbox looked up at a moment for an answer; `key` is an account's or a post's external id."""

    platform: str
    key: str
    name: str
    at: datetime
    value: float | None


@dataclass(slots=True, kw_only=True)
class Held:
    """An account of an office."""

    office: str
    platform: str
    handle: str
    external_id: str
    since: datetime
    broken: bool = False


@dataclass(slots=True, kw_only=True)
class Out:
    """One delivery of a post: published where `key` is given, else missed."""

    post: int
    day: date
    at: datetime
    origin: str
    purpose: str
    office: str
    platform: str
    key: str | None
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """A figure that somebody kept by hand."""

    office: str
    platform: str
    handle: str
    at: datetime
    value: int
    approximate: bool


@dataclass(frozen=True, slots=True)
class Echo:
    """What is known of a member who shared a post, at one grade."""

    post: int
    member: str
    grade: str


@dataclass(slots=True)
class Journal:
    """Everything, in the order in which it happened.

    `members`: their offices by number. `renamed`: the platform that changed what it counts, and since when.
    """

    told: list[Told] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    out: list[Out] = field(default_factory=list)
    by_hand: list[ByHand] = field(default_factory=list)
    members: dict[str, str] = field(default_factory=dict)
    echoes: list[Echo] = field(default_factory=list)
    renamed: tuple[str, datetime] | None = None
    outages: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    broken: list[tuple[Held, datetime, datetime]] = field(default_factory=list)
    happened: dict[str, int] = field(default_factory=dict)


class Remembering(Numbers):
    """The sandbox's numbers, which note into a journal what answers say while `listening`."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self.journal = journal
        self.listening = False

    def of_account(self, platform: str, account: "SandboxAccount", name: str, at: float) -> float | None:
        """As in `Numbers`."""
        return self._noted(platform, account.external_id, name, super().of_account(platform, account, name, at))

    def of_post(self, platform: str, post: "SandboxPost", name: str, at: float) -> float | None:
        """As in `Numbers`."""
        return self._noted(platform, post.id, name, super().of_post(platform, post, name, at))

    def _noted(self, platform: str, key: str, name: str, value: float | None) -> float | None:
        if self.listening:
            self.journal.told.append(Told(platform, key, name, datetime.now(UTC), value))
        return value
