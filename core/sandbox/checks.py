"""Checks of what people send to the sandbox's control API: one clear message each."""

import math
from collections.abc import Mapping, Sequence
from typing import Any


class BadInput(ValueError):
    """What was sent to the control API makes no sense; the message says which field and why."""


def text(values: Mapping[str, Any], key: str, default: str | None = None) -> str:
    """A text that is not empty."""
    value = values.get(key, default)
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"{key}: a text is needed, not {value!r}")
    return value


def choice(values: Mapping[str, Any], key: str, among: Sequence[str], default: str | None = None) -> str:
    """One of the given words."""
    value = values.get(key, default)
    if value not in among:
        raise BadInput(f"{key}: one of {', '.join(among)} is needed, not {value!r}")
    return str(value)


def number(values: Mapping[str, Any], key: str, default: float | None = None, least: float = 0.0) -> float:
    """A finite number of at least `least`."""
    value = values.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < least:
        raise BadInput(f"{key}: a number of at least {least:g} is needed, not {value!r}")
    return float(value)


def whole(values: Mapping[str, Any], key: str, default: int | None = None, least: int = 0) -> int:
    """A whole number of at least `least`."""
    value = values.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise BadInput(f"{key}: a whole number of at least {least} is needed, not {value!r}")
    return value
