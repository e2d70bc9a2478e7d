"""The server that platforms fetch media from and push notices to, in `gaung run` and `gaung serve`."""

import logging
import socket
import threading
from typing import TYPE_CHECKING

from gaung.core.engine import webhooks
from gaung.core.engine.context import Engine
from gaung.core.errors import UserError
from gaung.core.media.serve import PREFIX, routes
from gaung.core.media.store import MediaStore

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse


_log = logging.getLogger("gaung.serve")


def bind(host: str, port: int, *, setting: str = "serve.port") -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises UserError when the address is taken; `setting` is what to change then."""
    # IPPROTO_TCP said out loud: without it asyncio leaves Nagle's delay of 40 ms on every answer
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(512)
    except OSError as error:
        sock.close()
        raise UserError(f"{host}:{port} cannot be listened on ({error.strerror}).", f"Set {setting}, or end what uses it.") from None
    sock.set_inheritable(True)
    return sock


def public_url(sock: socket.socket) -> str:
    """`media.public_url` for what this socket serves."""
    host, port = sock.getsockname()[:2]
    return f"http://{host}:{port}{PREFIX}"


def app(engine: Engine) -> "Starlette":
    """Media, webhooks and a health check."""
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def healthy(_request: "Request") -> "JSONResponse":
        return JSONResponse({"ok": True})

    media = engine.settings.media
    return Starlette(routes=[Route("/healthz", healthy), *webhooks.routes(engine), *routes(MediaStore(media.store, media.public_url))])


def serve(engine: Engine, stop: threading.Event, *, fd: int = -1) -> None:
    """Serve until `stop`; on an inherited socket `fd`, or on `serve.host` and `serve.port`."""
    import uvicorn

    settings = engine.settings
    sock = socket.socket(fileno=fd) if fd >= 0 else bind(settings.serve.host, settings.serve.port)
    threading.Thread(target=_tell_addresses, args=(engine, settings.media.public_url or public_url(sock)), daemon=True).start()
    config = uvicorn.Config(app(engine), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)

    def exit_on_stop() -> None:
        stop.wait()
        server.should_exit = True

    threading.Thread(target=exit_on_stop, daemon=True).start()
    server.run(sockets=[sock])


def _tell_addresses(engine: Engine, base: str) -> None:
    """Beside the serving: plugins take a while to import."""
    for name, platform in engine.manager.platforms().items():
        if platform.capabilities.reads_webhooks:
            _log.info("%s may push notices to %s", name, webhooks.address(base, name))
