"""The outermost ASGI app: finds the operation, writes the journal, and makes requests go wrong where a fault says so.

It is outermost because dropping a connection needs uvicorn's own `send`: a bound method of the request cycle, which knows the transport.
"""

import asyncio
import email.utils
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Match

from gaung.core.sandbox.base import PlatformSandbox, Refusal
from gaung.core.sandbox.faults import Fault, Faults
from gaung.core.sandbox.journal import Entry, Journal
from gaung.core.sandbox.world import World

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

_GLANCE = 0.25
"""Seconds after which a slow request looks whether it still has to wait."""

_REFUSALS: Mapping[str, Refusal] = {
    "error_before": "server_error", "error_after": "server_error", "refused": "refused", "rate_limited": "rate_limited",
    "token_expired": "token_expired", "token_revoked": "token_revoked",
}  # fmt: skip


@dataclass(slots=True)
class Exchange:
    """One request to a platform on its way through."""

    platform: PlatformSandbox
    route: "BaseRoute | None"
    scope: "Scope"
    receive: "Receive"
    send: "Send"
    entry: Entry
    body_read: bool = False
    held: "list[Message]" = field(default_factory=list)

    async def read(self) -> "Message":
        """The server's `receive`, noting when the body has come in full.

        uvicorn forgets what it has read but not yet handed on when the client goes away; a platform would have those bytes.
        """
        message = await self.receive()
        cycle: Any = getattr(self.send, "__self__", None)
        if message["type"] == "http.disconnect" and getattr(cycle, "body", b""):
            message = {"type": "http.request", "body": bytes(cycle.body), "more_body": True}
            cycle.body = bytearray()
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            self.body_read = True
        return message

    async def drain(self) -> None:
        """Read what the handler left of the body: the client has then sent everything."""
        while not self.body_read:
            await self.read()


class Gate:
    """Routes `/<platform>/...` to the platforms and everything else to `other` (control API and page)."""

    def __init__(
        self, platforms: Mapping[str, PlatformSandbox], routes: "Mapping[str, Sequence[BaseRoute]]", world: World, journal: Journal,
        faults: Faults, other: "ASGIApp", crashes: list[str],
    ) -> None:  # fmt: skip
        self.world = world
        self.journal = journal
        self.faults = faults
        self.other = other
        self.crashes = crashes
        self._platforms = platforms
        self._routes = routes
        self._date = (0, b"")

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """The ASGI entry."""
        name = scope["path"].split("/", 2)[1] if scope["type"] == "http" else ""
        platform = self._platforms.get(name)
        if platform is None:
            await self.other(scope, receive, send)
            return
        scope["root_path"] = f"/{name}"
        scope["gate"] = self  # a platform that takes several requests in one sends each through it, too
        route = self._find(name, scope)
        operation = getattr(route, "name", "") or f"{name}.unknown"
        query = scope["query_string"].decode("latin-1")
        entry = self.journal.open(self.world.now(), name, operation, scope["method"], scope["path"], query)
        if not self.journal.counts_only or self.faults.rules:
            entry.account = platform.account_of(Request(scope))
        fault = self.faults.take(operation, entry.account) if self.faults.rules else None
        exchange = Exchange(platform, route, scope, receive, send, entry)
        if fault is None:
            await self._run(exchange, self._answering(exchange))
        else:
            entry.fault = fault.do
            await self._go_wrong(exchange, fault)

    def _find(self, name: str, scope: "Scope") -> "BaseRoute | None":
        """The route for a request, its parameters put into `scope`; one of another method if the path fits at least."""
        partial = None
        for route in self._routes[name]:
            match, child = route.matches(scope)
            if match is Match.FULL:
                scope.update(child)
                return route
            if match is Match.PARTIAL and partial is None:
                partial = route, child
        if partial is None:
            return None
        scope.update(partial[1])
        return partial[0]

    async def _go_wrong(self, exchange: Exchange, fault: Fault) -> None:
        if fault.do == "slow":
            await self._slow(exchange, fault)
        elif fault.do == "cut_upload":
            await self._cut(exchange, fault.bytes)
        elif fault.do in ("hangup_after", "error_after"):
            await self._run(exchange, self._holding(exchange))
            await self._refuse_or_hang_up(exchange, fault)
        else:
            await self._refuse_or_hang_up(exchange, fault)

    async def _refuse_or_hang_up(self, exchange: Exchange, fault: Fault) -> None:
        await exchange.drain()
        kind = _REFUSALS.get(fault.do)
        if kind is None:
            await self._hang_up(exchange)
            return
        response = exchange.platform.refusal(kind, Request(exchange.scope))
        if kind == "rate_limited":
            self._say_when(response, fault)
        await response(exchange.scope, exchange.receive, self._answering(exchange))

    async def _slow(self, exchange: Exchange, fault: Fault) -> None:
        if fault.when == "before":
            await _while(fault)
            await self._run(exchange, self._answering(exchange))
            return
        await self._run(exchange, self._holding(exchange))
        await _while(fault)
        send = self._answering(exchange, counted=True)
        for message in exchange.held:
            await send(message)

    async def _cut(self, exchange: Exchange, allowed: int) -> None:
        """Give the handler the first bytes only; to it the client is gone then, and then it is."""
        left = allowed
        server_receive = exchange.receive

        async def receive() -> "Message":
            nonlocal left
            if left < 0:
                return {"type": "http.disconnect"}
            message = await server_receive()
            body = message.get("body", b"")
            if message["type"] != "http.request" or len(body) <= left:
                left -= len(body)
                return message
            cut = {"type": "http.request", "body": body[:left], "more_body": True}
            left = -1
            return cut

        exchange.receive = receive
        await self._run(exchange, self._holding(exchange))
        exchange.receive = server_receive
        await self._hang_up(exchange)

    async def _run(self, exchange: Exchange, send: "Send") -> None:
        """The handler. One that crashes is a fault of the sandbox: told in the answer, in the journal and in `crashes`."""
        try:
            if exchange.route is None:
                await _unknown(exchange.scope)(exchange.scope, exchange.read, send)
            else:
                await exchange.route.handle(exchange.scope, exchange.read, send)
        except Exception as error:
            said = f"{exchange.entry.operation}: {type(error).__name__}: {error}"
            exchange.entry.error = said
            self.crashes.append(said)
            log.exception("sandbox handler crashed: %s", exchange.entry.operation)
            if exchange.entry.status is None:
                await JSONResponse({"sandbox_crashed": said}, 500)(exchange.scope, exchange.read, send)

    def _answering(self, exchange: Exchange, counted: bool = False) -> "Send":
        """Send to the client, with the sandbox's date, and write down what it was told."""
        entry, send, journal = exchange.entry, exchange.send, self.journal

        async def answer(message: "Message") -> None:
            if message["type"] == "http.response.start":
                if not counted:
                    journal.answered(entry, message["status"])
                message["headers"] = [*message.get("headers", ()), (b"date", self._now())]
            elif not message.get("more_body", False):
                if getattr(getattr(send, "__self__", None), "disconnected", False):
                    journal.hung_up(entry)
                else:
                    journal.completed(entry)
            await send(message)

        return answer

    def _holding(self, exchange: Exchange) -> "Send":
        """Keep the answer back."""

        async def hold(message: "Message") -> None:
            if message["type"] == "http.response.start":
                self.journal.answered(exchange.entry, message["status"])
            exchange.held.append(message)

        return hold

    async def _hang_up(self, exchange: Exchange) -> None:
        """Close the TCP connection without another byte."""
        cycle: Any = getattr(exchange.send, "__self__", None)
        if not hasattr(cycle, "transport"):
            raise RuntimeError("hanging up needs uvicorn's own send: put no other ASGI app around the sandbox")
        self.journal.hung_up(exchange.entry)
        cycle.transport.abort()
        while (await exchange.receive())["type"] != "http.disconnect":
            pass

    def _say_when(self, response: "Response", fault: Fault) -> None:
        if "retry-after" in response.headers:
            del response.headers["retry-after"]
        if fault.retry_after == "date":
            response.headers["retry-after"] = email.utils.formatdate(self.world.now() + fault.seconds, usegmt=True)
        elif fault.retry_after is not None:
            response.headers["retry-after"] = fault.retry_after

    def _now(self) -> bytes:
        """The `Date` header by the sandbox's clock, made once a second."""
        second = int(self.world.now())
        if self._date[0] != second:
            self._date = (second, email.utils.formatdate(second, usegmt=True).encode())
        return self._date[1]


async def _while(fault: Fault) -> None:
    """Wait as long as the rule says by then: who makes `seconds` smaller lets go of what waits."""
    begun = time.monotonic()
    while (left := begun + fault.seconds - time.monotonic()) > 0:
        await asyncio.sleep(min(left, _GLANCE))


def _unknown(scope: "Scope") -> "Response":
    said = f"the sandbox has no {scope['method']} {scope['path']}"
    return JSONResponse({"error": said, "method": scope["method"], "path": scope["path"]}, 501)
