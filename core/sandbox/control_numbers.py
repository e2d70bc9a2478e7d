"""The part of the control API that shows and sets what there is to measure."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from gaung.core.sandbox.base import PlatformSandbox, SandboxAccount, SandboxPost
from gaung.core.sandbox.checks import BadInput, choice, number, text

if TYPE_CHECKING:
    from starlette.requests import Request

    from gaung.core.sandbox.app import Sandbox

Body = Callable[["Request"], Awaitable[Mapping[str, Any]]]


class NumbersControl:
    """The handlers. Things are known by platform and external id; names are core's."""

    def __init__(self, sandbox: "Sandbox", body: Body) -> None:
        self._sandbox = sandbox
        self._body = body

    async def show(self, request: "Request") -> Response:
        """One number as it is at a moment (`?platform=&account=|post=&name=&at=`), by default now."""
        query: dict[str, Any] = dict(request.query_params)
        if "at" in query:
            try:
                query["at"] = float(query["at"])
            except ValueError:
                raise BadInput(f"at: seconds since the epoch are needed, not {query['at']!r}") from None
        side, thing = self._thing(query)
        name, at = text(query, "name"), number(query, "at", self._sandbox.world.now())
        numbers = self._sandbox.world.numbers
        if isinstance(thing, SandboxPost):
            value = numbers.of_post(side.name, thing, name, at)
        else:
            value = numbers.of_account(side.name, thing, name, at)
        return JSONResponse({"name": name, "value": value, "at": at})

    async def put(self, request: "Request") -> Response:
        """Set one from a moment on: `{"platform","account"|"post","name","value","at"?}`; a value of null: told no longer."""
        body = await self._body(request)
        side, thing = self._thing(body)
        value = None if "value" in body and body["value"] is None else number(body, "value")
        key = thing.id if isinstance(thing, SandboxPost) else thing.external_id
        self._sandbox.world.numbers.put(side.name, key, text(body, "name"), value, number(body, "at", self._sandbox.world.now()))
        return Response(status_code=204)

    def _thing(self, given: Mapping[str, Any]) -> tuple[PlatformSandbox, SandboxAccount | SandboxPost]:
        side = self._sandbox.platforms[choice(given, "platform", tuple(self._sandbox.platforms))]
        if ("account" in given) == ("post" in given):
            raise BadInput("account: give either account or post, an external id")
        if "account" in given:
            key = text(given, "account")
            if key not in side.accounts:
                raise BadInput(f"account: {side.name} has no account {key!r}")
            return side, side.accounts[key]
        key = text(given, "post")
        found = next((post for post in side.posts() if post.id == key), None)
        if found is None:
            raise BadInput(f"post: {side.name} has no post {key!r}")
        return side, found
