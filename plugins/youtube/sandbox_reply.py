"""Shapes of YouTube's answers, and the refusal that any handler may raise."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

Handler = Callable[[Request], Awaitable[Response]]

COMMON = frozenset(
    {
        "alt",
        "key",
        "fields",
        "prettyPrint",
        "quotaUser",
        "userIp",
        "access_token",
        "oauth_token",
        "callback",
        "$.xgafv",
        "upload_protocol",
        "uploadType",
    }
)
"""Query parameters that every method takes. Source: discovery document, `parameters`."""


class Refused(Exception):
    """An error answer of the API."""

    def __init__(self, status: int, reason: str, message: str, domain: str = "youtube.api") -> None:
        super().__init__(reason)
        self.response = error(status, reason, message, domain)


def error(status: int, reason: str, message: str, domain: str = "youtube.api") -> Response:
    """The error shape of Google's JSON APIs."""
    item = {"message": message, "domain": domain, "reason": reason}
    return JSONResponse({"error": {"code": status, "message": message, "errors": [item]}}, status)


def answering(handler: Handler) -> Handler:
    """Turn `Refused` into its answer."""

    @wraps(handler)
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as refused:
            return refused.response

    return answer


def parameters(request: Request, allowed: Iterable[str]) -> dict[str, str]:
    """The query parameters; a repeated one is joined by commas. An unknown one is refused."""
    known = {*allowed, *COMMON}
    values: dict[str, str] = {}
    for key, value in request.query_params.multi_items():
        if key not in known:
            raise Refused(400, "unexpectedParameter", f"The request has an unexpected parameter: {key}.")
        values[key] = f"{values[key]},{value}" if key in values else value
    return values


def required(values: dict[str, str], name: str) -> str:
    """A parameter that must be there."""
    if not values.get(name):
        raise Refused(400, "missingRequiredParameter", f"No value was given for the required parameter {name}.")
    return values[name]


def parts(values: dict[str, str], known: Iterable[str]) -> list[str]:
    """The parts asked for."""
    asked = [part.strip() for part in required(values, "part").split(",")]
    for part in asked:
        if part not in known:
            raise Refused(400, "unknownPart", f"'{part}' is no part of this resource.")
    return asked


def one_filter(values: dict[str, str], names: Iterable[str], reason: str) -> str:
    """Exactly one of the filters must be given."""
    given = [name for name in names if values.get(name)]
    if not given:
        raise Refused(400, "missingRequiredParameter", f"One filter is needed: {', '.join(names)}.")
    if len(given) > 1:
        raise Refused(400, reason, f"These filters do not go together: {', '.join(given)}.")
    return given[0]


def page(values: dict[str, str], items: list[Any], kind: str) -> Response:
    """One page of a list, with `nextPageToken` while there is more."""
    size = _whole(values.get("maxResults", "5"), 50)
    start = _page_start(values.get("pageToken"))
    body: dict[str, Any] = {"kind": kind, "etag": "e"}
    if start + size < len(items):
        body["nextPageToken"] = f"P{start + size}"
    body["items"] = items[start : start + size]
    body["pageInfo"] = {"totalResults": len(items), "resultsPerPage": size}
    return JSONResponse(body)


def iso(seconds: float) -> str:
    """A time as the API writes it: whole seconds, UTC."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _whole(text: str, most: int) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= most:
        raise Refused(400, "invalidValue", f"maxResults must be between 0 and {most}.")
    return int(text)


def _page_start(token: str | None) -> int:
    if token is None:
        return 0
    if not token.startswith("P") or not token[1:].isdecimal():
        raise Refused(400, "invalidPageToken", "The request's page token is not valid.")
    return int(token[1:])
