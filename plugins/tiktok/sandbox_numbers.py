"""What there is to measure on the imitated TikTok: counts of accounts and videos out of `number_of`, as whole numbers.

A number that is told no longer is left out of the answer. Sources: Display API, Get User Info and Video Object.
"""

from collections.abc import Callable, Mapping

from gaung.core.sandbox.base import SandboxAccount, SandboxPost

NumberOf = Callable[[SandboxAccount | SandboxPost, str], float | None]

OF_USER: Mapping[str, str] = {
    "follower_count": "followers", "following_count": "following", "likes_count": "tiktok.likes", "video_count": "posts",
}  # fmt: skip
OF_VIDEO: Mapping[str, str] = {"view_count": "views", "like_count": "likes", "comment_count": "comments", "share_count": "shares"}
"""TikTok's fields, and core's name for each."""


def counts(number_of: NumberOf, thing: SandboxAccount | SandboxPost, names: Mapping[str, str]) -> dict[str, int | None]:
    """The counting fields of an account or a video; None where the answer leaves one out."""
    told = {field: number_of(thing, name) for field, name in names.items()}
    return {field: None if value is None else int(value) for field, value in told.items()}
