"""Where the bytes of captures are: `home/captures`, each file named by the SHA-256 of its bytes."""

import re
from collections.abc import Iterable
from pathlib import Path

from gaung.core.config import Settings

_NAME = re.compile(r"[0-9a-f]{64}")


def folder(settings: Settings) -> Path:
    """The folder of this home."""
    return settings.home / "captures"


def read(settings: Settings, name: str) -> bytes | None:
    """The picture; None where its bytes are gone."""
    path = folder(settings) / name
    return path.read_bytes() if _NAME.fullmatch(name) and path.is_file() else None


def forget(settings: Settings, names: Iterable[str]) -> None:
    """Delete the bytes; what is not there any more is no error."""
    for name in names:
        if _NAME.fullmatch(name):
            (folder(settings) / name).unlink(missing_ok=True)
