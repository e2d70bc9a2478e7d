"""Cursor paging of the Graph API."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from gaung.core.errors import Rejected, Transient
from gaung.core.urls import trusted
from gaung.plugins.meta.graph import HOSTS, Answer, Graph

MAX_PAGES = 100
"""An end for a platform that answers `next` forever."""

_SECRET = frozenset({"access_token", "appsecret_proof"})


def pages(graph: Graph, path: str, *, fields: Iterable[str] = (), params: Mapping[str, Any] | None = None) -> Iterator[Answer]:
    """Each page of an edge, first to last; the caller may stop early.

    Ends when `paging.next` is absent: `cursors.after` stands on the last page too, and a page may be empty and still have a next one
    (Business SDK, api.py Cursor). `next` is followed only on a known host, with our own token in place of the one it carries.
    Raises `Transient` for an address that is not to be trusted.
    """
    answer = graph.get(path, fields=fields, params=params)
    seen: set[str] = set()
    while True:
        yield answer
        after = following(answer)
        if after is None or after in seen or len(seen) >= MAX_PAGES:
            return
        seen.add(after)
        answer = _follow(graph, after)


def items(answer: Answer) -> list[Mapping[str, Any]]:
    """The objects in a page's `data`."""
    data = answer.body.get("data")
    return [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []


def following(answer: Answer) -> str | None:
    """The address of the next page; None on the last one."""
    paging = answer.body.get("paging")
    url = paging.get("next") if isinstance(paging, dict) else None
    return url if isinstance(url, str) and url else None


def _follow(graph: Graph, url: str) -> Answer:
    try:
        trusted(url, settings_urls=[graph.api_url], hosts=HOSTS)
    except Rejected as error:
        # A listing that leads astray says nothing about the post: not a refusal of it.
        raise Transient(error.message, code=error.code) from None
    parts = urlsplit(url)
    query = {key: value for key, value in parse_qsl(parts.query) if key not in _SECRET}
    return graph.get_url(f"{parts.scheme}://{parts.netloc}{parts.path}", query)
