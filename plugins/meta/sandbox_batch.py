"""The batch endpoint of the imitated Graph API: every part is a request of its own, with its own entry in the journal and its own faults.

A part whose connection a fault drops is null in the answer, as what Meta does not get to. Source: Business SDK, api.py FacebookAdsApiBatch;
fact sheet 1.6.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from gaung.plugins.meta.sandbox_error import wrong
from gaung.plugins.meta.sandbox_graph import Call

if TYPE_CHECKING:
    from starlette.types import Message

MOST = 50


async def batch(call: Call) -> list[dict[str, Any] | None]:
    """`POST /` with `batch`: parts of `method` and `relative_url` -> `[{"code","headers","body"} | null]` in the same order."""
    call.allow("batch", "include_headers")
    try:
        parts = json.loads(call.need("batch"))
    except ValueError:
        parts = None
    if not isinstance(parts, list) or not all(isinstance(part, dict) and isinstance(part.get("relative_url"), str) for part in parts):
        raise wrong("batch parameter must be a JSON array")
    if not 0 < len(parts) <= MOST:
        raise wrong(f"Too many requests in batch message. Maximum batch size is {MOST}")
    return [await _part(call, part) for part in parts]


async def _part(call: Call, part: Mapping[str, Any]) -> dict[str, Any] | None:
    if part.get("method") != "GET":
        raise wrong("the sandbox takes only reads in a batch")
    path, _, query = part["relative_url"].lstrip("/").partition("?")
    params = {"access_token": call.raw_token, **dict(parse_qsl(query, keep_blank_values=True))}
    outer = call.request.scope
    whole = f"{outer['path'].rstrip('/')}/{path}"
    scope = {
        **{key: outer[key] for key in ("type", "asgi", "http_version", "scheme", "server", "client", "gate")},
        "method": "GET", "path": whole, "raw_path": whole.encode(), "query_string": urlencode(params).encode(), "headers": [],
    }  # fmt: skip
    start: dict[str, Any] = {}
    body = bytearray()

    async def receive() -> "Message":
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: "Message") -> None:
        start.update(message if message["type"] == "http.response.start" else {})
        body.extend(message.get("body", b""))

    try:
        await outer["gate"](scope, receive, send)
    except RuntimeError:  # the gate cannot hang up on a part: the part alone is lost
        return None
    headers = [{"name": name.decode(), "value": value.decode()} for name, value in start["headers"]]
    return {"code": start["status"], "headers": headers, "body": body.decode()}
