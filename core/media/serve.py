"""Serves the media store to platforms that pull: whole files by their exact name, and nothing else."""

import re
from typing import TYPE_CHECKING

from gaung.core.media.store import MediaStore
from gaung.core.records.content import EXTENSIONS

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

PREFIX = "/media"

_MIMES = {extension: mime for mime, extension in EXTENSIONS.items()}
_NAME = re.compile(r"([0-9a-f]{64})(\.[a-z0-9]{1,5})", re.ASCII)
_FOREVER = "public, max-age=31536000, immutable"


def app(store: MediaStore) -> "Starlette":
    """An application that answers GET and HEAD with files of `store`, ranges included."""
    from starlette.applications import Starlette

    application = Starlette(routes=routes(store))
    application.router.redirect_slashes = False
    return application


def routes(store: MediaStore) -> "list[Route]":
    """The same as routes, to stand after those of other paths.

    Files stand below `/media/` and below `/`: a `media.public_url` without a path, or a proxy that strips it, leads to them as well.
    """
    from starlette.responses import FileResponse, PlainTextResponse
    from starlette.routing import Route

    async def serve(request: "Request") -> "Response":
        found = _NAME.fullmatch(request.path_params["name"])
        mime = _MIMES.get(found[2]) if found else None
        if found is None or mime is None:
            return PlainTextResponse("Not Found", 404)
        path = store.root / found[1][:2] / found[0]
        if not path.is_file():
            return PlainTextResponse("Not Found", 404)
        headers = {"cache-control": _FOREVER, "etag": f'"{found[1]}"', "x-content-type-options": "nosniff"}
        return FileResponse(path, media_type=mime, headers=headers)

    return [Route(f"{base}/{{name}}", serve, methods=["GET"]) for base in (PREFIX, "")]
