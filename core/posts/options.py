"""A platform's own keys in a post, checked against what its record declares."""

from collections.abc import Mapping
from typing import Any

from gaung.core.posts.schema import nearest
from gaung.core.records import Field, Platform, Problem

_FIELDS_OF_A_POST = ("title", "text", "link", "media", "purpose", "origin", "at", "deadline", "format")


def option_problems(platform: Platform, options: Mapping[str, Any], prefix: str = "") -> list[Problem]:
    """Unknown keys, wrong types and wrong choices. `prefix` is the table (default `platform.NAME`)."""
    known = {field.name: field for field in platform.post_fields}
    problems = []
    for key, value in options.items():
        name = f"{prefix or f'platform.{platform.name}'}.{key}"
        if key not in known:
            said = nearest(key, [*known, *_FIELDS_OF_A_POST])
            problems.append(Problem(code="unknown_key", message=f"{platform.title} has no key {key}{said}", field=name))
        elif wrong := _wrong(known[key], value):
            problems.append(Problem(code="wrong_value", message=wrong, field=name))
    return problems


def missing_options(platform: Platform, options: Mapping[str, Any]) -> list[Problem]:
    """Keys that a platform wants chosen for each post."""
    problems = []
    for field in platform.post_fields:
        if field.required and options.get(field.name) in (None, ""):
            choice = f"one of {', '.join(field.choices)}" if field.choices else f"a value ({field.help})"
            message = f"is missing; {platform.title} wants {choice} in [platform.{platform.name}]"
            problems.append(Problem(code="missing", message=message, field=f"platform.{platform.name}.{field.name}"))
    return problems


def _wrong(field: Field, value: object) -> str:
    if field.kind == "bool" and not isinstance(value, bool):
        return f"must be true or false; it is {value!r}"
    if field.kind == "int" and (isinstance(value, bool) or not isinstance(value, int)):
        return f"must be a whole number; it is {value!r}"
    if field.kind == "float" and (isinstance(value, bool) or not isinstance(value, int | float)):
        return f"must be a number; it is {value!r}"
    if field.kind == "list" and not (isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)):
        return f"must be a list of texts; it is {value!r}"
    if field.kind in ("str", "url", "secret") and not isinstance(value, str):
        return f"must be text in quotes; it is {value!r}"
    if field.choices and value not in field.choices:
        return f"is {value!r}{nearest(str(value), field.choices)}"
    return ""
