"""Runs the sandbox on a loopback port: in a thread for tests, `demo` and the benches, in the foreground for `gaung sandbox`."""

import ipaddress
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gaung.core.errors import UserError
from gaung.core.records import Platform
from gaung.core.sandbox.world import World

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

    from gaung.core.sandbox.app import Sandbox

_START_SECONDS = 20.0


@dataclass(slots=True)
class Listening:
    """An ASGI app that is being served from a thread."""

    base_url: str
    _server: "uvicorn.Server"
    _thread: threading.Thread

    def stop(self) -> None:
        """Stop serving; answers that are under way are cut off after a second."""
        self._server.should_exit = True
        self._thread.join()


@dataclass(slots=True)
class RunningSandbox:
    """A sandbox that answers at `base_url` until `stop`; usable as a context manager."""

    base_url: str
    sandbox: "Sandbox"
    _listening: Listening

    def stop(self) -> None:
        """Stop serving. The sandbox's state can still be looked at."""
        self._listening.stop()

    def __enter__(self) -> "RunningSandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(
    platforms: Sequence[Platform], host: str = "127.0.0.1", port: int = 0, world: World | None = None, keep: int | None = None
) -> RunningSandbox:
    """Serve these platforms from a thread. `keep` bounds the journal (0: counts only).

    Raises `UserError` for a host that is not loopback or a port that is taken, `PluginError` for a sandbox that cannot be loaded.
    """
    from gaung.core.sandbox.app import build

    sock, base_url = bind(host, port)
    world = world or World()
    world.base_url = base_url
    sandbox = build(platforms, world, keep)
    return RunningSandbox(base_url, sandbox, listen(sandbox.app, sock, base_url))


def serve(
    platforms: Sequence[Platform],
    host: str = "127.0.0.1",
    port: int = 0,
    world: World | None = None,
    keep: int | None = 100_000,
    ready: Callable[["Sandbox"], None] | None = None,
) -> None:
    """Serve in the foreground, from the main thread, until SIGINT or SIGTERM; then return.

    `ready` is told once the address is known. Raises as `start` does.
    """
    from gaung.core.sandbox.app import build

    sock, base_url = bind(host, port)
    world = world or World()
    world.base_url = base_url
    sandbox = build(platforms, world, keep)
    if ready is not None:
        ready(sandbox)
    # uvicorn raises the signal that stopped it once more, for the program's own handler: here that is none.
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        _server(sandbox.app).run(sockets=[sock])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def bind(host: str, port: int) -> tuple[socket.socket, str]:
    """A listening socket on a loopback address, and its URL. Raises `UserError`."""
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise UserError(f"the sandbox cannot listen on {host!r}.", "Use 127.0.0.1 or ::1.") from None
    if not address.is_loopback:
        raise UserError(f"the sandbox does not listen on {host}: it has no security.", "Use 127.0.0.1 or ::1.")
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    # asyncio switches Nagle's algorithm off only where the protocol is named; with it on, every answer waits 40 ms for an ACK.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((str(address), port))
        sock.listen(2048)
    except (OSError, OverflowError) as error:
        sock.close()
        raise UserError(f"the sandbox cannot listen on {host} port {port}: {error}.", "Choose another --port.") from None
    shown = f"[{address}]" if address.version == 6 else str(address)
    return sock, f"http://{shown}:{sock.getsockname()[1]}"


def listen(app: "ASGIApp", sock: socket.socket, base_url: str) -> Listening:
    """Serve an app on a bound socket from a thread, and answer once it does."""
    server = _server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, name=f"sandbox {base_url}", daemon=True)
    thread.start()
    step = threading.Event()
    for _ in range(int(_START_SECONDS / 0.005)):
        if server.started:
            return Listening(base_url, server, thread)
        if not thread.is_alive():
            break
        step.wait(0.005)
    raise RuntimeError(f"the sandbox did not start on {base_url}")


def _server(app: "ASGIApp") -> "uvicorn.Server":
    """Without access log, lifespan, proxy headers and date: the gate must get uvicorn's own `send`, and dates by the sandbox's clock."""
    import uvicorn

    config = uvicorn.Config(
        app, lifespan="off", log_config=None, access_log=False, proxy_headers=False, server_header=False, date_header=False,
        ws="none", backlog=2048, timeout_keep_alive=75, timeout_graceful_shutdown=1,
    )  # fmt: skip
    return uvicorn.Server(config)
