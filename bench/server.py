"""The smallest HTTP server that answers a POST after a delay, so that it costs as little as possible of the measured cores.

Run as `python bench/server.py DELAY_SECONDS`: prints its port, then counts.
`GET /count` answers how many POSTs came and how many were twins.
"""

import asyncio
import json
import re
import sys

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Counter:
    """POSTs by path."""

    def __init__(self) -> None:
        self.paths: dict[bytes, int] = {}
        self.total = 0


class Handler(asyncio.Protocol):
    """Keep-alive HTTP/1.1, one request after the other."""

    def __init__(self, counter: Counter, delay: float) -> None:
        self.counter, self.delay = counter, delay
        self.buffer = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer once the whole request is here."""
        self.buffer += data
        head, end, rest = self.buffer.partition(b"\r\n\r\n")
        found = _LENGTH.search(head)
        length = int(found[1]) if found else 0
        if not end or len(rest) < length:
            return
        self.buffer = rest[length:]
        method, path, _ = head.split(b" ", 2)
        if method == b"POST":
            self.counter.total += 1
            self.counter.paths[path] = self.counter.paths.get(path, 0) + 1
            body = b'{"id":"%d"}' % self.counter.total
        else:
            twins = sum(1 for count in self.counter.paths.values() if count > 1)
            body = json.dumps({"posts": self.counter.total, "twins": twins}).encode()
        if self.delay and method == b"POST":
            asyncio.get_running_loop().call_later(self.delay, self._answer, body)
        else:
            self._answer(body)

    def _answer(self, body: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))


async def main() -> None:
    """Serve until killed."""
    counter, delay = Counter(), float(sys.argv[1])
    server = await asyncio.get_running_loop().create_server(lambda: Handler(counter, delay), "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
