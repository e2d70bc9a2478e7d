"""People of the public in the sandbox: who they are, what they did with a post, and so the truth that Gaung's ledger is compared with.

Nothing in here knows of Gaung's registry: a profile is no more to the sandbox than to the platform.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(slots=True, kw_only=True)
class SandboxProfile:
    """Somebody's own profile on a platform. `traits` are the platform's own (`page`, `professional`, `private`, ...)."""

    handle: str = field(repr=False)
    external_id: str
    traits: frozenset[str] = frozenset()
    former: list[str] = field(default_factory=list, repr=False)
    gone: bool = False
    extra: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(slots=True, kw_only=True)
class Deed:
    """Somebody really did something with one of our posts.

    `names`: the API shows it, and who did it, to the account that owns the post (or to a scan of the profile); what a sweep or a webhook
    must find. `proves`: a look-up of `url` proves both; what a handed-in link must reach. False for both: private, or only counted.
    `shown_as`: the one handle under which it is ever shown, once and without an id; empty: with an id, or as its doer is called by then.
    """

    platform: str
    signal: str
    profile: SandboxProfile
    account: str
    post: str
    url: str = field(repr=False)
    at: float
    names: bool
    proves: bool
    shown_as: str = field(default="", repr=False)
    undone: bool = False
    extra: dict[str, Any] = field(default_factory=dict, repr=False)


class People(Protocol):
    """What a platform's sandbox keeps of people. See the methods of `PlatformSandbox` that ask it."""

    def add(self, handle: str, traits: Collection[str]) -> SandboxProfile:
        """`add_profile`."""

    def do(self, profile: SandboxProfile, signal: str, account: str, post: str) -> Deed:
        """`do`."""

    def undo(self, deed: Deed) -> None:
        """`undo`."""

    def rename(self, profile: SandboxProfile, handle: str) -> None:
        """`rename`."""

    def vanish(self, profile: SandboxProfile) -> None:
        """`vanish`."""
