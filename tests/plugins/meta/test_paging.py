"""Cursor paging: to its end, not beyond, and never to a stranger."""

from typing import Any

import pytest

from gaung.core.errors import Transient
from gaung.plugins.meta.graph import Graph
from gaung.plugins.meta.paging import MAX_PAGES, items, pages

Server = Any
"""The class of that name in conftest.py: folders of tests are no packages."""


def listed(*ids: str, following: str = "") -> dict[str, object]:
    paging: dict[str, object] = {"cursors": {"before": "b", "after": "a"}}
    if following:
        paging["next"] = following
    return {"data": [{"id": number} for number in ids], "paging": paging}


def test_it_ends_where_next_is_absent_though_after_is_there(server: Server, graph: Graph) -> None:
    server.say(listed("1", "2", following=f"{server.base_url}/prefix/v26.0/1/posts?after=a&limit=2&access_token=theirs&appsecret_proof=x"))
    server.say(listed("3"))
    found = [item["id"] for answer in pages(graph, "1/posts", fields=["id"], params={"limit": 2}) for item in items(answer)]
    assert found == ["1", "2", "3"]
    second = server.asked[1]
    assert (second.path, second.query["after"], second.query["limit"]) == ("/prefix/v26.0/1/posts", "a", "2")
    assert second.query["access_token"] == "EAAGtoken"
    assert second.query["appsecret_proof"] != "x"


def test_an_empty_page_with_a_next_one_is_not_the_end(server: Server, graph: Graph) -> None:
    server.say(listed(following=f"{server.base_url}/prefix/v26.0/1/posts?after=a"))
    server.say(listed("9"))
    assert [len(items(answer)) for answer in pages(graph, "1/posts")] == [0, 1]


@pytest.mark.parametrize("body", [{"data": []}, {}, {"data": None}, {"data": [1, None], "paging": []}])
def test_a_page_without_paging_or_data_is_the_last(body: dict[str, object], server: Server, graph: Graph) -> None:
    server.say(body)
    assert [items(answer) for answer in pages(graph, "1/posts")] == [[]]


@pytest.mark.parametrize("url", ["https://evil.example/v26.0/1/posts?after=a", "http://127.0.0.1:9/prefix", "ftp://graph.facebook.com/"])
def test_a_next_page_elsewhere_is_not_asked_for(url: str, server: Server, graph: Graph) -> None:
    server.say(listed("1", following=url))
    walking = pages(graph, "1/posts")
    assert [item["id"] for item in items(next(walking))] == ["1"]
    with pytest.raises(Transient) as caught:
        next(walking)
    assert caught.value.code == "untrusted_url"
    assert len(server.asked) == 1


def test_the_caller_may_stop_early(server: Server, graph: Graph) -> None:
    server.say(listed("1", following=f"{server.base_url}/prefix/v26.0/1/posts?after=a"))
    next(pages(graph, "1/posts"))
    assert len(server.asked) == 1


def test_a_circle_of_pages_ends(server: Server, graph: Graph) -> None:
    for _ in range(3):
        server.say(listed("1", following=f"{server.base_url}/prefix/v26.0/1/posts?after=a"))
    assert len(list(pages(graph, "1/posts"))) == 2


def test_a_listing_without_an_end_ends(server: Server, graph: Graph) -> None:
    for number in range(MAX_PAGES + 5):
        server.say(listed("1", following=f"{server.base_url}/prefix/v26.0/1/posts?after={number}"))
    assert len(list(pages(graph, "1/posts"))) == MAX_PAGES + 1
