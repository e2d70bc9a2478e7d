"""A missing right is told from a dead token: only the latter takes an account out of service."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gaung.core.errors import AuthRevoked, PlatformError, RateLimited, Rejected, Transient
from gaung.core.records import Publication
from gaung.plugins.meta.graph import Graph
from gaung.plugins.meta.looking import Look, Ours, named, refused, repeated, repeats_this

Server = Any
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TEXT = "Sudah terdaftar sebagai pemilih? Cek namamu hari ini"


def ours(number: int, minutes: float, text: str = TEXT) -> Ours:
    at = NOW + timedelta(minutes=minutes)
    return Ours.of(Publication(id=number, external_id=f"1_{number}", url=None, published_at=at, text=text), [str(number)])


@pytest.mark.parametrize(
    ("code", "subcode", "kind", "only_this_read"),
    [
        (10, None, AuthRevoked, True), (200, None, AuthRevoked, True), (299, None, AuthRevoked, True), (3, None, Rejected, True),
        (100, 33, Rejected, True), (190, 460, AuthRevoked, False), (190, None, AuthRevoked, False), (102, None, AuthRevoked, False),
        (4, None, RateLimited, False), (80001, None, RateLimited, False), (2, None, Transient, False),
    ],
)  # fmt: skip
def test_what_a_refused_read_means(
    server: Server, graph: Graph, code: int, subcode: int | None, kind: type[PlatformError], only_this_read: bool
) -> None:
    server.say({"error": {"message": "x", "code": code, "error_subcode": subcode}}, status=400)
    with pytest.raises(kind) as caught:
        Look(graph, "1", 5).get("1")
    assert refused(caught.value) is only_this_read


def test_requests_are_counted_and_the_rest_is_told(server: Server, graph: Graph) -> None:
    look = Look(graph, "1", 2)
    for number in range(2):
        server.say({"data": [{"id": str(number)}], "paging": {"next": f"{server.base_url}/prefix/v26.0/1/tagged?after={number}"}})
    assert [len(page) for page in look.edge("1/tagged", fields=["id"], limit=1)] == [1, 1]
    assert look.left == 0
    assert "tagged: not all was read" in look.note()
    assert list(look.edge("1/tagged", fields=["id"], limit=1)) == []
    assert len(server.asked) == 2


def test_an_id_names_a_publication_with_or_without_its_owner() -> None:
    first, second = ours(11111, 0), ours(22222, 0)
    assert named(["1_22222"], [first, second]) is second
    assert named(["22222", "9_9"], [first, second]) is second
    assert named(["9_22222", ""], [first, second]) is None


def test_a_copy_belongs_to_the_latest_publication_before_it() -> None:
    first, second = ours(1, 0), ours(2, 60)
    assert repeated(TEXT, NOW + timedelta(minutes=30), [first, second]) is first
    assert repeated(TEXT, NOW + timedelta(minutes=90), [first, second]) is second
    assert repeated(TEXT, NOW - timedelta(minutes=30), [first, second]) is None
    assert repeated(TEXT, None, [first, second]) is None
    assert repeated(TEXT, None, [second]) is second
    assert repeated(TEXT, NOW + timedelta(minutes=90), [first, ours(3, 1)]) is None, "two minutes are no order"


TAGGED = tuple(f"{TEXT} {tags}" for tags in ("", "#KPULampung", "#KPULampung #Pemilu2029", "#KPUMelayani"))
"""Texts that are equal but for the hashtags at their end."""


@pytest.mark.parametrize("seconds", [0, 0.4, 1, 60, 120, 121, 600])
@pytest.mark.parametrize("words", [*TAGGED, f"{TEXT} #Lain", f"Setuju! {TAGGED[1].upper()} :)"])
def test_a_copied_text_is_never_credited_to_two_posts(words: str, seconds: float) -> None:
    """By a sweep, which asks for each post alone, and by a push, which asks for all at once, in whatever order they are."""
    posts = [ours(number, seconds * number / 60, text) for number, text in enumerate(TAGGED)]
    at = NOW + timedelta(hours=1)
    swept = [one for one in posts if repeats_this(words, at, one, lambda: posts)]
    pushed = {one.publication if (one := repeated(words, at, order)) else None for order in (posts, posts[::-1])}
    assert pushed == {swept[0].publication if swept else None}
    assert len(swept) <= 1
    mine = [one for one in posts if one.text.strip() == words.strip() and one is not posts[0]]
    if mine:
        assert swept == mine, "its hashtags tell which it is"
    if words.endswith("#Lain"):
        assert swept == ([posts[-1]] if seconds > 120 else []), "the latest, if there is one"


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ([], True),
        ([(1, TEXT, 0)], True), ([(1, TEXT, 0), (2, TEXT, 5)], False), ([(1, TEXT, 0), (2, TEXT, 15)], True),
        ([(1, TEXT, 0), (2, TEXT, 0)], False), ([(2, TEXT, -2), (1, TEXT, 0)], False),
        ([(1, TEXT, 0), (2, f"{TEXT} #Lain", 5)], False), ([(1, TEXT, 0), (2, f"Kata lain. {TEXT}", 5)], True),
        ([(0, TEXT, -30), (1, TEXT, 0)], True), ([(2, "Yang lain", 5)], True), (None, False),
    ],
)  # fmt: skip
def test_a_copy_is_told_from_that_of_a_later_post(own: list[tuple[int, str, int]] | None, expected: bool) -> None:
    posts = None if own is None else [ours(number, minutes, text) for number, text, minutes in own]
    assert repeats_this(TEXT, NOW + timedelta(minutes=10), ours(1, 0), lambda: posts) is expected
    assert not repeats_this(TEXT, None, ours(1, 0), lambda: posts)


def test_the_accounts_own_posts_are_not_asked_for_where_no_text_is_repeated() -> None:
    def never() -> None:
        raise AssertionError

    assert not repeats_this("Makan siang", NOW, ours(1, 0), never)
