"""A server that says exactly what a test tells it to, and remembers what it was asked."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import pytest
from starlette.requests import Request
from starlette.responses import Response

from gaung.core.sandbox.server import bind, listen
from gaung.plugins.meta.graph import Graph


@dataclass
class Asked:
    """One request as the server got it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


@dataclass
class Server:
    """Answers `answers` one by one: `(status, body, headers)`."""

    base_url: str = ""
    answers: list[tuple[int, Any, dict[str, str]]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def say(self, body: Any, status: int = 200, **headers: str) -> None:
        self.answers.append((status, body, {key.replace("_", "-"): value for key, value in headers.items()}))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        headers = dict(request.headers)
        self.asked.append(Asked(request.method, request.url.path, dict(request.query_params), headers, await request.body()))
        status, body, extra = self.answers.pop(0)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        await Response(data, status, extra)(scope, receive, send)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    server = Server()
    sock, server.base_url = bind("127.0.0.1", 0)
    listening = listen(server, sock, server.base_url)
    yield server
    listening.stop()


@pytest.fixture
def server(running: Server) -> Server:
    running.answers.clear()
    running.asked.clear()
    return running


@pytest.fixture
def graph(server: Server) -> Graph:
    return Graph(f"{server.base_url}/prefix/", "v26.0", "EAAGtoken", "app-secret")
