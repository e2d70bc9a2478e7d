"""People of the imitated TikTok and what they did with our posts, of which TikTok tells nearly nothing.

`research_repost` is shown to research clients only (quota `tiktok.research`, 1: the office has one); of `share_button` and `dm` only the
number is told; of duets and stitches nothing. The trait `private` makes an account private.
"""

import itertools
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from gaung.core.sandbox.base import SandboxPost
from gaung.core.sandbox.people import Deed, SandboxProfile
from gaung.plugins.tiktok.sandbox_state import State

DEEDS = ("research_repost", "share_button", "duet", "stitch", "dm")
_SITE = "https://www.tiktok.com"


@dataclass(slots=True)
class People:
    """Indexed by handle and by profile, so that it is quick with tens of thousands. `reposts` are newest last."""

    state: State
    profiles: dict[str, SandboxProfile] = field(default_factory=dict)
    reposts: dict[str, list[SandboxPost]] = field(default_factory=lambda: defaultdict(list))
    _deeds: dict[str, list[Deed]] = field(default_factory=lambda: defaultdict(list))
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def add(self, handle: str, traits: Collection[str]) -> SandboxProfile:
        """A new account. Raises KeyError for a handle that is taken."""
        self._free(handle)
        profile = SandboxProfile(handle=handle, external_id=f"open-orang-{next(self._numbers)}", traits=frozenset(traits))
        self.profiles[handle.casefold()] = profile
        return profile

    def by_handle(self, handle: str) -> SandboxProfile | None:
        """Whose handle it is now."""
        return self.profiles.get(handle.casefold())

    def rename(self, profile: SandboxProfile, handle: str) -> None:
        """Another handle; the former one is free."""
        self._free(handle)
        del self.profiles[profile.handle.casefold()]
        profile.former.append(profile.handle)
        profile.handle = handle
        self.profiles[handle.casefold()] = profile

    def vanish(self, profile: SandboxProfile) -> None:
        """The account and all of it goes."""
        for deed in self._deeds.pop(profile.external_id, []):
            self.undo(deed)
        self.profiles.pop(profile.handle.casefold(), None)
        profile.gone = True

    def do(self, profile: SandboxProfile, signal: str, account: str, post: str) -> Deed:
        """Do it, and say what the API shows of it."""
        self.state.settle()
        shared = next((one for one in self.state.accounts[account].posts if one.id == post), None)
        if shared is None or signal not in DEEDS:
            raise KeyError(post if shared is None else signal)
        names = False
        if signal == "research_repost":
            self.reposts[profile.external_id].append(shared)
            names = shared.visible and "private" not in profile.traits and has_research(self.state)
        elif signal in ("share_button", "dm"):
            shared.extra["share_count"] = shared.extra.get("share_count", 0) + 1
        deed = Deed(
            platform="tiktok", signal=signal, profile=profile, account=account, post=post, url=self._url(profile, signal),
            at=self.state.world.now(), names=names, proves=False, extra={"post": shared},
        )  # fmt: skip
        self.state.world.deeds.append(deed)
        self._deeds[profile.external_id].append(deed)
        return deed

    def undo(self, deed: Deed) -> None:
        """Take it back; a share that was counted stays counted."""
        if deed.undone:
            return
        deed.undone = True
        held = self.reposts.get(deed.profile.external_id, [])
        if deed.signal == "research_repost" and deed.extra["post"] in held:
            held.remove(deed.extra["post"])

    def _url(self, profile: SandboxProfile, signal: str) -> str:
        """What somebody could show: a new video, the short link that sharing makes, one's own page; of a message nothing."""
        number = next(self._numbers)
        return {
            "research_repost": f"{_SITE}/@{profile.handle}",
            "share_button": f"https://vm.tiktok.com/ZSC{number:06}/",
            "dm": "",
        }.get(signal, f"{_SITE}/@{profile.handle}/video/{7_300_000_000_000_000_001 + 2 * number}")

    def _free(self, handle: str) -> None:
        official = (account.handle.casefold() for account in self.state.accounts.values())
        if handle.casefold() in self.profiles or handle.casefold() in official:
            raise KeyError(handle)


def has_research(state: State) -> bool:
    """Whether the office has a research client."""
    return state.world.quota("tiktok.research", 0) > 0
