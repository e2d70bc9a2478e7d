"""Reads the settings of a home. Every mistake is one line that names the key and what to do."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_settings import SettingsError

from gaung.core.config.model import Settings, text_or_ref
from gaung.core.config.nearest import meant
from gaung.core.errors import UserError

FILE_NAME = "gaung.toml"
_NOT_SETTINGS = frozenset({"GAUNG_HOME", "GAUNG_ACTOR", "GAUNG_OFFICE", "GAUNG_NO_PLUGINS", "GAUNG_TRACE_HOOKS"})


def default_home() -> Path:
    """`GAUNG_HOME`, else the platform's user data folder."""
    named = os.environ.get("GAUNG_HOME", "").strip()
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("gaung", appauthor=False)).absolute()


def load(home: Path) -> Settings:
    """The settings of `home`; a missing file means defaults. Raises UserError on anything that is not understood."""
    home = home.expanduser().absolute()
    path = home / FILE_NAME
    data = _read(path)
    _check_keys(data, Settings, path, "")
    try:
        found = Settings(**text_or_ref(data, ("database_url", "broker_url"), home))
    except ValidationError as error:
        raise _explained(error, path) from None
    except SettingsError as error:
        raise UserError(f"The environment holds a setting that cannot be read: {error}.", "Lists are JSON: [30, 120, 600].") from None
    return found.placed(home)


def unknown_environment() -> list[str]:
    """`GAUNG_*` variables whose name is no setting, each with what was probably meant; `doctor` shows them."""
    wrong = []
    for name in sorted(os.environ):
        key = name.removeprefix("GAUNG_").split("__")[0].lower()
        if name.startswith("GAUNG_") and name not in _NOT_SETTINGS and key not in Settings.model_fields:
            wrong.append(f"{name}: {meant(key, Settings.model_fields)}")
    return wrong


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path} is not valid TOML: {error}.", "Correct that line.") from None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise UserError(f"{path} cannot be read ({why}).", "Correct the file or its permissions.") from None


def _check_keys(data: Mapping[str, Any], model: type[BaseModel], path: Path, prefix: str) -> None:
    for key, value in data.items():
        field = model.model_fields.get(key)
        if field is None:
            raise UserError(f"{path}: unknown key {prefix}{key}.", meant(key, model.model_fields))
        part = field.annotation
        if isinstance(part, type) and issubclass(part, BaseModel) and isinstance(value, Mapping):
            _check_keys(value, part, path, f"{prefix}{key}.")


def _explained(error: ValidationError, path: Path) -> UserError:
    first = error.errors(include_input=False, include_url=False)[0]
    names = [str(part) for part in first["loc"]]
    key = ".".join(names)
    variable = f"GAUNG_{'__'.join(names).upper()}"
    where = variable if variable in os.environ else str(path)
    if first["type"] == "extra_forbidden":
        field = Settings.model_fields.get(names[0])
        part = field.annotation if field else Settings
        known = part.model_fields if isinstance(part, type) and issubclass(part, BaseModel) else Settings.model_fields
        return UserError(f"{where}: unknown key {key}.", meant(names[-1], known))
    words = first["msg"].removeprefix("Value error, ")
    return UserError(f"{where}: {key}: {words[0].lower()}{words[1:]}.", f"Correct {key}.")
