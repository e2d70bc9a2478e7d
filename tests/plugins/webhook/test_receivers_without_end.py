"""A receiver whose answer never ends costs neither memory nor more than the time it was given."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

SECRET = "rahasia-penerima-contoh-0123456789"


class Endless:
    """Answers 200, then sends `chunk` every `pause` seconds for as long as somebody listens."""

    def __init__(self, chunk: bytes, pause: float) -> None:
        self.chunk, self.pause, self.sent, self.requests = chunk, pause, 0, 0
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.sock.getsockname()[1]}/masuk"
        self.over = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self.sock.accept()
                threading.Thread(target=self._answer, args=(peer,), daemon=True).start()

    def _answer(self, peer: socket.socket) -> None:
        with peer, contextlib.suppress(OSError):
            peer.recv(65536)
            self.requests += 1
            peer.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n")
            while not self.over.wait(self.pause) and self.sent < 50_000_000:
                peer.sendall(self.chunk)
                self.sent += len(self.chunk)


@pytest.fixture(params=[(b"x" * 65536, 0.0), (b"x", 0.05)], ids=["flood", "drip"])
def endless(request: pytest.FixtureRequest) -> Iterator[Endless]:
    receiver = Endless(*request.param)
    yield receiver
    receiver.over.set()
    receiver.sock.close()


def test_an_answer_without_end_is_an_answer(house: Any, inbox: Any, endless: Endless) -> None:
    observers = house.observers(url=endless.url, secret=SECRET, timeout_seconds=0.5)
    house.happens(1)
    threading.Timer(5, endless.over.set).start()
    begun = time.monotonic()
    observers.pump()
    assert time.monotonic() - begun < 4
    assert endless.requests == 1
    assert endless.sent < 5_000_000
    observers.pump()
    assert endless.requests == 1
