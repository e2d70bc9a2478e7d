"""Moments as Meta writes them."""

from datetime import datetime


def moment(value: str) -> datetime:
    """`2026-11-24T10:00:00+0000`, or with a colon, as an aware datetime. ValueError for anything else."""
    when = datetime.fromisoformat(value)
    if when.tzinfo is None:
        raise ValueError(f"no offset in {value}")
    return when


def moment_or_none(value: object) -> datetime | None:
    """As `moment`; None for what cannot be read."""
    try:
        return moment(value) if isinstance(value, str) else None
    except ValueError:
        return None
