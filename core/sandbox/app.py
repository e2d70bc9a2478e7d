"""Puts the platforms' sandboxes together into one ASGI app: each below `/<name>`, the control API below `/_sandbox`, the page at `/`."""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gaung.core.errors import PluginError
from gaung.core.records import Platform
from gaung.core.sandbox.base import PlatformSandbox
from gaung.core.sandbox.faults import Faults
from gaung.core.sandbox.gate import Gate
from gaung.core.sandbox.journal import Journal
from gaung.core.sandbox.world import World

if TYPE_CHECKING:
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp


@dataclass(slots=True)
class Sandbox:
    """The whole sandbox. `crashes` names every handler that raised: a bug of a sandbox, never an answer of a platform.

    `titles` are what people call the platforms.
    """

    app: "ASGIApp"
    platforms: Mapping[str, PlatformSandbox]
    world: World
    journal: Journal
    faults: Faults
    crashes: list[str]
    titles: Mapping[str, str]
    routes: "Mapping[str, Sequence[BaseRoute]]"


def build(platforms: Sequence[Platform], world: World | None = None, keep: int | None = None) -> Sandbox:
    """Assemble the sandbox of these platforms; one that declares no sandbox is left out.

    `keep` bounds the journal (0: counts only, for load tests). Raises `PluginError` when a declared class cannot be had.
    """
    world = world or World()
    loaded = {platform.name: load(platform)(world) for platform in platforms if platform.sandbox}
    return assemble(loaded, world, keep, {platform.name: platform.title for platform in platforms})


def assemble(
    platforms: Mapping[str, PlatformSandbox], world: World, keep: int | None = None, titles: Mapping[str, str] | None = None
) -> Sandbox:
    """Put sandboxes that exist already behind one app."""
    from gaung.core.sandbox.control import make_app

    routes = {name: list(platform.routes()) for name, platform in platforms.items()}
    operations = {getattr(route, "name", "") for every in routes.values() for route in every} | {f"{name}.unknown" for name in routes}
    journal, faults = Journal(keep), Faults(operations)
    sandbox = Sandbox(_nowhere, platforms, world, journal, faults, crashes=[], titles=titles or {}, routes=routes)
    gate = Gate(platforms, routes, world, journal, faults, make_app(sandbox), sandbox.crashes)
    sandbox.app = gate
    return sandbox


def load(platform: Platform) -> type[PlatformSandbox]:
    """The class that a platform's record names as `module:Class`. Raises `PluginError`."""
    module_name, _, class_name = platform.sandbox.partition(":")
    try:
        found = getattr(importlib.import_module(module_name), class_name)
    except (ImportError, AttributeError, ValueError) as error:
        raise PluginError(platform.name, f"its sandbox {platform.sandbox!r} cannot be loaded: {error}") from error
    if not (isinstance(found, type) and issubclass(found, PlatformSandbox)):
        raise PluginError(platform.name, f"its sandbox {platform.sandbox!r} is no PlatformSandbox")
    return found


async def _nowhere(scope: object, receive: object, send: object) -> None:
    """Stands in until the gate, which needs the finished sandbox, is made."""
