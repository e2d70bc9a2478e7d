"""The page at `/`: the feeds of all accounts, so that a person sees what was posted."""

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

if TYPE_CHECKING:
    from gaung.core.sandbox.app import Sandbox
    from gaung.core.sandbox.world import World


def respond(sandbox: "Sandbox", request: Request) -> Response:
    return HTMLResponse("<h1>Gaung</h1>")


def file_response(world: "World", request: Request) -> Response:
    """A stored file; parts of it by `Range`, which players of video need."""
    file = world.files.get(request.path_params["sha256"])
    if file is None:
        return Response(status_code=404)
    return Response(file.data, media_type=file.mime)
