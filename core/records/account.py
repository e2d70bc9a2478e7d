"""What a plugin is told about one office's presence on one platform."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


class Credentials(Mapping[str, str]):
    """Tokens by field name. Its repr and str never show a value."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def __getitem__(self, key: str) -> str:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Credentials({', '.join(f'{key}=***' for key in self._values)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One office's account on one platform.

    `settings` are the platform's settings for this office (`api_url`, `app_id`, ...), secrets resolved; the repr leaves
    them out. `limits` is what `gaung_check_account` last answered (JSON values), empty until then.
    """

    id: int
    """Number of the account in the database."""
    office: str
    """Code of the office that owns it: `18`, `18.01`."""
    platform: str
    """Name of the platform, which is the plugin's."""
    external_id: str
    """The platform's own id of the account, as `account add --external-id` was told."""
    handle: str
    """What people call it, without `@`; an office's, never a member's."""
    credentials: Credentials
    """Its tokens by the names of `Platform.credential_fields`."""
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """`plugins.NAME.*` as this office has them, secrets resolved; left out of the repr."""
    limits: Mapping[str, Any] = field(default_factory=dict)
    """What `gaung_check_account` last answered as `limits` (JSON values); empty until then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountInfo:
    """Who the token is, what it may do, what its limits are, and when it ends.

    `external_id` lets core refuse a token of another account. `expires_at` None: no end known.
    """

    external_id: str
    """Whose the token is, by the platform. Core refuses a token of another account."""
    handle: str
    """The name that the platform shows now."""
    who: str
    """The same in words, for people."""
    scopes: tuple[str, ...] = ()
    """Permissions that the token has, by the platform's names."""
    expires_at: datetime | None = None
    """When the token ends, with a time zone. None: no end known."""
    limits: Mapping[str, Any] = field(default_factory=dict)
    """What this account may do (longest video, privacy choices, quota left): JSON values, stored, handed back as `account.limits`."""
