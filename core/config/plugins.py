"""A plugin's own settings: declared by it, set under `plugins.NAME`, checked here."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import urlsplit

from gaung.core.config.model import Settings
from gaung.core.config.nearest import meant
from gaung.core.config.refs import is_ref, resolve
from gaung.core.errors import NotSet, UserError
from gaung.core.records import Field
from gaung.core.urls import is_loopback

_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off"})


class Declares(Protocol):
    """What declares settings: a `Platform` record, or what a plugin that is no platform answers."""

    @property
    def name(self) -> str: ...
    @property
    def setting_fields(self) -> tuple[Field, ...]: ...


def plugin_settings(
    settings: Settings, plugin: Declares, own: Mapping[str, Any] = MappingProxyType({}), *, even_unset: bool = False
) -> Mapping[str, Any]:
    """Every declared setting of `plugin`: default or override, of the declared kind, secrets resolved, a `url` without trailing slash.

    `own` are an office's, and beat the others; one that the plugin declares no more is left out. Raises UserError naming the key
    on a misspelt name, a wrong kind; `NotSet` on a missing required one, unless `even_unset`: then that is None.
    """
    for key in settings.plugins.get(plugin.name, {}):
        require_declared(plugin, key)
    given = {**settings.plugins.get(plugin.name, {}), **own}
    found, unset = {}, []
    for field in plugin.setting_fields:
        value = given.get(field.name, field.default)
        if value is None and field.required:
            unset.append(field)
        found[field.name] = _value(settings, plugin.name, field, value)
    _remember(plugin, found)
    if unset and not even_unset:
        raise NotSet(f"plugins.{plugin.name}.{unset[0].name} is not set.", f"Set it in gaung.toml: {unset[0].help}")
    return found


def require_declared(plugin: Declares, key: str) -> Field:
    """The declaration of a setting. Raises UserError naming the nearest."""
    declared = {field.name: field for field in plugin.setting_fields}
    if key not in declared:
        raise UserError(f"Unknown setting plugins.{plugin.name}.{key}.", meant(key, declared))
    return declared[key]


def checked(settings: Settings, plugin: Declares, key: str, value: Any) -> Any:
    """One declared setting as `plugin_settings` would have it. Raises UserError naming the key."""
    return _value(settings, plugin.name, require_declared(plugin, key), value)


def _remember(plugin: Declares, found: Mapping[str, Any]) -> None:
    from gaung.core.secrets import remember

    remember(found[field.name] for field in plugin.setting_fields if field.kind == "secret" and found[field.name])


def _value(settings: Settings, plugin: str, field: Field, value: Any) -> Any:
    key = f"plugins.{plugin}.{field.name}"
    if value is None:
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


def _https(value: Any) -> str:
    text = _text(value).strip()  # a slash at its end stays: it is called as it stands
    _url(text)
    parts = urlsplit(text)
    if "@" in parts.netloc or (parts.scheme == "http" and not is_loopback(text)):
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
    "https": _https,
    "list": _list,
}
_WORDS = {
    "str": "a text",
    "secret": 'a text, {env = "NAME"} or {file = "path"}',
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "url": "an http:// or https:// address",
    "https": "an https:// address without a password (http:// only on this machine)",
    "list": "a list",
}
