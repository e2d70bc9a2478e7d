"""Errors as the imitated Graph API answers them."""

import secrets
from dataclasses import dataclass
from typing import Any


@dataclass(eq=False)
class GraphError(Exception):
    """Raised by a handler, answered as an error body. HTTP 400, the only status that Meta documents, unless said otherwise."""

    code: int
    message: str
    subcode: int | None = None
    kind: str = "OAuthException"
    status: int = 400
    transient: bool = False
    title: str = ""
    told: str = ""
    data: dict[str, Any] | None = None

    def body(self) -> dict[str, Any]:
        """`{"error": {...}}`, optional keys left out when empty. Source: Graph API, handling errors."""
        error: dict[str, Any] = {"message": self.message, "type": self.kind, "code": self.code}
        optional = {"error_subcode": self.subcode, "error_user_title": self.title, "error_user_msg": self.told, "error_data": self.data}
        error.update({key: value for key, value in optional.items() if value})
        error["is_transient"] = self.transient
        error["fbtrace_id"] = f"A{secrets.token_urlsafe(16)}"
        return {"error": error}


def missing(node: str, method: str = "get") -> GraphError:
    """What Meta says of an object that is not there, or that the token may not see."""
    said = (
        f"Unsupported {method.lower()} request. Object with ID '{node}' does not exist, cannot be loaded due to missing permissions, "
        "or does not support this operation."
    )
    return GraphError(100, said, subcode=33, kind="GraphMethodException")


def wrong(message: str) -> GraphError:
    """Code 100: a parameter will not do."""
    return GraphError(100, f"(#100) {message}")
