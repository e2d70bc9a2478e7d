"""Takes the picture of a capture into the home: named by its hash, for its owner's eyes, until the time for captures is over."""

import os
import secrets
from pathlib import Path

from gaung.core.config import Settings
from gaung.core.errors import UserError
from gaung.core.media.facts import read_facts
from gaung.core.media.store import hash_of
from gaung.core.registry import captures

MOST_BYTES = 20 * 1024 * 1024
_REMEDY = "Hand in a screenshot: JPEG, PNG or WebP."
_KINDS = ("image/jpeg", "image/png", "image/webp")


def checked(path: Path) -> str:
    """The SHA-256 of a picture that can be a capture. Raises `UserError` for what is none, damaged, too large, or not there."""
    if not path.is_file():
        raise UserError(f"{path.name}: there is no such file.", "Give the path of a screenshot.")
    try:
        facts = read_facts(path, path.name)
    except UserError as error:  # its words are those of media to publish
        raise UserError(error.message.replace(", which cannot be published", ""), _REMEDY) from None
    if facts.mime not in _KINDS or facts.animated:
        raise UserError(f"{path.name}: is no still picture.", _REMEDY)
    if facts.size > MOST_BYTES:
        raise UserError(f"{path.name}: is larger than {MOST_BYTES // 1024 // 1024} MB.", "Hand in a smaller picture.")
    return hash_of(path)


def keep(settings: Settings, path: Path) -> str:
    """Copy a checked picture's bytes into the home; answers their SHA-256. Raises `UserError` where the home cannot be written."""
    folder = captures.folder(settings)
    fresh = folder / f".incoming-{secrets.token_hex(8)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            target.write(path.read_bytes())
            target.flush()
            os.fsync(target.fileno())
        name = hash_of(fresh)
        fresh.replace(folder / name)
    except OSError as error:
        raise UserError(f"{path.name} cannot be copied to {folder} ({error.strerror}).", "Check space and permissions.") from None
    finally:
        fresh.unlink(missing_ok=True)
    return name
