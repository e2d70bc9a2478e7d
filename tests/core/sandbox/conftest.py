"""A tiny platform, so that the server is tested without any plugin."""

import itertools
import json
import socket
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from gaung.core.sandbox.app import Sandbox, assemble
from gaung.core.sandbox.base import PlatformSandbox, Refusal, SandboxAccount, SandboxPost, read_body
from gaung.core.sandbox.world import World
from gaung.core.testkit.server import TestServer


class ToySandbox(PlatformSandbox):
    """Posts text by POST /{account}/feed and takes uploads by PUT /upload/{id}."""

    name = "toy"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.uploads: dict[str, bytes] = {}
        self.interrupted: list[str] = []
        self._ids = itertools.count(1)

    def routes(self) -> Sequence[BaseRoute]:
        return [
            Route("/{account}/feed", self.feed, methods=["POST"], name="toy.feed"),
            Route("/{account}", self.read, methods=["GET"], name="toy.read"),
            Route("/upload/{id}", self.upload, methods=["PUT"], name="toy.upload"),
            Route("/crash/now", self.crash, methods=["GET"], name="toy.crash"),
        ]

    async def feed(self, request: Request) -> Response:
        body = await request.json()
        post = self._post(self.accounts[request.path_params["account"]], body["text"], "api", self.world.now())
        return JSONResponse({"id": post.id})

    async def read(self, request: Request) -> Response:
        account = self.accounts[request.path_params["account"]]
        return JSONResponse({"texts": [post.text for post in account.posts]})

    async def upload(self, request: Request) -> Response:
        name = request.path_params["id"]
        received = await read_body(request)
        self.uploads[name] = self.uploads.get(name, b"") + received.data
        if not received.complete:
            self.interrupted.append(name)
        return JSONResponse({"size": len(self.uploads[name])})

    async def crash(self, request: Request) -> Response:
        raise KeyError("a bug of the sandbox")

    def add_account(self, external_id: str, handle: str) -> SandboxAccount:
        old = self.accounts.get(external_id)
        account = SandboxAccount(
            external_id=external_id,
            handle=handle,
            name=handle,
            credentials={"access_token": f"toy-{external_id}"},
            posts=old.posts if old else [],
        )
        self.accounts[external_id] = account
        return account

    def settings(self) -> dict[str, str]:
        return {"api_url": self.base_url}

    def refusal(self, kind: Refusal, request: Request) -> Response:
        status = {"rate_limited": 429, "token_expired": 401, "token_revoked": 403, "refused": 400, "server_error": 500}[kind]
        return JSONResponse({"toy_error": kind}, status, headers={"Retry-After": "999"} if kind == "rate_limited" else None)

    def break_token(self, external_id: str, how: Literal["expire", "revoke"]) -> None:
        self.accounts[external_id].extra["token"] = how

    def post_by_hand(self, external_id: str, text: str, created_at: float | None = None) -> SandboxPost:
        return self._post(self.accounts[external_id], text, "hand", created_at or self.world.now())

    def _post(self, account: SandboxAccount, text: str, made_by: Literal["api", "hand"], created_at: float) -> SandboxPost:
        number = next(self._ids)
        url = f"{self.base_url}/posts/{number}"
        post = SandboxPost(
            id=f"{account.external_id}_{number}",
            account=account.external_id,
            kind="text",
            text=text,
            created_at=created_at,
            url=url,
            made_by=made_by,
        )
        account.posts.append(post)
        return post


class Served:
    """The toy's sandbox on its own server, with a client that never repeats a request."""

    def __init__(self, toy: ToySandbox, sandbox: Sandbox, base_url: str, client: httpx2.Client) -> None:
        self.toy, self.sandbox, self.client = toy, sandbox, client
        self.base_url = base_url

    def feed(self, text: str = "halo", account: str = "1") -> httpx2.Response:
        return self.client.post(f"{self.base_url}/toy/{account}/feed", json={"text": text})

    def control(self, method: str, path: str, body: Any = None) -> httpx2.Response:
        content = None if body is None else json.dumps(body).encode()
        return self.client.request(method, f"{self.base_url}/_sandbox/{path}", content=content)

    def texts(self) -> list[str]:
        return [post.text for post in self.toy.posts()]

    def raw(self, data: bytes) -> bytes:
        """Everything the server sends in answer to these bytes, until it closes."""
        host, _, port = self.base_url.removeprefix("http://").rpartition(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(data)
            answer = b""
            while part := connection.recv(65536):
                answer += part
            return answer


@pytest.fixture
def make_served(sandbox_server: TestServer) -> Iterator[Callable[..., Served]]:
    """Make the toy's sandbox; `keep` bounds the journal."""
    with httpx2.Client(timeout=10) as client:

        def make(keep: int | None = None) -> Served:
            world = World(base_url=sandbox_server.base_url)
            toy = ToySandbox(world)
            sandbox = assemble({"toy": toy}, world, keep)
            sandbox_server.current = sandbox
            toy.add_account("1", "contoh_satu")
            toy.add_account("2", "contoh_dua")
            return Served(toy, sandbox, sandbox_server.base_url, client)

        yield make
    sandbox_server.current = None


@pytest.fixture
def served(make_served: Callable[..., Served]) -> Served:
    return make_served()
