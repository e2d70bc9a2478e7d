"""The control API below `/_sandbox`: accounts, posts, journal, faults, clock, quotas, tokens and the public, for tests and for people."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gaung.core.sandbox import page
from gaung.core.sandbox.base import PlatformSandbox, SandboxAccount, SandboxPost
from gaung.core.sandbox.checks import BadInput, choice, number, text, whole
from gaung.core.sandbox.control_numbers import NumbersControl
from gaung.core.sandbox.control_people import People

if TYPE_CHECKING:
    from gaung.core.sandbox.app import Sandbox

Handler = Callable[[Request], Awaitable[Response]]


def make_app(sandbox: "Sandbox") -> Starlette:
    """The page at `/` and the control API below `/_sandbox`."""
    control = Control(sandbox)
    plain: list[tuple[str, str, Handler]] = [
        ("GET", "accounts", control.list_accounts), ("POST", "accounts", control.add_accounts),
        ("GET", "posts", control.list_posts), ("POST", "posts", control.post_by_hand),
        ("GET", "journal", control.show_journal), ("DELETE", "journal", control.clear_journal),
        ("GET", "counts", control.show_counts), ("GET", "operations", control.list_operations),
        ("GET", "faults", control.list_faults), ("POST", "faults", control.add_faults), ("DELETE", "faults", control.clear_faults),
        ("GET", "world", control.show_world), ("POST", "processing", control.set_processing), ("POST", "quota", control.set_quota),
        ("POST", "clock", control.move_clock), ("POST", "tokens", control.break_token), ("GET", "settings", control.show_settings),
        ("GET", "files/{sha256}", control.file),
        ("POST", "people", control.people.add), ("POST", "acts", control.people.act), ("GET", "deeds", control.people.deeds),
        ("POST", "webhooks", control.people.webhooks),
        ("GET", "numbers", control.numbers.show), ("POST", "numbers", control.numbers.put),
    ]  # fmt: skip
    routes = [Route(f"/_sandbox/{path}", handler, methods=[method]) for method, path, handler in plain]
    routes.append(Route("/", lambda request: page.respond(sandbox, request), methods=["GET"]))
    return Starlette(routes=routes, exception_handlers={BadInput: _bad_input})


async def _bad_input(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 400)


class Control:
    """The handlers. All are `async`, so that they run in the event loop that the platforms run in."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self.sandbox = sandbox
        self.world = sandbox.world
        self.people = People(sandbox, self._body)
        self.numbers = NumbersControl(sandbox, self._body)

    async def list_accounts(self, request: Request) -> Response:
        """Every account, without its credentials."""
        return JSONResponse(
            [
                {"platform": name, "external_id": account.external_id, "handle": account.handle, "posts": len(account.posts)}
                for name, platform in self._platforms(request).items()
                for account in platform.accounts.values()
            ]
        )

    async def add_accounts(self, request: Request) -> Response:
        """One account, or many at once as `{"accounts": [...]}`; nothing is made unless all make sense."""
        body = await self._body(request)
        if "accounts" not in body:
            return JSONResponse(self._add(self._wanted(body)), 201)
        many = body["accounts"]
        if not isinstance(many, list):
            raise BadInput("accounts: a list is needed")
        wanted = [self._wanted(_object(one, f"accounts[{index}]")) for index, one in enumerate(many)]
        return JSONResponse({"accounts": [self._add(one) for one in wanted]}, 201)

    async def list_posts(self, request: Request) -> Response:
        """All posts, newest first."""
        account = request.query_params.get("account")
        return JSONResponse(
            [
                post_json(name, post)
                for name, platform in self._platforms(request).items()
                for post in platform.posts()
                if account in (None, post.account)
            ]
        )

    async def post_by_hand(self, request: Request) -> Response:
        """What a person posts in the platform's own app."""
        body = await self._body(request)
        platform, account = self._account(body)
        created_at = number(body, "created_at") if body.get("created_at") is not None else None
        post = platform.post_by_hand(account.external_id, text(body, "text"), created_at)
        return JSONResponse(post_json(platform.name, post), 201)

    async def show_journal(self, request: Request) -> Response:
        """Requests in order of arrival."""
        entries = self.sandbox.journal.entries(request.query_params.get("platform"), request.query_params.get("operation"))
        return JSONResponse([entry.as_json() for entry in entries])

    async def clear_journal(self, _: Request) -> Response:
        """Forget entries and counts."""
        self.sandbox.journal.clear()
        return Response(status_code=204)

    async def show_counts(self, _: Request) -> Response:
        """Requests by operation, posts and accounts by platform."""
        platforms = self.sandbox.platforms.items()
        return JSONResponse(
            {
                "operations": {name: count.as_json() for name, count in sorted(self.sandbox.journal.counts.items())},
                "posts": {name: post_counts(platform) for name, platform in platforms},
                "accounts": {name: len(platform.accounts) for name, platform in platforms},
                "crashes": self.sandbox.crashes,
            }
        )

    async def list_operations(self, _: Request) -> Response:
        """What platforms can be asked, by the names that faults and the journal use."""
        return JSONResponse(
            [
                {
                    "operation": getattr(route, "name", ""),
                    "methods": sorted((getattr(route, "methods", None) or set()) - {"HEAD"}),
                    "path": f"/{name}{getattr(route, 'path', '')}",
                }
                for name, routes in self.sandbox.routes.items()
                for route in routes
            ]
        )

    async def list_faults(self, _: Request) -> Response:
        """The rules in force, with how often each acted."""
        return JSONResponse([fault.as_json() for fault in self.sandbox.faults.rules])

    async def add_faults(self, request: Request) -> Response:
        """One rule."""
        return JSONResponse(self.sandbox.faults.add_from(await self._body(request)).as_json(), 201)

    async def clear_faults(self, _: Request) -> Response:
        """Drop all rules."""
        self.sandbox.faults.clear()
        return Response(status_code=204)

    async def show_world(self, _: Request) -> Response:
        """Clock, timing and quotas as they stand."""
        return JSONResponse(self._world())

    async def set_processing(self, request: Request) -> Response:
        """`seconds`: how long platforms work on a video; `platform` + `fails`: how many of its next processings fail."""
        body = await self._body(request)
        if "seconds" not in body and "fails" not in body:
            raise BadInput("processing: seconds, or platform and fails, are needed")
        seconds = number(body, "seconds") if "seconds" in body else self.world.processing_seconds
        if "fails" in body:
            self.world.processing_fails[self._platform(body).name] = whole(body, "fails")
        self.world.processing_seconds = seconds
        return JSONResponse(self._world())

    async def set_quota(self, request: Request) -> Response:
        """Quotas by name (`instagram.publish`) to numbers."""
        body = await self._body(request)
        self.world.quotas.update({name: whole(body, name) for name in body})
        return JSONResponse(self._world())

    async def move_clock(self, request: Request) -> Response:
        """`advance`: seconds to move the sandbox's clock ahead (less than 0: back)."""
        self.world.clock_offset += number(await self._body(request), "advance", least=-1e9)
        return JSONResponse(self._world())

    async def break_token(self, request: Request) -> Response:
        """Let an account's token expire or be revoked."""
        body = await self._body(request)
        platform, account = self._account(body)
        how = cast("Literal['expire', 'revoke']", choice(body, "do", ("expire", "revoke")))
        platform.break_token(account.external_id, how)
        return JSONResponse({"platform": platform.name, "external_id": account.external_id, "do": how})

    async def show_settings(self, _: Request) -> Response:
        """The `plugins.*` settings that aim all plugins here."""
        return JSONResponse({name: platform.settings() for name, platform in self.sandbox.platforms.items()})

    async def file(self, request: Request) -> Response:
        """Bytes that a platform received or fetched."""
        return page.file_response(self.world, request)

    def _world(self) -> dict[str, Any]:
        world = self.world
        return {
            "now": world.today().isoformat(), "clock_offset": world.clock_offset, "processing_seconds": world.processing_seconds,
            "processing_fails": world.processing_fails, "quotas": world.quotas, "webhook_url": world.webhook_url,
        }  # fmt: skip

    def _platforms(self, request: Request) -> Mapping[str, PlatformSandbox]:
        name = request.query_params.get("platform")
        if name is None:
            return self.sandbox.platforms
        return {name: self._platform({"platform": name})}

    def _platform(self, body: Mapping[str, Any]) -> PlatformSandbox:
        return self.sandbox.platforms[choice(body, "platform", tuple(self.sandbox.platforms))]

    def _account(self, body: Mapping[str, Any]) -> tuple[PlatformSandbox, SandboxAccount]:
        platform, external_id = self._platform(body), text(body, "external_id")
        account = platform.accounts.get(external_id)
        if account is None:
            raise BadInput(f"external_id: {platform.name} has no account {external_id!r}")
        return platform, account

    def _wanted(self, body: Mapping[str, Any]) -> tuple[PlatformSandbox, str, str]:
        return self._platform(body), text(body, "external_id"), text(body, "handle")

    def _add(self, wanted: tuple[PlatformSandbox, str, str]) -> dict[str, Any]:
        platform, external_id, handle = wanted
        account = platform.add_account(external_id, handle)
        return {"platform": platform.name, "external_id": external_id, "handle": handle, "credentials": account.credentials}

    async def _body(self, request: Request) -> Mapping[str, Any]:
        try:
            return _object(json.loads(await request.body()), "the body")
        except ValueError as error:
            if isinstance(error, BadInput):
                raise
            raise BadInput(f"the body is not JSON: {error}") from None


def post_json(platform: str, post: SandboxPost) -> dict[str, Any]:
    """A post as the control API shows it."""
    return {
        "platform": platform, "id": post.id, "account": post.account, "kind": post.kind, "title": post.title, "text": post.text,
        "url": post.url, "visible": post.visible, "made_by": post.made_by, "created_at": post.created_at,
        "files": [{"sha256": file.sha256, "mime": file.mime, "size": len(file.data), "url": file.url_path} for file in post.files],
    }  # fmt: skip


def post_counts(platform: PlatformSandbox) -> dict[str, int]:
    """How many posts came by the API, how many by hand, and how many of all are hidden."""
    posts = platform.posts()
    by_hand = sum(post.made_by == "hand" for post in posts)
    return {"api": len(posts) - by_hand, "hand": by_hand, "hidden": sum(not post.visible for post in posts)}


def _object(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadInput(f"{what}: a JSON object is needed")
    return value
