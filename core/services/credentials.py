"""Credentials as people hand them in: read, checked against what the platform declares, never echoed."""

import json
from collections.abc import Mapping
from typing import Any

from gaung.core.config.nearest import meant
from gaung.core.errors import UserError
from gaung.core.records import Platform


def parse(text: str, where: str) -> dict[str, Any]:
    """The JSON object in `text`. Raises UserError that names `where` and shows nothing of the content."""
    try:
        found = json.loads(text)
    except ValueError as error:
        place = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "its encoding"
        raise UserError(f"{where} is not JSON ({place}).", 'Write an object such as {"access_token": "..."}.') from None
    if not isinstance(found, dict):
        raise UserError(f"{where} is not a JSON object.", 'Write an object such as {"access_token": "..."}.')
    return found


def check(platform: Platform, values: Mapping[str, Any], where: str) -> dict[str, str]:
    """Credentials that have every required field of `platform` and no other; all texts. Raises UserError naming the field."""
    declared = {field.name: field for field in platform.credential_fields}
    needed = ", ".join(name for name, field in declared.items() if field.required)
    for name in values:
        if name not in declared:
            raise UserError(f"{where}: {platform.title} credentials have no field {name}.", meant(name, declared))
    for name, field in declared.items():
        value = values.get(name)
        if value is None and not field.required:
            continue
        if value is None:
            raise UserError(f"{where}: the field {name} is missing.", f"{platform.title} credentials are: {needed}.")
        if not isinstance(value, str) or not value.strip():
            raise UserError(f"{where}: the field {name} is not a text, or is empty.", f"{platform.title} credentials are: {needed}.")
    return {name: str(value).strip() for name, value in values.items() if value is not None}


def app_scope(platform: Platform, settings: Mapping[str, Any], credentials: Mapping[str, str]) -> str:
    """What names the app for rate limits (`app:PLATFORM:THIS`); empty: one scope for the whole platform."""
    kind, _, key = platform.app_key.partition(".")
    source: Mapping[str, Any] = {"settings": settings, "credentials": credentials}.get(kind, {})
    return str(source.get(key) or "")
