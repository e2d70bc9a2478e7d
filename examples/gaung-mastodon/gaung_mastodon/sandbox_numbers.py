"""What there is to measure on the imitated instance, out of `number_of`. A number that is told no longer is left out of the entity."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gaung.core.sandbox.base import SandboxAccount, SandboxPost

if TYPE_CHECKING:
    from gaung_mastodon.sandbox import MastodonSandbox

OF_ACCOUNT = {"followers_count": "followers", "following_count": "following", "statuses_count": "posts"}
OF_STATUS = {"favourites_count": "likes", "replies_count": "comments", "reblogs_count": "shares"}
"""Mastodon's fields, and core's name for each."""


def counted(side: "MastodonSandbox", thing: SandboxAccount | SandboxPost, entity: Mapping[str, Any]) -> dict[str, Any]:
    """An entity Account or Status of ours with its counts."""
    fields = OF_STATUS if isinstance(thing, SandboxPost) else OF_ACCOUNT
    told = {field: side.number_of(thing, name) for field, name in fields.items()}
    plain = {key: value for key, value in entity.items() if key not in fields}
    return plain | {field: int(value) for field, value in told.items() if value is not None}
