"""The byte upload of the imitated Instagram: `POST /ig-api-upload/{version}/{container}`. Source: content publishing guide."""

import json
from typing import TYPE_CHECKING, Any

from gaung.core.sandbox.base import read_body
from gaung.plugins.instagram.sandbox_media import fetch
from gaung.plugins.meta.sandbox_error import GraphError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from gaung.plugins.instagram.sandbox import InstagramSandbox
    from gaung.plugins.instagram.sandbox_containers import Container


class _Failed(Exception):
    def __init__(self, kind: str, message: str, *, retriable: bool = False) -> None:
        super().__init__(message)
        self.body = {"debug_info": {"retriable": retriable, "type": kind, "message": message}}


async def upload(sandbox: "InstagramSandbox", request: "Request") -> "Response":
    """Bytes from `offset` to `file_size`, or `file_url` to fetch. Answers `{"success":true,"message":...}` or `debug_info`."""
    received = await read_body(request)
    try:
        box = _container(sandbox, request)
        url = request.headers.get("file_url")
        data = await _fetched(url) if url else _append(box, request, received.data, complete=received.complete)
        sandbox.containers.receive(box, data)
    except _Failed as failed:
        return sandbox.reply(failed.body, status=400)
    except GraphError as error:
        box.subcode = error.subcode
    return sandbox.reply({"success": True, "message": "Upload successful. The container is being processed."}, subject=box.account)


def _container(sandbox: "InstagramSandbox", request: "Request") -> "Container":
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    refusal = json.dumps({"success": False, "error": {"message": "unauthorized user request"}}, separators=(",", ":"))
    if scheme != "OAuth":
        raise _Failed("ProcessingFailedError", refusal)
    try:
        subject = sandbox.check(token).subject
    except GraphError:
        raise _Failed("ProcessingFailedError", refusal) from None
    box = sandbox.waiting(request.path_params["container"], subject)
    if box is None or box.status_code(sandbox.world.now()) == "EXPIRED":
        raise _Failed("ProcessingFailedError", refusal)
    if box.ready_at is not None:
        raise _Failed("ProcessingFailedError", "the upload of this container is complete already")
    return box


def _append(box: "Container", request: "Request", data: bytes, *, complete: bool) -> bytes:
    offset, size = _number(request, "offset"), _number(request, "file_size")
    if offset != len(box.received):
        raise _Failed("OffsetInvalidError", f"offset is {offset}, {len(box.received)} bytes are here", retriable=True)
    box.received += data
    if not complete or len(box.received) < size:
        raise _Failed("PartialRequestError", f"{len(box.received)} of {size} bytes are here", retriable=True)
    if len(box.received) > size:
        raise _Failed("ProcessingFailedError", f"more than {size} bytes came")
    whole = bytes(box.received)
    box.received.clear()
    return whole


def _number(request: "Request", name: str) -> int:
    value: Any = request.headers.get(name, "")
    if not value.isdecimal():
        raise _Failed("OffsetInvalidError", f"the header {name} must be a number")
    return int(value)


async def _fetched(url: str) -> bytes:
    try:
        return await fetch(url)
    except GraphError as error:
        raise _Failed("ProcessingFailedError", error.message) from None
