"""Answers the page at `/` and the files it shows."""

import re
import secrets
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gaung.core.sandbox import feeds

if TYPE_CHECKING:
    from gaung.core.sandbox.app import Sandbox
    from gaung.core.sandbox.world import World

_SHOWN = ("image/", "video/", "audio/")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def respond(sandbox: "Sandbox", request: Request) -> Response:
    """The feeds that the query asks for, and a policy that lets nothing but this page's own parts run or load."""
    nonce = secrets.token_urlsafe(16)
    view = feeds.View.from_query(request.query_params, sandbox)
    policy = (
        f"default-src 'none'; img-src 'self'; media-src 'self'; connect-src 'self'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
        "base-uri 'none'; form-action 'self'"
    )
    return HTMLResponse(feeds.render(sandbox, view, nonce), headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})


def file_response(world: "World", request: Request) -> Response:
    """A stored file, or the part of it that `Range` asks for, as players of video do. Only media are shown; the rest is downloaded."""
    file = world.files.get(request.path_params["sha256"])
    if file is None:
        return Response(status_code=404)
    shown = file.mime if file.mime.startswith(_SHOWN) and "svg" not in file.mime else "application/octet-stream"
    headers = {"Accept-Ranges": "bytes", "X-Content-Type-Options": "nosniff", "Cache-Control": "max-age=31536000, immutable"}
    size = len(file.data)
    part = _part(request.headers.get("range", ""), size)
    if part is None:
        return Response(file.data, media_type=shown, headers=headers)
    first, last = part
    if first >= size:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Response(file.data[first : last + 1], 206, headers, shown)


def _part(value: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range (RFC 9110, 14.1.2); None when there is none that we follow."""
    match = _RANGE.fullmatch(value.strip())
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size - 1
    end = min(int(last), size - 1) if last else size - 1
    return (int(first), end) if int(first) <= end or int(first) >= size else None
