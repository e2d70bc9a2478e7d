"""What a whole run of the kit shares: a real server on loopback, real media, and what was learnt of each plugin."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gaung.core import http
from gaung.core.records import Account
from gaung.core.sandbox.app import assemble, load
from gaung.core.sandbox.world import World
from gaung.core.testkit.conformance.samples import Sample, samples
from gaung.core.testkit.conformance.subject import Subject
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import MEDIA, TestServer

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

    from gaung.core.sandbox.app import Sandbox
    from gaung.core.testkit.conformance.gauges import Gauges
    from gaung.core.testkit.conformance.play import Run

Rewrite = Callable[[bytes], bytes | None]
"""Asked with the body of an answer of 2xx; answers another body, or None to leave it."""

WEBHOOKS = "/_webhooks"
"""Where the kit takes what a sandbox pushes."""

Hooked = Callable[[str, dict[str, str], dict[str, str], bytes], tuple[int, str]]
"""Told of a pushed request (method, query, headers in lower case, body); answers status and text."""


class KitServer(TestServer):
    """Notes which media were fetched and which bearer tokens came in, takes what is pushed, and can change what a platform answers.

    Faults that hang up cannot be combined with `rewrite`.
    """

    def __init__(self, media_root: Path) -> None:
        super().__init__(media_root)
        self.fetched: list[str] = []
        self.bearers: set[str] = set()
        self.rewrite: Rewrite | None = None
        self.hooked: Hooked | None = None

    def use(self, sandbox: "Sandbox | None") -> None:
        """Serve another sandbox."""
        self.current, self.rewrite, self.hooked = sandbox, None, None

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """The ASGI entry."""
        if self.hooked is not None and scope["path"].startswith(f"{WEBHOOKS}/"):
            await _pushed(scope, receive, send, self.hooked)
            return
        if scope["path"].startswith(f"{MEDIA}/"):
            self.fetched.append(scope["path"].rpartition("/")[2])
        for key, value in scope.get("headers", ()):
            if key == b"authorization" and value[:7].lower() == b"bearer ":
                self.bearers.add(value[7:].decode("latin-1").strip())
        if self.rewrite is None or scope["path"].startswith(f"{MEDIA}/"):
            await super().__call__(scope, receive, send)
            return
        await super().__call__(scope, receive, _changed(send, self.rewrite))


async def _pushed(scope: "Scope", receive: "Receive", send: "Send", hooked: Hooked) -> None:
    """What a platform pushed: answered by whoever takes it."""
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse

    request = Request(scope, receive)
    headers = {key.lower(): value for key, value in request.headers.items()}
    status, said = hooked(request.method, dict(request.query_params), headers, await request.body())
    await PlainTextResponse(said, status)(scope, receive, send)


def _changed(send: "Send", rewrite: Rewrite) -> "Send":
    """Hold an answer until it is whole, then send it with another body."""
    start: dict[str, Any] = {}
    body = bytearray()

    async def hold(message: "Message") -> None:
        if message["type"] == "http.response.start":
            start.update(message)
            return
        body.extend(message.get("body", b""))
        if message.get("more_body", False):
            return
        changed = rewrite(bytes(body)) if 200 <= start["status"] < 300 else None
        data = bytes(body) if changed is None else changed
        kept = [(key, value) for key, value in start["headers"] if key != b"content-length"]
        length = [] if start["status"] in (204, 304) else [(b"content-length", str(len(data)).encode())]
        await send({**start, "headers": [*kept, *length]})
        await send({"type": "http.response.body", "body": b"" if start["status"] in (204, 304) else data})

    return hold


def with_strange_keys(body: bytes) -> bytes | None:
    """The same JSON with a key more in every object."""
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return json.dumps(_strange(value)).encode()


def _strange(value: Any) -> Any:
    if isinstance(value, dict):
        return {"kit_unknown": {"kit": True}, **{key: _strange(inner) for key, inner in value.items()}}
    return [_strange(inner) for inner in value] if isinstance(value, list) else value


class Known:
    """A plugin and what was learnt of it: contents that pass its validation, how publishing them went without a fault, its numbers."""

    def __init__(self, given: object, subject: Subject) -> None:
        self.given = given
        self.subject = subject
        self.samples: list[Sample] | None = None
        self.runs: list[Run] | None = None
        self.gauges: Gauges | None = None


class Bench:
    """Serves the kit until `close`."""

    def __init__(self, root: Path) -> None:
        self.server = KitServer(root)
        self.media = MediaMaker(root, f"{self.server.base_url}{MEDIA}")
        self._known: list[Known] = []

    def known(self, given: object) -> Known:
        """What is known of a plugin: by name or module, or of the class of an object. Raises `PluginError` for one that does not load."""
        for known in self._known:
            if known.given is given or (isinstance(given, str) and known.given == given):
                return known
        self._known.append(Known(given, Subject.of(given)))
        return self._known[-1]

    def sandbox(self, subject: Subject) -> "Sandbox":
        """A fresh sandbox of one platform, being served."""
        world = World(base_url=self.server.base_url, processing_seconds=0.0)
        fresh = assemble({subject.name: load(subject.record)(world)}, world)
        self.server.use(fresh)
        return fresh

    def samples(self, known: Known, account: Callable[[], Account]) -> list[Sample]:
        """Contents for each format, found once by the validation for an account."""
        if known.samples is None:
            known.samples = samples(known.subject, self.media, account())
        return known.samples

    def close(self) -> None:
        """Stop serving."""
        self.server.use(None)
        http.close()
        self.server.stop()
