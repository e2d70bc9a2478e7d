"""An event as observers and `events tail` see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, committed together with the change it tells of.

    `data` holds what else applies (`reason`, `code`, `url`, ...); never a token, and of a member only the number.
    """

    id: int
    """Number; numbers may have gaps."""
    event: str
    """Name: `delivery.published`."""
    at: datetime
    """When, with a time zone."""
    actor: str
    """Who acted: `GAUNG_ACTOR`, the OS user, or `gaung.ROLE`."""
    office: str | None = None
    """Code of the office concerned; None where it is no single one."""
    platform: str | None = None
    """Name of the platform; None where it is no single one."""
    post: int | None = None
    """Number of the post, where one is concerned."""
    delivery: int | None = None
    """Number of the delivery, where one is concerned."""
    attempt: int | None = None
    """Which try at the delivery."""
    account: int | None = None
    """Number of the account, where one is concerned."""
    publication: int | None = None
    """Number of the publication, where one is concerned."""
    member: str | None = None
    """A member's number; never a name, handle or link."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """What else applies (`reason`, `code`, `url`, ...), as the schema of events says; never a token."""

    def line(self) -> dict[str, Any]:
        """One line of `events tail`: fixed fields first, absent ids left out, the time in RFC 3339."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        there = {name: value for name, value in told.items() if value is not None or name in ("office", "platform")}
        return {**there, "at": self.at.isoformat(), "data": dict(self.data)}
