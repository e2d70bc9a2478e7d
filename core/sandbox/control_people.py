"""The part of the control API that lets people act: profiles, deeds, and where notices are pushed."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from gaung.core.sandbox.checks import BadInput, choice, text, whole
from gaung.core.sandbox.crowd import alive
from gaung.core.sandbox.people import Deed, SandboxProfile

if TYPE_CHECKING:
    from starlette.requests import Request

    from gaung.core.sandbox.app import Sandbox
    from gaung.core.sandbox.base import PlatformSandbox

Body = Callable[["Request"], Awaitable[Mapping[str, Any]]]


class People:
    """The handlers. Profiles are known by platform and handle; only those made here."""

    def __init__(self, sandbox: "Sandbox", body: Body) -> None:
        self._sandbox = sandbox
        self._body = body
        self._profiles: dict[tuple[str, str], SandboxProfile] = {}

    async def add(self, request: "Request") -> Response:
        """Profiles of people, as `{"people": [{"platform","handle","traits"?}]}`; nothing is made unless all make sense."""
        wanted = [self._wanted(one) for one in _list(await self._body(request), "people")]
        keys = [(side.name, handle) for side, handle, _ in wanted]
        taken = next((key for index, key in enumerate(keys) if key in self._profiles or key in keys[:index]), None)
        if taken is not None:
            raise BadInput(f"handle: {taken[0]} has a profile {taken[1]!r} already")
        for side, handle, traits in wanted:
            try:
                self._profiles[side.name, handle] = side.add_profile(handle, traits)
            except KeyError as error:
                raise BadInput(f"handle: {handle!r} cannot be made on {side.name}: {error}") from None
        made = [self._profiles[key] for key in keys]
        answer = [
            {"platform": name, "handle": handle, "external_id": one.external_id} for (name, handle), one in zip(keys, made, strict=True)
        ]
        return JSONResponse({"people": answer}, 201)

    async def act(self, request: "Request") -> Response:
        """What people do, in order, as `{"acts": [...]}`; the first that makes no sense ends it, those before it are done."""
        acts: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "deed": self._deed, "undo": self._undo, "rename": self._rename, "vanish": self._vanish,
        }  # fmt: skip
        done: list[dict[str, Any]] = []
        for index, one in enumerate(_list(await self._body(request), "acts")):
            try:
                done.append(acts[choice(one, "do", tuple(acts))](one))
            except BadInput as error:
                raise BadInput(f"acts[{index}]: {error}") from None
        return JSONResponse({"acts": done}, 201)

    async def deeds(self, request: "Request") -> Response:
        """The truth: everything that anybody did with a post. `?platform=`."""
        wanted = request.query_params.get("platform")
        every = enumerate(self._sandbox.world.deeds)
        return JSONResponse([deed_json(number, deed) for number, deed in every if wanted in (None, deed.platform)])

    async def webhooks(self, request: "Request") -> Response:
        """Where notices are pushed from now on; empty: nowhere."""
        body = await self._body(request)
        url = body.get("url")
        if not isinstance(url, str) or (url and not url.startswith(("http://", "https://"))):
            raise BadInput(f"url: an address such as http://127.0.0.1:8085/webhooks is needed, or nothing, not {url!r}")
        self._sandbox.world.webhook_url = url.rstrip("/")
        return JSONResponse({"url": self._sandbox.world.webhook_url})

    def _wanted(self, one: Mapping[str, Any]) -> "tuple[PlatformSandbox, str, list[str]]":
        traits = one.get("traits", [])
        if not isinstance(traits, list) or not all(isinstance(trait, str) for trait in traits):
            raise BadInput(f"traits: a list of texts is needed, not {traits!r}")
        return self._side(one), text(one, "handle"), traits

    def _side(self, one: Mapping[str, Any]) -> "PlatformSandbox":
        side = self._sandbox.platforms[choice(one, "platform", tuple(self._sandbox.platforms))]
        if not side.deeds:
            raise BadInput(f"platform: the sandbox of {side.name} imitates no people")
        return side

    def _profile(self, one: Mapping[str, Any]) -> "tuple[PlatformSandbox, SandboxProfile]":
        side, handle = self._side(one), text(one, "handle")
        profile = self._profiles.get((side.name, handle))
        if profile is None or profile.gone:
            raise BadInput(f"handle: {side.name} has no profile {handle!r}")
        return side, profile

    def _deed(self, one: Mapping[str, Any]) -> dict[str, Any]:
        side, profile = self._profile(one)
        signal, account, post = choice(one, "signal", side.deeds), text(one, "account"), text(one, "post")
        try:
            deed = side.do(profile, signal, account, post)
        except (KeyError, ValueError) as error:
            raise BadInput(f"post: {signal} cannot be done with {post!r} of {account!r}: {error}") from None
        deeds = self._sandbox.world.deeds
        return deed_json(next(number for number in range(len(deeds) - 1, -1, -1) if deeds[number] is deed), deed)

    def _undo(self, one: Mapping[str, Any]) -> dict[str, Any]:
        number, deeds = whole(one, "deed"), self._sandbox.world.deeds
        if number >= len(deeds):
            raise BadInput(f"deed: there is no deed {number}")
        if alive(deeds[number]):
            self._sandbox.platforms[deeds[number].platform].undo(deeds[number])
        return deed_json(number, deeds[number])

    def _rename(self, one: Mapping[str, Any]) -> dict[str, Any]:
        (side, profile), to = self._profile(one), text(one, "to")
        if (side.name, to) in self._profiles:
            raise BadInput(f"to: {side.name} has a profile {to!r} already")
        former = text(one, "handle")
        side.rename(profile, to)
        self._profiles[side.name, to] = self._profiles.pop((side.name, former))
        return {"platform": side.name, "handle": to, "external_id": profile.external_id}

    def _vanish(self, one: Mapping[str, Any]) -> dict[str, Any]:
        side, profile = self._profile(one)
        side.vanish(profile)
        return {"platform": side.name, "handle": text(one, "handle"), "gone": True}


def deed_json(number: int, deed: Deed) -> dict[str, Any]:
    """A deed as the control API shows it."""
    return {
        "deed": number, "platform": deed.platform, "signal": deed.signal, "handle": deed.profile.handle,
        "profile": deed.profile.external_id, "account": deed.account, "post": deed.post, "url": deed.url, "at": deed.at,
        "names": deed.names, "proves": deed.proves, "undone": deed.undone, "gone": deed.profile.gone,
    }  # fmt: skip


def _list(body: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    many = body.get(key)
    if not isinstance(many, list) or not all(isinstance(one, dict) for one in many):
        raise BadInput(f"{key}: a list of objects is needed")
    return many
