"""Field selection and cursor paging of the imitated Graph API."""

import base64
import binascii
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from gaung.plugins.meta.sandbox_error import wrong

Node = Mapping[str, Any]


def select(node: Node, fields: str, known: Collection[str], default: Collection[str] = ("id",)) -> dict[str, Any]:
    """The asked fields that have a value, and always `id`. Code 100 for a field that the node does not know.

    `fields` as in `a,b{c,d},edge.limit(0).summary(true)`; modifiers of an edge are accepted and left to the node's value.
    """
    asked = split(fields) or [(name, "") for name in default]
    chosen: dict[str, Any] = {}
    for name, inner in asked:
        if name not in known:
            raise wrong(f"Tried accessing nonexisting field ({name})")
        value = node.get(name)
        if value is not None:
            chosen[name] = _inner(value, inner)
    chosen["id"] = node["id"]
    return chosen


def split(fields: str) -> list[tuple[str, str]]:
    """Names at the top level, each with what stands in its braces."""
    parts: list[str] = [""]
    depth = 0
    for char in fields:
        depth += (char in "{(") - (char in "})")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    if depth != 0:
        raise wrong(f"Syntax error in field expansion: {fields}")
    found = []
    for part in filter(None, (part.strip() for part in parts)):
        head, _, inner = part.partition("{")
        found.append((head.partition(".")[0].strip(), inner.rpartition("}")[0]))
    return found


def _inner(value: Any, fields: str) -> Any:
    if not fields:
        return value
    if isinstance(value, list):
        return [_inner(item, fields) for item in value]
    if isinstance(value, dict) and isinstance(value.get("data"), list):
        return {**value, "data": [_inner(item, fields) for item in value["data"]]}
    if isinstance(value, dict):
        return {name: _inner(value[name], inner) for name, inner in [*split(fields), ("id", "")] if name in value}
    return value


def page(nodes: Sequence[Node], params: Mapping[str, str], url: str, show: Callable[[Node], Node]) -> dict[str, Any]:
    """One page of an edge. `after` stands on the last page too, only `next` is absent there; no `paging` at all when nothing is listed.

    `params` are the request's (`limit`, `after`, `before`); `next` and `previous` repeat them below `url`, as Meta's do with the token too.
    """
    return page_of([str(node["id"]) for node in nodes], params, url, lambda place: show(nodes[place]))


def page_of(ids: Sequence[str], params: Mapping[str, str], url: str, show: Callable[[int], Node]) -> dict[str, Any]:
    """The same of a long list, of which only what is shown is made into nodes: `show` answers the node at a place."""
    limit = _limit(params.get("limit", "25"))
    start = _place(ids, params["after"]) + 1 if params.get("after") else 0
    if params.get("before"):
        start = max(0, _place(ids, params["before"]) - limit)
    shown = range(start, min(start + limit, len(ids)))
    answer: dict[str, Any] = {"data": [show(place) for place in shown]}
    if shown:
        first, last = cursor(ids[shown[0]]), cursor(ids[shown[-1]])
        paging: dict[str, Any] = {"cursors": {"before": first, "after": last}}
        kept = {key: value for key, value in params.items() if key not in ("after", "before")}
        if start + limit < len(ids):
            paging["next"] = f"{url}?{urlencode({**kept, 'after': last})}"
        if start > 0:
            paging["previous"] = f"{url}?{urlencode({**kept, 'before': first})}"
        answer["paging"] = paging
    return answer


def cursor(identity: str) -> str:
    """An opaque cursor."""
    return base64.urlsafe_b64encode(identity.encode()).decode().rstrip("=")


def timestamp(seconds: float) -> str:
    """`2026-11-24T10:00:00+0000`: no colon in the offset, whole seconds."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def _limit(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value) <= 100:
        raise wrong("Param limit must be a number from 1 to 100")
    return int(value)


def _place(ids: Sequence[str], wanted: str) -> int:
    try:
        return ids.index(base64.urlsafe_b64decode(wanted + "=" * (-len(wanted) % 4)).decode())
    except (binascii.Error, ValueError):
        raise wrong("Invalid cursor") from None
