"""An event as observers and `events tail` see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, committed together with the change it tells of.

    `data` holds what else applies (`reason`, `code`, `url`, ...); never a token, and of a member only the number.
    """

    id: int
    event: str
    at: datetime
    actor: str
    office: str | None = None
    platform: str | None = None
    post: int | None = None
    delivery: int | None = None
    attempt: int | None = None
    account: int | None = None
    publication: int | None = None
    member: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
