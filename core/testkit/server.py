"""One server for all tests of a session, with a fresh sandbox behind it for each test."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gaung.core.sandbox.base import PlatformSandbox
from gaung.core.sandbox.faults import Fault
from gaung.core.sandbox.journal import Entry
from gaung.core.sandbox.server import bind, listen
from gaung.core.sandbox.world import World

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    from gaung.core.sandbox.app import Sandbox

MEDIA = "/_media"


class TestServer:
    """Serves whatever sandbox is `current`, and the test media below `/_media`."""

    __test__ = False

    def __init__(self, media_root: Path) -> None:
        self.current: Sandbox | None = None
        self.media_root = media_root
        sock, self.base_url = bind("127.0.0.1", 0)
        self._listening = listen(self, sock, self.base_url)

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """The ASGI entry; hands uvicorn's own `send` on, as the gate needs."""
        if scope["path"].startswith(f"{MEDIA}/"):
            await self._media(scope["path"].rpartition("/")[2])(scope, receive, send)
            return
        if self.current is None:
            await _unused(scope, receive, send)
            return
        await self.current.app(scope, receive, send)

    def _media(self, name: str) -> "Response":
        from starlette.responses import FileResponse, Response

        path = self.media_root / name[:2] / name
        return FileResponse(path) if path.is_file() else Response(status_code=404)

    def stop(self) -> None:
        """Stop serving."""
        self._listening.stop()


async def _unused(scope: "Scope", receive: "Receive", send: "Send") -> None:
    """What a straggler of an earlier test is told."""
    from starlette.responses import PlainTextResponse

    await PlainTextResponse("no test uses the sandbox now", 503)(scope, receive, send)


class TestSandbox:
    """What the fixture `sandbox` is: a fresh sandbox of every platform that can be loaded."""

    __test__ = False

    def __init__(self, base_url: str, sandbox: "Sandbox", broken: Mapping[str, str]) -> None:
        self.base_url = base_url
        self.sandbox = sandbox
        self.broken = broken

    @property
    def world(self) -> World:
        """Clock, timing and quotas."""
        return self.sandbox.world

    def platform(self, name: str) -> PlatformSandbox:
        """The sandbox of one platform. LookupError with the reason when it could not be loaded."""
        if name not in self.sandbox.platforms:
            raise LookupError(f"no sandbox of {name}: {self.broken.get(name, 'no such platform is installed')}")
        return self.sandbox.platforms[name]

    def journal(self, operation: str | None = None) -> list[Entry]:
        """Requests so far, in order; `operation` may be a pattern (`facebook.*`)."""
        return self.sandbox.journal.entries(operation=operation)

    def fault(self, operation: str, do: str, times: int = 1, **more: Any) -> Fault:
        """Let requests go wrong; see `gaung.core.sandbox.faults` for the actions."""
        return self.sandbox.faults.add(operation, do, times=times, **more)
