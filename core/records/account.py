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
    office: str
    platform: str
    external_id: str
    handle: str
    credentials: Credentials
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    limits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountInfo:
    """Who the token is, what it may do, what its limits are, and when it ends.

    `external_id` lets core refuse a token of another account. `expires_at` None: no end known.
    """

    external_id: str
    handle: str
    who: str
    scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)
