"""Posts, media and comments as Meta shows them: whose they are, what they say, and which of our things they refer to. No network."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from gaung.core.records import Sighting
from gaung.plugins.meta.looking import Ours, named, repeats_this


@dataclass(frozen=True, slots=True)
class Seen:
    """One of them. `author` and `author_id` are None where Meta does not say whose it is; `names` are the ids or codes that it links to."""

    id: str
    author: str | None = field(repr=False)
    author_id: str | None = field(repr=False)
    url: str | None = field(repr=False)
    at: datetime | None
    words: str = field(repr=False)
    names: frozenset[str] = field(repr=False)

    @property
    def nameless(self) -> bool:
        """Whether Meta does not say who it was."""
        return not (self.author or self.author_id)

    def sighting(self, signal: str, ours: Ours) -> Sighting:
        """As core takes it."""
        return Sighting(
            signal=signal, publication=ours.publication, evidence=self.id, author=self.author, author_id=self.author_id, url=self.url,
            at=self.at,
        )  # fmt: skip

    def own(self, *ids: str | None) -> Ours | None:
        """As a post of our own, which these ids name too; None where Meta does not say when it was made."""
        return Ours(self.id, frozenset(one for one in (self.id, *ids) if one), self.words, self.at) if self.at else None

    def refers(self, this: Ours, own_posts: Callable[[], list[Ours] | None]) -> bool:
        """Whether it links to this publication, or repeats its text and links to no other post of the same account."""
        if named(self.names, [this]):
            return True
        if not repeats_this(self.words, self.at, this, own_posts):
            return False
        linked = named(self.names, own_posts() or ())
        return linked is None or bool(linked.ids & this.ids)
