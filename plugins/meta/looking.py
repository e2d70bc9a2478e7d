"""Looking for evidence: how many requests one look may cost, what a refused read means, and whose words a post repeats."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from gaung.core.errors import AuthRevoked, PlatformError, Rejected, Unsupported
from gaung.core.records import Account, Publication
from gaung.plugins.meta import paging, texts
from gaung.plugins.meta.failure import Failure
from gaung.plugins.meta.graph import Graph
from gaung.plugins.meta.table import PERMISSIONS

SWEEP_REQUESTS = 80
"""Requests of one look at one publication. Six looks at each of ten posts a day are then at most 4,800 calls in 24 hours: what Meta allows
a Page with a single engaged user, or an Instagram account with a single impression. Source: Graph API, rate limits."""

CLOCKS = timedelta(minutes=2)
"""How far a worker's clock, by which publications are dated, may be ahead of Meta's."""

_NO_RIGHT = frozenset({3, 10, *PERMISSIONS})


@dataclass(slots=True)
class Look:
    """One look: the way to the Graph API, what is left to spend, and what could not be seen."""

    graph: Graph
    account: str
    left: int
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, account: Account) -> "Look":
        """By the account's settings, `sweep_requests` above all."""
        return cls(Graph.of(account), account.external_id, int(account.settings.get("sweep_requests") or SWEEP_REQUESTS))

    def get(self, path: str, *, fields: Iterable[str] = (), params: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """One node."""
        self.left -= 1
        return self.graph.get(path, fields=fields, params=params).body

    def edge(self, path: str, *, fields: Iterable[str], limit: int) -> Iterator[list[Mapping[str, Any]]]:
        """The pages of an edge, as long as requests are left; says so in `notes` where they did not reach."""
        if self.left <= 0:
            self.notes.append(f"{path.rpartition('/')[2]}: not looked at, sweep_requests is used up")
            return
        for answer in paging.pages(self.graph, path, fields=fields, params={"limit": limit}):
            self.left -= 1
            yield paging.items(answer)
            if self.left <= 0 and paging.following(answer):
                self.notes.append(f"{path.rpartition('/')[2]}: not all was read, sweep_requests is used up")
                return

    def note(self, *more: str) -> str:
        """All notes as one text."""
        return "; ".join([*self.notes, *more])


def refused(error: PlatformError) -> bool:
    """Whether a read failed because this app or token may not see the thing, or because it is not there; Meta seldom tells which.

    A missing permission is no reason to take the account out of service, which is what `AuthRevoked` would do.
    """
    if isinstance(error, Rejected | Unsupported):
        return True
    cause = error.__cause__
    return isinstance(error, AuthRevoked) and isinstance(cause, Failure) and cause.code in _NO_RIGHT


@dataclass(frozen=True, slots=True)
class Ours:
    """One publication as evidence is compared with it: every id that may name it, its text, and since when it is out."""

    publication: str
    ids: frozenset[str]
    text: str = field(repr=False)
    at: datetime

    @classmethod
    def of(cls, publication: Publication, ids: Iterable[str | None]) -> "Ours":
        """`ids` may hold None for what is not known. ValueError for a publication whose id the platform withheld."""
        if not publication.external_id:
            raise ValueError("a publication without an id")
        names = frozenset(name for name in (publication.external_id, *ids) if name)
        return cls(publication.external_id, names, publication.text, publication.published_at)


OwnPosts = Callable[[], Iterable[tuple[str, str, datetime]]]
"""Id, text and time of what the account itself posted since a publication."""


def named(ids: Iterable[str], ours: Sequence[Ours]) -> Ours | None:
    """The publication that one of these ids names."""
    found = frozenset(ids)
    return next((one for one in ours if one.ids & found), None)


def repeated(words: str, at: datetime | None, ours: Sequence[Ours]) -> Ours | None:
    """The latest publication before `at` whose text stands in `words`. None where the time is unknown and several would do."""
    held = [one for one in ours if texts.holds(words, one.text) and (at is None or one.at <= at + CLOCKS)]
    if at is None and len(held) > 1:
        return None
    return max(held, key=lambda one: one.at, default=None)


def repeats_this(words: str, at: datetime | None, ours: Ours, own_posts: OwnPosts) -> bool:
    """Whether `words` repeat this publication and no later post of the same text on the same account."""
    if at is None or at + CLOCKS < ours.at or not texts.holds(words, ours.text):
        return False
    every = list(own_posts())
    out = next((created for number, _, created in every if number in ours.ids), ours.at)
    later = [text for number, text, created in every if number not in ours.ids and out < created <= at]
    return not any(texts.holds(words, text) for text in later)
