"""What a person needs to aim Gaung at a sandbox."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gaung.core.sandbox.app import Sandbox


def described(sandbox: "Sandbox") -> dict[str, Any]:
    """`{"url","settings":{platform:{...}},"environment":{name: value}}`."""
    settings = {name: dict(side.settings()) for name, side in sorted(sandbox.platforms.items())}
    environment = {
        f"GAUNG_PLUGINS__{platform.upper()}__{key.upper()}": value for platform, found in settings.items() for key, value in found.items()
    }
    return {"url": sandbox.world.base_url, "settings": settings, "environment": environment}
