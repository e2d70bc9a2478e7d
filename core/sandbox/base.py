"""The class that a plugin's `sandbox.py` extends to imitate its platform.

Handlers are ordinary Starlette endpoints, mounted below `/<platform>`; each route's *name* is its operation (`facebook.feed`):
faults and the journal go by it. All handlers run in one event loop, so plain attributes need no locks. Faults, journal, clock,
media files and the page at `/` are the server's, not the plugin's.

An endpoint that takes an upload reads it by `received = await read_body(request)`: when the client hangs up half-way, or the fault
`cut_upload` acts, it gets what came (`received.data`) with `received.complete` False. It keeps those bytes as the real platform would and
returns any response: nobody will see it.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from gaung.core.sandbox.people import Deed, People, SandboxProfile
from gaung.core.sandbox.world import StoredFile, World

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

Refusal = Literal["rate_limited", "token_expired", "token_revoked", "refused", "server_error"]


@dataclass(slots=True, kw_only=True)
class SandboxPost:
    """One thing that exists on an account. Only `visible` posts are public; `made_by` tells a hand-made one from the API's."""

    id: str
    account: str
    kind: str
    text: str
    created_at: float
    url: str
    title: str = ""
    files: list[StoredFile] = field(default_factory=list)
    visible: bool = True
    made_by: Literal["api", "hand"] = "api"
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class SandboxAccount:
    """One account. `credentials` are what `account add` is given; `extra` is the platform's own state."""

    external_id: str
    handle: str
    name: str
    credentials: dict[str, str]
    posts: list[SandboxPost] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a request's body; `complete` False: the connection dropped before its end."""

    data: bytes
    complete: bool


async def read_body(request: "Request") -> Received:
    """Read a body to its end, or to where the client was cut off. Never raises for a lost client."""
    from starlette.requests import ClientDisconnect

    data = bytearray()
    try:
        async for chunk in request.stream():
            data += chunk
    except ClientDisconnect:
        return Received(bytes(data), complete=False)
    return Received(bytes(data), complete=True)


class PlatformSandbox(ABC):
    """Imitates one platform. Subclasses set `name`, implement the abstract methods, and set `people` where it has any.

    Where it has none, nobody can be added, and so nobody acts: each method about people raises KeyError.
    """

    name: str
    people: People | None = None

    def __init__(self, world: World) -> None:
        self.world = world
        self.accounts: dict[str, SandboxAccount] = {}

    @property
    def base_url(self) -> str:
        """Absolute URL of this platform's mount, without a trailing slash."""
        return f"{self.world.base_url}/{self.name}"

    @abstractmethod
    def routes(self) -> Sequence["BaseRoute"]:
        """Starlette routes relative to the mount. Each needs `name="<platform>.<operation>"`."""

    @abstractmethod
    def add_account(self, external_id: str, handle: str) -> SandboxAccount:
        """Make an account with working credentials; again with the same id: new credentials, posts kept."""

    @abstractmethod
    def settings(self) -> dict[str, str]:
        """The `plugins.NAME.*` settings that aim the plugin at this sandbox (`api_url`, ...)."""

    @abstractmethod
    def refusal(self, kind: Refusal, request: "Request") -> "Response":
        """The platform's own answer for an injected refusal. The server adds a `Retry-After` header where asked."""

    @abstractmethod
    def break_token(self, external_id: str, how: Literal["expire", "revoke"]) -> None:
        """Make the account's token expire (a refresh helps) or be revoked (only a new one helps)."""

    @abstractmethod
    def post_by_hand(self, external_id: str, text: str, created_at: float | None = None) -> SandboxPost:
        """What a person posts in the platform's own app: not through the API."""

    @property
    def deeds(self) -> tuple[str, ...]:
        """What people can do with a post here: the signals of the platform, and those that no API tells of. Empty: nothing is imitated."""
        return ()

    @property
    def traits(self) -> tuple[frozenset[str], ...]:
        """Kinds of profiles here, each as the traits it has; a crowd makes some of every kind. Empty: all are alike."""
        return ()

    def grant_all(self) -> None:
        """Give offices here all that the platform gives on application only, and quotas for weeks that pass in minutes.

        To be called before `settings` is asked.
        """

    def wait_for_pushes(self, seconds: float) -> bool:  # noqa: ARG002 - nothing is pushed by default
        """Wait until all notices are delivered or given up; False when that takes longer."""
        return True

    def add_profile(self, handle: str, traits: Collection[str] = ()) -> SandboxProfile:
        """Make a person's own profile, which is no account of an office. Raises KeyError for a handle that is taken."""
        return _people_of(self).add(handle, traits)

    def do(self, profile: SandboxProfile, signal: str, account: str, post: str) -> Deed:
        """Let somebody do one of `deeds` with a post of one of our accounts, now by the sandbox's clock.

        Pushes what the platform would push. The deed is kept in `world.deeds`. Raises KeyError for a post that is not there.
        """
        return _people_of(self).do(profile, signal, account, post)

    def undo(self, deed: Deed) -> None:
        """Let somebody take back what they did: from now on no API shows it."""
        _people_of(self).undo(deed)

    def rename(self, profile: SandboxProfile, handle: str) -> None:
        """Let somebody take another handle; the id stays. The former handle is free for others."""
        _people_of(self).rename(profile, handle)

    def vanish(self, profile: SandboxProfile) -> None:
        """Let somebody delete the profile, and with it all that they did."""
        _people_of(self).vanish(profile)

    def account_of(self, request: "Request") -> str | None:
        """External id of the account that a request speaks of, for the journal and for faults of one account.

        The default finds it as a segment of the path. Override it where only the token tells; it must be cheap and must not read the body.
        """
        for segment in request.scope["path"].split("/"):
            if segment in self.accounts:
                return str(segment)
        return None

    def number_of(self, thing: SandboxAccount | SandboxPost, name: str) -> float | None:
        """What there is to measure of an account or a post now, by core's name; None: the platform tells it no longer.

        Shares that people here did are counted with those that the world tells of.
        """
        numbers, now = self.world.numbers, self.world.now()
        if not isinstance(thing, SandboxPost):
            return numbers.of_account(self.name, thing, name, now)
        value = numbers.of_post(self.name, thing, name, now)
        return value + self.shares_of(thing) if value is not None and name == "shares" else value

    def shares_of(self, post: SandboxPost) -> int:  # noqa: ARG002 - nobody shares by default
        """How many of the deeds with a post the platform counts as its `shares`. Override it where it counts any."""
        return 0

    def posts(self) -> list[SandboxPost]:
        """All posts of all accounts, newest first."""
        every = [post for account in self.accounts.values() for post in account.posts]
        return sorted(every, key=lambda post: post.created_at, reverse=True)


def _people_of(side: PlatformSandbox) -> People:
    if side.people is None:
        raise KeyError(f"the sandbox of {side.name} imitates no people")
    return side.people
