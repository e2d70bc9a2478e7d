"""Encryption of credentials at rest, and the one place that takes secrets out of texts."""

import hmac
import json
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gaung.core.errors import UserError
from gaung.core.records import Credentials
from gaung.core.redaction import redact, remember

if TYPE_CHECKING:
    from gaung.core.config.model import Settings

__all__ = ["Box", "create_key", "key_path", "key_warning", "load_box", "redact", "remember"]

KEY_FILE = "secret.key"


class Box:
    """Seals with the first key, opens with any of them. Keys are Fernet keys, newest first."""

    def __init__(self, keys: Sequence[str | bytes]) -> None:
        from cryptography.fernet import Fernet, MultiFernet

        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._keys = [key.encode() if isinstance(key, str) else key for key in keys]

    def seal(self, values: Mapping[str, str]) -> str:
        """Credentials as one encrypted text for the database."""
        return self._fernet.encrypt(json.dumps(dict(values), separators=(",", ":")).encode()).decode()

    def open(self, sealed: str) -> Credentials:
        """What `seal` was given; its values are redacted from texts from then on. Raises UserError when no key fits."""
        values = self.unseal(sealed)
        remember(secret_values(values))
        return Credentials(values)

    def unseal(self, sealed: str) -> dict[str, str]:
        """What `seal` was given, not remembered for redaction: links and notices, which no text should hold, are too many for that."""
        from cryptography.fernet import InvalidToken

        try:
            values: dict[str, str] = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise _wrong_key() from None
        return values

    def digest(self, text: str) -> str:
        """A keyed hash (HMAC-SHA256, 32 hex digits) under the newest key: finds the same text again without keeping it."""
        return _digest(self._keys[0], text)

    def digests(self, text: str) -> list[str]:
        """The hash under each key, newest first: what was kept before a rotation is still found."""
        return [_digest(key, text) for key in self._keys]

    def rotate(self, sealed: str) -> str:
        """The same credentials under the newest key. Raises UserError when no key fits."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.rotate(sealed).decode()
        except InvalidToken:
            raise _wrong_key() from None


def _digest(key: bytes, text: str) -> str:
    return hmac.new(key, b"gaung.digest:" + text.encode(), "sha256").hexdigest()[:32]


def _wrong_key() -> UserError:
    return UserError(
        "The stored credentials cannot be decrypted: secret_key is not the key they were sealed with.",
        "Put the former key back (secret.key may hold several, newest first), or add the accounts again.",
    )


def secret_values(values: Mapping[str, str]) -> Iterable[str]:
    """The values worth hiding: an app's public id (`client_id`) names a rate limit scope and must stay readable."""
    return [value for name, value in values.items() if not name.endswith("_id")]


def key_path(settings: "Settings") -> Path:
    """Where `init` puts the key."""
    return settings.home / KEY_FILE


def create_key(settings: "Settings") -> bool:
    """Make `secret.key` (0600) unless it is there; whether it was made. Called by `init` only."""
    from cryptography.fernet import Fernet

    path = key_path(settings)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "wb") as file:
        file.write(Fernet.generate_key() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return True


def load_box(settings: "Settings") -> Box:
    """The box of this installation. Raises UserError when the key is missing or is none."""
    text = _key_text(settings)
    keys = [line.strip() for line in text.replace(",", "\n").splitlines() if line.strip() and not line.startswith("#")]
    try:
        if not keys:
            raise ValueError
        return Box(keys)
    except ValueError:
        raise UserError(
            "secret_key holds no usable key.", "A key is 32 bytes as url-safe base64, one a line, as `gaung init` makes it."
        ) from None


def _key_text(settings: "Settings") -> str:
    if settings.secret_key is not None:
        from gaung.core.config.refs import resolve

        return resolve(settings.secret_key, key="secret_key", home=settings.home)
    path = key_path(settings)
    try:
        return path.read_text("ascii")
    except FileNotFoundError:
        raise UserError(
            f"The key {path} is missing.",
            "Run: gaung init (a new home), or copy the key of your other machines there, or set GAUNG_SECRET_KEY.",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not a key"
        raise UserError(f"The key {path} cannot be read ({why}).", "Correct its owner or permissions.") from None


def key_warning(settings: "Settings") -> str | None:
    """What is wrong with the key file's mode, for `doctor`; None when it is private."""
    if settings.secret_key is not None:
        return None
    path = key_path(settings)
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0
    return f"{path} may be read by others (mode {mode:04o}). Run: chmod 600 {path}" if mode & 0o077 else None
