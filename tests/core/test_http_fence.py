"""A worker that wakes up without its lease sends nothing more, even when its connection was being opened meanwhile."""

import socket
import threading
from collections.abc import Iterator

import pytest

from gaung.core import fence, http
from gaung.core.errors import LeaseLost


class Closing:
    """A fence that closes after some questions."""

    mutating = True

    def __init__(self, answers: int) -> None:
        self.left = answers

    def check(self) -> None:
        """Open a few times, then closed."""
        self.left -= 1
        if self.left < 0:
            raise LeaseLost("gone")


class Listener:
    """Takes connections and keeps what came."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/feed"
        self.received: list[bytes] = []
        self.thread = threading.Thread(target=self._take, daemon=True)
        self.thread.start()

    def _take(self) -> None:
        with self.socket.accept()[0] as conn:
            conn.settimeout(2)
            while data := conn.recv(65536):
                self.received.append(data)


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A listening socket."""
    made = Listener()
    yield made
    made.socket.close()
    made.thread.join(5)
    http.close()


@pytest.mark.parametrize(("asked_before", "arrives"), [(1, b""), (2, b"content-length: 7")])
def test_a_fence_that_closes_while_connecting_keeps_the_body_from_leaving(listener: Listener, asked_before: int, arrives: bytes) -> None:
    with fence.raised(Closing(asked_before)), pytest.raises(LeaseLost):
        http.call("POST", listener.url, effect=http.Effect.PUBLISH, data={"m": "hello"})
    listener.thread.join(5)
    got = b"".join(listener.received).lower()
    assert arrives in got
    assert b"m=hello" not in got
