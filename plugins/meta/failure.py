"""A Graph API error body, parsed and not yet judged."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Failure(Exception):
    """`{"error":{"message","type","code","error_subcode","is_transient","error_user_msg","error_data"}}`.

    Chained as `__cause__` to the error that we raise, for the few callers that need `data`. Its repr and str name codes only.
    """

    message: str = field(repr=False)
    code: int | None = None
    subcode: int | None = None
    kind: str = ""
    transient: bool = False
    status: int = 0
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        return f"Graph error {self.label}"

    @property
    def label(self) -> str:
        """`"190/463"`, or `"4"` where the platform gave no subcode."""
        code = "unknown" if self.code is None else str(self.code)
        return code if self.subcode is None else f"{code}/{self.subcode}"


def parse(body: Any, status: int) -> Failure | None:
    """The failure in an answer, or None. Tolerant: an `error` may be an object or, in old answers, a string."""
    error = body.get("error") if isinstance(body, dict) else None
    if not error:
        return None
    if not isinstance(error, dict):
        return Failure(message=str(error), status=status)
    return Failure(
        message=_words(error),
        code=_number(error.get("code")),
        subcode=_number(error.get("error_subcode")),
        kind=str(error.get("type") or ""),
        transient=error.get("is_transient") is True,
        status=status,
        data=_data(error.get("error_data")),
    )


def _words(error: Mapping[str, Any]) -> str:
    message = str(error.get("message") or "no message")
    told = str(error.get("error_user_msg") or "")
    return message if not told or told in message else f"{message} ({told})"


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _data(value: Any) -> Mapping[str, Any]:
    # An object, or JSON in a string: the Business SDK accepts both (facebook_business exceptions.py).
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}
