"""People on the imitated sample platform, and what they do with posts.

share     listed with the post, and on the person's page; a `shy` person is listed with the post without a name, and has no page
keep      on the person's page only
mention   pushed to `world.webhook_url`, and listed nowhere
whisper   told to nobody
"""

import hashlib
import hmac
import itertools
import json
import urllib.request
from collections import defaultdict
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gaung.core.sandbox.people import Deed, SandboxProfile
from gaung.core.sandbox.world import World

DEEDS = ("share", "keep", "mention", "whisper")
APP_SECRET = "sample-app-secret"  # noqa: S105 - of an imitation


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Something that somebody did with a post."""

    id: str
    kind: str
    by: SandboxProfile
    account: str
    post: str
    at: float


class People:
    """All of them. `shares` by id."""

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.name = name
        self.shares: dict[str, Share] = {}
        self._profiles: dict[str, SandboxProfile] = {}
        self._numbers = itertools.count(500_000_000_000_001)
        self._of: dict[str, list[Deed]] = defaultdict(list)
        self._pushing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox-sample-push")
        self._pushes: list[Future[None]] = []

    def add(self, handle: str, traits: Collection[str]) -> SandboxProfile:
        """A new person. Raises KeyError for a handle that is taken."""
        if handle.lower() in self._profiles:
            raise KeyError(handle)
        profile = SandboxProfile(handle=handle, external_id=str(next(self._numbers)), traits=frozenset(traits))
        self._profiles[handle.lower()] = profile
        return profile

    def rename(self, profile: SandboxProfile, handle: str) -> None:
        """Another handle; the id and what was done stay."""
        if handle.lower() in self._profiles:
            raise KeyError(handle)
        del self._profiles[profile.handle.lower()]
        profile.former.append(profile.handle)
        profile.handle = handle
        self._profiles[handle.lower()] = profile

    def vanish(self, profile: SandboxProfile) -> None:
        """The person goes, with all that they did."""
        for deed in self._of.pop(profile.external_id, []):
            self.undo(deed)
        self._profiles.pop(profile.handle.lower(), None)
        profile.gone = True

    def do(self, profile: SandboxProfile, signal: str, account: str, post: str) -> Deed:
        """Do it, push what is pushed, and say what the platform shows of it."""
        if signal not in DEEDS:
            raise KeyError(signal)
        share = Share(id=str(next(self._numbers)), kind=signal, by=profile, account=account, post=post, at=self.world.now())
        shy = "shy" in profile.traits
        told = signal != "whisper" and not shy
        names = told and (signal != "mention" or bool(self.world.webhook_url))
        url = f"https://{self.name}.example/@{profile.handle}/{share.id}"
        deed = Deed(
            platform=self.name, signal=signal, profile=profile, account=account, post=post, url=url, at=share.at, names=names, proves=told,
            extra={"share": share.id},
        )  # fmt: skip
        self.shares[share.id] = share
        self.world.deeds.append(deed)
        self._of[profile.external_id].append(deed)
        if signal == "mention" and self.world.webhook_url:
            self._push({"account": account, "share": share.id})
        return deed

    def undo(self, deed: Deed) -> None:
        """Take it back."""
        deed.undone = True
        self.shares.pop(deed.extra["share"], None)

    def listed(self, post: str) -> list[Share]:
        """What is shown with a post, oldest first."""
        return [share for share in self.shares.values() if share.post == post and share.kind == "share"]

    def page_of(self, handle: str) -> list[Share] | None:
        """What is shown on a person's page; None where there is none."""
        profile = self._profiles.get(handle.lower())
        if profile is None or "shy" in profile.traits:
            return None
        return [share for share in self.shares.values() if share.by is profile and share.kind in ("share", "keep")]

    def as_json(self, share: Share) -> dict[str, Any]:
        """A share; `by` is null where the person is not shown."""
        by = None if "shy" in share.by.traits else {"id": share.by.external_id, "handle": share.by.handle}
        url = f"https://{self.name}.example/@{share.by.handle}/{share.id}" if by else None
        at = datetime.fromtimestamp(share.at, UTC).isoformat(timespec="seconds")
        return {"id": share.id, "kind": share.kind, "post": share.post, "by": by, "url": url, "at": at}

    def wait_for_pushes(self, seconds: float) -> bool:
        """Wait until all is delivered or given up; False when that takes longer."""
        self._pushes = list(wait(self._pushes, timeout=seconds).not_done)
        return not self._pushes

    def _push(self, body: dict[str, str]) -> None:
        raw = json.dumps(body).encode()
        self._pushes.append(self._pushing.submit(_deliver, f"{self.world.webhook_url}/{self.name}", raw))


def sign(raw: bytes) -> str:
    """The header `Sample-Signature`."""
    return hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()


def _deliver(url: str, raw: bytes) -> None:
    """Every notice twice, as platforms that promise *at least once* now and then do."""
    for _ in range(2):
        headers = {"content-type": "application/json", "sample-signature": sign(raw)}
        request = urllib.request.Request(url, data=raw, headers=headers, method="POST")  # noqa: S310
        try:
            urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 - the address is the sandbox's own setting
        except (OSError, ValueError):
            return
