"""A platform's own settings: declared by its plugin, set under `plugins.NAME`, checked here."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from gaung.core.config.model import Settings
from gaung.core.config.nearest import meant
from gaung.core.config.refs import is_ref, resolve
from gaung.core.errors import UserError
from gaung.core.records import Field, Platform

_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off"})


def plugin_settings(settings: Settings, platform: Platform, own: Mapping[str, Any] = MappingProxyType({})) -> Mapping[str, Any]:
    """Every declared setting of `platform`: default or override, of the declared kind, secrets resolved, URLs without trailing slash.

    `own` are an office's, and beat the others; one that the plugin declares no more is left out. Raises UserError naming the key
    on a misspelt name, a wrong kind, a missing required one.
    """
    declared = {field.name: field for field in platform.setting_fields}
    for key in settings.plugins.get(platform.name, {}):
        require_declared(platform, key)
    given = {**settings.plugins.get(platform.name, {}), **own}
    found = {name: _value(settings, platform.name, field, given.get(name, field.default)) for name, field in declared.items()}
    _remember(platform, found)
    return found


def require_declared(platform: Platform, key: str) -> Field:
    """The declaration of a setting. Raises UserError naming the nearest."""
    declared = {field.name: field for field in platform.setting_fields}
    if key not in declared:
        raise UserError(f"Unknown setting plugins.{platform.name}.{key}.", meant(key, declared))
    return declared[key]


def checked(settings: Settings, platform: Platform, key: str, value: Any) -> Any:
    """One declared setting as `plugin_settings` would have it. Raises UserError naming the key."""
    return _value(settings, platform.name, require_declared(platform, key), value)


def _remember(platform: Platform, found: Mapping[str, Any]) -> None:
    from gaung.core.secrets import remember

    remember(found[field.name] for field in platform.setting_fields if field.kind == "secret" and found[field.name])


def _value(settings: Settings, platform: str, field: Field, value: Any) -> Any:
    key = f"plugins.{platform}.{field.name}"
    if value is None:
        if field.required:
            raise UserError(f"{key} is not set.", f"Set it in gaung.toml: {field.help}")
        return None
    if field.kind == "secret" and is_ref(value):
        value = resolve(value, key=key, home=settings.home)
    try:
        clean = _KINDS[field.kind](value)
    except (ValueError, TypeError):
        raise UserError(f"{key} is not {_WORDS[field.kind]}.", f"{field.help}".strip()) from None
    if field.choices and str(clean) not in field.choices:
        raise UserError(f"{key} cannot be {clean!r}.", meant(str(clean), field.choices))
    return clean


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError
    return str(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool | float):
        raise TypeError
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    return float(value)


def _switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueError
    return word in _TRUE


def _url(value: Any) -> str:
    text = _text(value).strip().rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or (parts.port or 1) < 1:
        raise ValueError
    return text


def _list(value: Any) -> list[Any]:
    found = json.loads(value) if isinstance(value, str) else value
    if not isinstance(found, list):
        raise TypeError
    return found


_KINDS: Mapping[str, Callable[[Any], Any]] = {
    "str": _text,
    "secret": _text,
    "int": _whole,
    "float": _number,
    "bool": _switch,
    "url": _url,
    "list": _list,
}
_WORDS = {
    "str": "a text",
    "secret": 'a text, {env = "NAME"} or {file = "path"}',
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "url": "an http:// or https:// address",
    "list": "a list",
}
