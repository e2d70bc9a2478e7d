"""Looking for evidence: how many requests one look may cost, what a refused read means, and whose words a post repeats."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from gaung.core.errors import AuthRevoked, PlatformError, Rejected, Unsupported
from gaung.core.records import Account, Publication
from gaung.plugins.meta import paging, texts
from gaung.plugins.meta.const import LOOK_REQUESTS
from gaung.plugins.meta.failure import Failure
from gaung.plugins.meta.graph import Graph
from gaung.plugins.meta.table import PERMISSIONS

CLOCKS = timedelta(minutes=2)
"""How far a worker's clock, by which publications are dated, may be ahead of Meta's: what lies nearer together has no order."""

SLACK = timedelta(hours=1)
"""More than two clocks can be apart: a look back goes on for that long beyond what it looks for."""

_NO_RIGHT = frozenset({3, 10, *PERMISSIONS})


@dataclass(slots=True)
class Look:
    """One look: the way to the Graph API, what is left to spend, what could not be seen, and whether usernames are answered."""

    graph: Graph
    account: str
    left: int
    notes: list[str] = field(default_factory=list)
    usernames: bool = True

    @classmethod
    def of(cls, account: Account) -> "Look":
        """By the account's settings, `look_requests` above all."""
        return cls(Graph.of(account), account.external_id, int(account.settings.get("look_requests", LOOK_REQUESTS)))

    def get(self, path: str, *, fields: Iterable[str] = (), params: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """One node."""
        self.left -= 1
        return self.graph.get(path, fields=fields, params=params).body

    def edge(self, path: str, *, fields: Iterable[str], limit: int) -> Iterator[list[Mapping[str, Any]]]:
        """The pages of an edge, as long as requests are left; says so in `notes` where they did not reach."""
        if self.left <= 0:
            self.notes.append(f"{path.rpartition('/')[2]}: not looked at, look_requests is used up")
            return
        for answer in paging.pages(self.graph, path, fields=fields, params={"limit": limit}):
            self.left -= 1
            yield paging.items(answer)
            if self.left <= 0 and paging.following(answer):
                self.notes.append(f"{path.rpartition('/')[2]}: not all was read, look_requests is used up")
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
    """A publication, or any post of the account, as evidence is compared with it: the ids that name it, its text, since when it is out."""

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


class OwnPosts:
    """What the account itself posted since a publication; read only when a text has to be told from a later one, and once."""

    def __init__(
        self, look: Look, edge: str, fields: Iterable[str], limit: int, since: datetime, read: Callable[[Mapping[str, Any]], Ours | None]
    ) -> None:
        self._look, self._edge, self._fields, self._limit, self._since, self._read = look, edge, fields, limit, since, read
        self._posts: list[Ours] | None = None
        self._complete = False

    def __call__(self) -> list[Ours] | None:
        """None where the listing could not be read as far back as that."""
        if self._posts is None:
            self._posts, told = [], len(self._look.notes)
            try:
                self._listed(self._posts)
            except PlatformError as error:
                if not refused(error):
                    raise
                # What links to us is found without it: a look does not end here.
                self._look.notes.append(f"{self._edge.rpartition('/')[2]}: not shown to this app ({error.code})")
            self._complete = len(self._look.notes) == told
        return self._posts if self._complete else None

    def _listed(self, posts: list[Ours]) -> None:
        for page in self._look.edge(self._edge, fields=self._fields, limit=self._limit):
            every = [own for own in map(self._read, page) if own]
            posts += every
            if every and all(older(own.at, self._since) for own in every):
                return


def older(at: datetime | None, since: datetime) -> bool:
    """Whether something is surely from before a publication; only where a look back ends depends on it."""
    return at is not None and at < since - SLACK


def named(ids: Iterable[str], ours: Sequence[Ours]) -> Ours | None:
    """The publication that one of these ids names."""
    found = frozenset(ids)
    return next((one for one in ours if one.ids & found), None)


def repeated(words: str, at: datetime | None, ours: Sequence[Ours]) -> Ours | None:
    """Which publication before `at` these words repeat: that of which they hold most, else the latest. None where nobody can tell."""
    told = [(texts.likeness(words, one.text), one) for one in ours if at is None or one.at <= at + CLOCKS]
    most = max((likeness for likeness, _ in told), default=0)
    alike = sorted((one for likeness, one in told if likeness == most > 0), key=lambda one: one.at, reverse=True)
    if len(alike) > 1 and (at is None or alike[0].at - alike[1].at <= CLOCKS):
        return None
    return next(iter(alike), None)


def repeats_this(words: str, at: datetime | None, ours: Ours, own_posts: Callable[[], list[Ours] | None]) -> bool:
    """Whether `words` repeat this publication: no other post of the same account before `at` as much, and as late. False where nobody can
    tell: at most one of several posts is ever answered True.
    """
    likeness = texts.likeness(words, ours.text)
    if at is None or at + CLOCKS < ours.at or not likeness:
        return False
    every = own_posts()
    if every is None:
        return False
    out = next((own.at for own in every if own.ids & ours.ids), ours.at)
    others = [(texts.likeness(words, own.text), own.at) for own in every if own.at <= at and not own.ids & ours.ids]
    return not any(other > likeness or (other == likeness and made >= out - CLOCKS) for other, made in others)
