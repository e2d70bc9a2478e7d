"""What the sandbox was asked: one entry a request, and counts by operation that never forget."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

SECRET_WORDS = ("token", "secret", "proof", "key", "code", "signature", "upload_id")
"""A query value whose name holds one of these is masked: the journal is shown to people."""


@dataclass(slots=True, kw_only=True)
class Entry:
    """One request to a platform. `status` is what the handler answered, also when the answer was then withheld by a fault."""

    seq: int
    at: float
    platform: str
    operation: str
    method: str
    path: str
    account: str | None = None
    status: int | None = None
    fault: str | None = None
    completed: bool = False
    hung_up: bool = False
    error: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry with its time in RFC 3339."""
        values: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        values["at"] = datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds")
        return values


@dataclass(slots=True)
class Count:
    """How often one operation was asked, and with what outcome."""

    requests: int = 0
    completed: int = 0
    hung_up: int = 0
    status: dict[int, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Statuses as text keys, as JSON wants them."""
        by_status = {str(code): number for code, number in sorted(self.status.items())}
        return {"requests": self.requests, "completed": self.completed, "hung_up": self.hung_up, "status": by_status}


class Journal:
    """Keeps the last `keep` entries (None: all; 0: counts only, for load tests) and counts everything."""

    def __init__(self, keep: int | None = None) -> None:
        self._entries: deque[Entry] = deque(maxlen=keep)
        self._seq = 0
        self.counts: defaultdict[str, Count] = defaultdict(Count)

    @property
    def counts_only(self) -> bool:
        """Whether entries are not kept at all."""
        return self._entries.maxlen == 0

    def open(self, at: float, platform: str, operation: str, method: str, path: str, query: str = "") -> Entry:
        """Begin an entry when its request comes in."""
        self._seq += 1
        if query and not self.counts_only:
            path = f"{path}?{masked(query)}"
        entry = Entry(seq=self._seq, at=at, platform=platform, operation=operation, method=method, path=path)
        self._entries.append(entry)
        self.counts[operation].requests += 1
        return entry

    def answered(self, entry: Entry, status: int) -> None:
        """The handler has an answer, whether or not it will be sent."""
        entry.status = status
        by_status = self.counts[entry.operation].status
        by_status[status] = by_status.get(status, 0) + 1

    def completed(self, entry: Entry) -> None:
        """The whole answer was given to the connection."""
        if not entry.completed:
            entry.completed = True
            self.counts[entry.operation].completed += 1

    def hung_up(self, entry: Entry) -> None:
        """The connection was dropped without the answer."""
        if not entry.hung_up:
            entry.hung_up = True
            self.counts[entry.operation].hung_up += 1

    def entries(self, platform: str | None = None, operation: str | None = None) -> list[Entry]:
        """Entries in order of arrival; `operation` may be a pattern (`facebook.*`)."""
        return [
            entry
            for entry in list(self._entries)
            if (platform is None or entry.platform == platform) and (operation is None or fnmatchcase(entry.operation, operation))
        ]

    def clear(self) -> None:
        """Forget entries and counts."""
        self._entries.clear()
        self.counts.clear()


def masked(query: str) -> str:
    """A query string without the values that could be a token."""
    parts = []
    for part in query.split("&"):
        name, equals, _ = part.partition("=")
        secret = any(word in name.lower() for word in SECRET_WORDS)
        parts.append(f"{name}=***" if equals and secret else part)
    return "&".join(parts)
