"""What there is to measure in the sandbox: followers, views, likes, ... of every account and post, at any moment, past moments too.

Numbers grow by themselves along smooth curves that hang on nothing but the key and the moment, so that what was measured weeks ago can be
computed again: the truth that Gaung's series are compared with. What is set by hand holds from that moment on. Names are core's
(`followers`, `views`, ...): how a platform calls them, rounds or hides them is the matter of its own sandbox.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gaung.core.sandbox.base import SandboxAccount, SandboxPost

_DAY = 86_400.0
_EPOCH = 1_767_225_600.0
"""1 January 2026, UTC: where the curves of accounts have their starting values."""
_RIPENS = 1.5 * _DAY
"""Two thirds of what a post will ever gather is there after so long."""
_OF_ACCOUNT = {
    "followers": (300, 9_000, 0.002),
    "following": (40, 300, 0.0002),
    "views": (4_000, 90_000, 0.01),
    "reach": (900, 20_000, 0.0),
}
"""Starting value from and to, and the share of it that comes on each day."""
_OF_POST = {
    "views": (200, 6_000),
    "reach": (150, 4_000),
    "likes": (10, 400),
    "comments": (0, 60),
    "shares": (0, 80),
    "saves": (0, 50),
}
"""What a post gathers in the end, from and to."""
_OTHER = (0, 500)


@dataclass(slots=True)
class Numbers:
    """Everything that can be measured. Keys are a platform's name, the external id of an account or post, and a core name."""

    _set: dict[tuple[str, str, str], list[tuple[float, float | None]]] = field(default_factory=dict)

    def put(self, platform: str, external_id: str, name: str, value: float | None, at: float) -> None:
        """From `at` (seconds since the epoch) on the number is `value` and grows no more; None: the platform tells it no longer."""
        series = self._set.setdefault((platform, external_id, name), [])
        series.append((at, value))
        series.sort(key=lambda one: one[0])

    def of_account(self, platform: str, account: "SandboxAccount", name: str, at: float) -> float | None:
        """The number of an account at a moment. `posts` counts those that are visible and were there by then."""
        said = self._said(platform, account.external_id, name, at)
        if said is not None:
            return said[0]
        if name == "posts":
            return float(sum(post.visible and post.created_at <= at for post in account.posts))
        least, most, daily = _OF_ACCOUNT.get(name, (*_OTHER, 0.0))
        start = least + _share(platform, account.external_id, name) * (most - least)
        days = (at - _EPOCH) / _DAY
        wave = 0.01 * math.sin(2 * math.pi * (days / 7 + _share(platform, account.external_id, "wave")))
        return float(max(0, math.floor(start * (1 + daily * days + wave))))

    def of_post(self, platform: str, post: "SandboxPost", name: str, at: float) -> float | None:
        """The number of a post at a moment; 0 before it was made. It never falls, except by hand."""
        said = self._said(platform, post.id, name, at)
        if said is not None:
            return said[0]
        least, most = _OF_POST.get(name, _OTHER)
        final = least + _share(platform, post.id, name) * (most - least)
        return float(math.floor(final * (1 - math.exp(-max(0.0, at - post.created_at) / _RIPENS))))

    def _said(self, platform: str, external_id: str, name: str, at: float) -> tuple[float | None] | None:
        series = self._set.get((platform, external_id, name))
        index = bisect_right(series, at, key=lambda one: one[0]) if series else 0
        return (series[index - 1][1],) if series and index else None


def _share(*key: str) -> float:
    """A number from 0 to 1 that is always the same for the same key."""
    return int.from_bytes(sha256("\n".join(key).encode()).digest()[:6]) / 2**48
