"""Evidence that somebody shared a publication, and how platforms bring it. Handles and links are left out of every repr."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from gaung.core.records.account import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One way in which a platform's API shows that somebody shared a publication. Core's docs show every one of them."""

    name: str
    """Short and stable: `shared_post`, `playlist_item`."""
    title: str
    """What people read, in Indonesian: `Dibagikan ulang`."""
    proves: str
    """One sentence: which call answers what, and so what is proven."""
    source: str
    """The platform's page that says so; `unconfirmed: ...` where none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandleShape:
    """How handles look on a platform, so that two spellings of one handle are one."""

    pattern: str
    """Regular expression that a whole handle fits, without `@`."""
    ignored: str = ""
    """Characters that do not count: Facebook's dots."""
    id_pattern: str = ""
    """Regular expression of the platform's own account ids, where people write those instead; empty: they do not."""
    example: str = "contoh_anggota"
    """A made-up handle for messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A registered account of a member or of a body, as a plugin needs it to look whether it shared something."""

    id: int
    """Number of the registered account in the database."""
    handle: str = field(repr=False)
    """As it was registered, without `@`; empty where only the id is known."""
    external_id: str | None = field(default=None, repr=False)
    """The platform's own id of that account, where it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """The platform itself showed that an account shared a publication of ours.

    `author` and `author_id`: at least one is given, else nobody can be found. `evidence` names the thing seen (a post's id, a
    playlist item's id) so that the same thing, seen again, is not counted anew.
    """

    signal: str
    """Name of a `Signal` that the platform declares."""
    publication: str
    """`external_id` of our publication that it refers to."""
    evidence: str = field(repr=False)
    """The platform's id of what was seen, or its address."""
    author: str | None = field(default=None, repr=False)
    """Handle of who shared; None where the platform withholds it."""
    author_id: str | None = field(default=None, repr=False)
    """The platform's id of who shared; None where it withholds it."""
    url: str | None = field(default=None, repr=False)
    """Where people can see it."""
    at: datetime | None = None
    """When it was shared, with a time zone; None where the platform does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one look found. `total` is the platform's own count of shares, None where it gives none: unknown is not zero."""

    sightings: tuple[Sighting, ...] = ()
    """Everything seen, also what was seen before."""
    total: int | None = None
    """The platform's share count of the publication asked for, people included whom it never names."""
    note: str = ""
    """For people: what could not be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkInfo:
    """What a pasted address names, read from its letters alone."""

    platform: str
    """Name of the platform."""
    kind: Literal["profile", "post"]
    """`profile`: somebody's page; `post`: one thing on it."""
    url: str = field(repr=False)
    """The same address without tracking parameters, https, the platform's main host."""
    author: str | None = field(default=None, repr=False)
    """Handle in the address, as written; None where it holds none."""
    author_id: str | None = field(default=None, repr=False)
    """The platform's account id in the address; None where it holds none."""
    external_id: str | None = field(default=None, repr=False)
    """Id of the post in the address; None for a profile, and for short links that hide it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing a platform pushed. It is kept sealed until a worker has followed it."""

    key: str
    """Names this notice for good: the same key twice is the same notice, delivered again."""
    account: str
    """`external_id` of our account that it is for."""
    kind: Literal["sighting", "delivery"]
    """`sighting`: follow it by `gaung_follow_notice`; `delivery`: look at the delivery that has `refers` now."""
    refers: str = ""
    """Of `delivery`: a remote id that the delivery's checkpoints or receipt hold (a publish id)."""
    payload: Mapping[str, object] = field(default_factory=dict, repr=False)
    """What `gaung_follow_notice` needs: JSON values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """What came to `/webhooks/PLATFORM`. `accounts` are all accounts on the platform, for their app's secret."""

    method: Literal["GET", "POST"]
    """GET is a handshake."""
    query: Mapping[str, str]
    """Parameters of the address."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = field(repr=False)
    """The raw body: a signature is over exactly these bytes."""
    received_at: datetime
    """When, with a time zone."""
    accounts: "Sequence[Account]" = field(repr=False)
    """All accounts on the platform, with settings and credentials; several may share one app."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAnswer:
    """What to answer the platform, and what it told us."""

    notices: tuple[Notice, ...] = ()
    """What to keep and follow."""
    body: str = ""
    """Text of the answer: a handshake's challenge."""
