"""Secrets that stand elsewhere: `{env = "NAME"}` or `{file = "path"}`."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gaung.core.errors import UserError


def is_ref(value: Any) -> bool:
    """Whether `value` is a table that points to an environment variable or a file."""
    return isinstance(value, Mapping)


def resolve(value: Any, *, key: str, home: Path) -> str:
    """The text of a setting that may be a reference. A relative file is taken from the home.

    Raises UserError naming `key` when the reference leads nowhere; never shows a value.
    """
    if isinstance(value, str):
        return value
    if not isinstance(value, Mapping) or len(value) != 1 or next(iter(value)) not in ("env", "file"):
        raise UserError(f"{key} is neither a text nor a reference.", f'Write {key} = "...", {{env = "NAME"}} or {{file = "path"}}.')
    kind, name = next(iter(value.items()))
    if kind == "env":
        found = os.environ.get(str(name))
        if not found:
            raise UserError(f"{key} is to come from the environment variable {name}, which is not set.", f"Set {name}.")
        return found
    path = home / Path(str(name)).expanduser()
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not text"
        raise UserError(f"{key} is to come from the file {path}, which cannot be read ({why}).", "Correct the path.") from None
