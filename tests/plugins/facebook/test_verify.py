"""Links that people hand in: proven where Facebook shows the post, what it refers to and its author; else a claim as before."""

from typing import Any

import pytest

from gaung.core.errors import Unsupported

Stage = Any
"""The class of that name in conftest.py: folders of tests are no packages."""


def test_a_link_is_proven_where_facebook_shows_post_reference_and_author(fb: Stage) -> None:
    post = fb.publish()
    kinds = ("page", "tester", "private", None)
    deeds = [
        fb.do(fb.person(f"{signal.replace('_', '')}{number}{kind}", *([kind] if kind else [])), signal, post)
        for signal in fb.side.deeds for kind in kinds for number in range(3)
    ]  # fmt: skip
    proven, open_ = 0, 0
    for deed in deeds:
        try:
            one = fb.verify(post, deed.url)
        except Unsupported:
            one, open_ = None, open_ + 1
        assert (one is not None and one.author_id == deed.profile.external_id) == deed.proves
        proven += one is not None
    assert proven >= 3
    assert open_ >= len(deeds) // 2


def test_both_shapes_of_address_are_looked_up(fb: Stage) -> None:
    post = fb.publish()
    urls = set()
    for number in range(6):
        deed = fb.do(fb.person(f"n{number}", "page"), "shared_post", post)
        urls.add(deed.url.partition("?")[0].rpartition("/")[2].isdecimal())
        assert fb.verify(post, deed.url) is not None
    assert urls == {True, False}


def test_somebody_elses_share_below_ones_own_handle_proves_nothing(fb: Stage) -> None:
    post, liar, true = fb.publish(), fb.person("bohong", "page"), fb.person("jujur", "page")
    deed = fb.do(true, "shared_post", post)
    number = deed.extra["number"]
    with pytest.raises(Unsupported):
        fb.verify(post, f"https://www.facebook.com/{liar.handle}/posts/{number}")
    one = fb.verify(post, f"https://www.facebook.com/{true.external_id}/posts/{number}?by={liar.handle}")
    assert one is not None
    assert (one.author, one.author_id) == (true.handle, true.external_id)


def test_a_link_costs_a_look_at_the_post_and_one_at_its_owner(fb: Stage) -> None:
    post = fb.publish()
    who = fb.person("siti", "page")
    deed = fb.do(who, "shared_post", post)
    for owner, requests in ((who.external_id, 1), (who.handle, 2)):
        before = len(fb.sandbox.journal())
        assert fb.verify(post, f"https://www.facebook.com/{owner}/posts/{deed.extra['number']}") is not None
        assert len(fb.sandbox.journal()) - before == requests


def test_a_share_of_another_post_is_no_share_of_this_one(fb: Stage) -> None:
    post, other = fb.publish(), fb.publish("Kiriman yang lain sama sekali, tentang jadwal pleno terbuka minggu depan.")
    deed = fb.do(fb.person("siti", "page"), "shared_post", other)
    assert fb.verify(post, deed.url) is None


def test_our_own_post_handed_in_is_nobodys_share(fb: Stage) -> None:
    post = fb.publish()
    assert post.url
    assert fb.verify(post, post.url) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://www.facebook.com/share/p/1AbcdEfG/", "https://fb.watch/abcdEF12/", "https://www.facebook.com/groups/99887/posts/1234567890",
        "https://www.facebook.com/reel/1234567890", "https://www.facebook.com/contohagt.tiada/posts/1234567890",
    ],
)  # fmt: skip
def test_a_link_that_hides_the_post_stays_a_claim(fb: Stage, url: str) -> None:
    with pytest.raises(Unsupported):
        fb.verify(fb.publish(), url)


@pytest.mark.parametrize("url", ["https://www.instagram.com/p/DAbc12xyz/", "nonsense", "https://www.facebook.com/contohagt.siti"])
def test_what_is_no_post_of_facebooks_proves_nothing_without_a_request(fb: Stage, url: str) -> None:
    post = fb.publish()
    before = len(fb.sandbox.journal())
    assert fb.verify(post, url) is None
    assert len(fb.sandbox.journal()) == before


def test_a_share_that_is_gone_again_stays_a_claim(fb: Stage) -> None:
    post = fb.publish()
    deed = fb.do(fb.person("siti", "page"), "shared_post", post)
    fb.side.undo(deed)
    with pytest.raises(Unsupported, match="gone"):
        fb.verify(post, deed.url)
