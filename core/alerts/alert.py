"""What a rule finds, and what a rule is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from gaung.core.config.model import AlertSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing that is the case. `key` says of what, so that it is told once.

    `keeps`: not bad enough to speak up, but enough to leave open what is. So a figure that moves about its limit is told once, too.
    """

    kind: str
    key: str
    office: str | None = None
    platform: str | None = None
    account: int | None = None
    post: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    keeps: bool = False


Rule = Callable[[Connection, AlertSettings, datetime], Iterator[Alert]]
