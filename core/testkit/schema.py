"""Checks values against the JSON Schema keywords that Gaung's own schemas use, and every emitted event against theirs."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "object": Mapping, "array": list, "null": type(None),
}  # fmt: skip
_KNOWN = {
    "$schema", "title", "description", "type", "properties", "required", "additionalProperties", "allOf", "if", "then", "not", "enum",
    "const", "format", "minimum",
}  # fmt: skip


def flaws(value: Any, schema: Mapping[str, Any], where: str = "$") -> Iterator[str]:
    """What of `value` does not fit. Raises KeyError for a keyword it does not know, rather than passing over it."""
    if unknown := set(schema) - _KNOWN:
        raise KeyError(f"unknown keywords {sorted(unknown)}")
    kinds = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", ())
    if kinds and not any(_is(value, kind) for kind in kinds):
        yield f"{where}: {value!r} is no {' or '.join(kinds)}"
        return
    yield from _plain(value, schema, where)
    for part in schema.get("allOf", ()):
        yield from flaws(value, part, where)
    if "if" in schema and not list(flaws(value, schema["if"], where)):
        yield from flaws(value, schema["then"], where)
    if isinstance(value, Mapping):
        yield from _object(value, schema, where)


def _plain(value: Any, schema: Mapping[str, Any], where: str) -> Iterator[str]:
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is not among the known values"
    if "const" in schema and value != schema["const"]:
        yield f"{where}: {value!r} is not {schema['const']!r}"
    if "minimum" in schema and isinstance(value, int | float) and value < schema["minimum"]:
        yield f"{where}: {value!r} is below {schema['minimum']}"
    if schema.get("format") == "date-time" and datetime.fromisoformat(value).tzinfo is None:
        yield f"{where}: {value!r} has no offset"
    if "not" in schema and not list(flaws(value, schema["not"], where)):
        yield f"{where}: {value!r} is what it must not be"


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, _TYPES[kind]) and not (isinstance(value, bool) and kind in ("integer", "number"))


def _object(value: Mapping[str, Any], schema: Mapping[str, Any], where: str) -> Iterator[str]:
    yield from (f"{where}: {key} is missing" for key in schema.get("required", ()) if key not in value)
    known = schema.get("properties", {})
    for key, inner in value.items():
        if key in known:
            yield from flaws(inner, known[key], f"{where}.{key}")
        elif schema.get("additionalProperties") is False:
            yield f"{where}: {key} is not documented"


@functools.cache
def _documented(name: str) -> Mapping[str, Any]:
    """The schema without what it says of other events than this one: there are many, and each would be asked about each line."""
    from gaung.core.event_schema import schema

    whole = schema()
    others = [{"properties": {"event": {"const": other}}} for other in whole["properties"]["event"]["enum"] if other != name]
    return {**whole, "allOf": [part for part in whole["allOf"] if part.get("if") not in others]}


@pytest.fixture(autouse=True)
def events_fit_their_schema() -> Iterator[None]:
    """Every event that a test makes Gaung emit in this process fits the documented schema."""
    from gaung.core.store import events

    emit = events.emit_many

    def checked(conn: Any, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        wanted = _documented(name)
        for row in rows:
            ids = {key: row.get(key) for key in events.IDS if row.get(key) is not None or key in ("office", "platform")}
            line = {"id": 1, "event": name, "at": "2026-11-24T00:00:00+00:00", "actor": "x", **ids, "data": dict(row.get("data") or {})}
            assert list(flaws(line, wanted)) == [], f"{name} does not fit core/event_schema.py"
        emit(conn, name, rows)

    with pytest.MonkeyPatch.context() as patch:  # not the fixture: it would be undone only after the environment is looked at
        patch.setattr(events, "emit_many", checked)
        yield
