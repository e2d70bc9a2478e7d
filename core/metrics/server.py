"""Answers `/metrics` on a port of its own, in threads beside whatever the process does, and nothing else."""

import contextlib
import gzip
import logging
import socket
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any

from gaung.core.engine.serve import bind

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

PATH = "/metrics"
_SILENT = 10.0
"""Seconds that a client may be silent."""
_log = logging.getLogger("gaung.metrics")


class _Server(ThreadingHTTPServer):
    """On a socket that listens already; `HTTPServer` would ask a name server for the host's full name first."""

    daemon_threads = True

    def __init__(self, sock: socket.socket, handler: Any) -> None:
        TCPServer.__init__(self, sock.getsockname()[:2], handler, bind_and_activate=False)
        self.socket.close()
        self.socket = sock
        self.server_name, self.server_port = sock.getsockname()[:2]

    def handle_error(self, _request: Any, client_address: Any) -> None:
        """A client that hung up is no news, and a traceback belongs into no terminal."""
        _log.debug("a request for %s from %s could not be answered", PATH, client_address[0], exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    """GET and HEAD of one path."""

    server_version, sys_version = "gaung", ""
    timeout = _SILENT

    def __init__(self, registry: "CollectorRegistry", *args: Any) -> None:
        self._registry = registry
        super().__init__(*args)

    def do_GET(self) -> None:
        """The figures in the format that is asked for."""
        if self.path.partition("?")[0] != PATH:
            self._answer(404, b"Here is only /metrics.\n", "text/plain; charset=utf-8")
            return
        from prometheus_client.exposition import choose_encoder

        encode, content_type = choose_encoder(self.headers.get("accept", ""))
        self._answer(200, encode(self._registry), content_type)

    def do_HEAD(self) -> None:
        """The same without the body."""
        self.do_GET()

    def _answer(self, status: int, body: bytes, content_type: str) -> None:
        zipped = "gzip" in self.headers.get("accept-encoding", "")
        body = gzip.compress(body, 1) if zipped else body
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        if zipped:
            self.send_header("content-encoding", "gzip")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing: a line every 15 seconds hides the others."""


@contextlib.contextmanager
def serving(registry: "CollectorRegistry", host: str, port: int) -> Iterator[str]:
    """Answer in the block; its address. Raises UserError when the port is taken."""
    sock = bind(host, port, setting="metrics.host and metrics.port")
    sock.set_inheritable(False)
    server = _Server(sock, partial(_Handler, registry))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="metrics", daemon=True)
    thread.start()
    where, number = sock.getsockname()[:2]
    try:
        yield f"http://{f'[{where}]' if ':' in where else where}:{number}{PATH}"
    finally:
        server.shutdown()
        server.server_close()
