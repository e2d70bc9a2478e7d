"""Copies of our texts, found below a tag of ours, belong to one post each: to the one that the sandbox knows to have been copied."""

from collections import Counter
from typing import Any

from gaung.core.records import Publication

TEXT = "Sudah terdaftar sebagai pemilih? Cek namamu hari ini, jangan sampai terlewat!"
OTHER = "Simulasi pemungutan suara di TPS contoh, Sabtu pagi pukul delapan."
Office = Any
"""The class of that name in conftest.py: folders of tests are no packages."""


def credited(office: Office, *posts: Publication) -> Counter[str]:
    """How often each piece of evidence was found, over all posts."""
    return Counter(one.evidence for post in posts for one in office.find(post).sightings)


def test_posts_of_one_moment_that_differ_in_hashtags_share_no_copy(office: Office) -> None:
    posts = [office.post(f"{TEXT} {tags}", later=0) for tags in ("#KPULampung", "#KPULampung #Pemilu2029", "#KPUMelayani")]
    for number in range(18):
        office.do(office.person(f"n{number}"), office.side.tag, posts[number % 3])
    copied = sum(TEXT.upper() in deed.extra[office.side.said] for deed in office.world.deeds)
    assert copied > 6
    found = {(one.signal, one.publication, one.author) for post in posts for one in office.find(post).sightings}
    assert found == office.true({office.side.tag})
    assert set(credited(office, *posts).values()) == {1}


def test_a_copy_that_may_be_of_either_of_two_posts_is_of_none(office: Office) -> None:
    first, second = office.post(TEXT, later=1), office.post(f"{TEXT} #KPULampung")
    office.do(office.person("siti"), office.side.tag, first, f"Setuju! {TEXT}")
    linked = office.do(office.person("budi"), office.side.tag, first, f"{TEXT} {first.url}")
    assert credited(office, first, second) == {linked.extra["id"]: 1}


def test_a_copy_belongs_to_the_latest_post_of_that_text_before_it(office: Office) -> None:
    first = office.post(TEXT)
    office.do(office.person("awal"), office.side.tag, first, f"Setuju! {TEXT}")
    office.later(600)
    second = office.post(f"{TEXT} #KPULampung")
    office.do(office.person("akhir"), office.side.tag, second, TEXT.upper())
    assert [one.author for one in office.find(first).sightings] == ["contohagtawal"]
    assert [one.author for one in office.find(second).sightings] == ["contohagtakhir"]


def test_a_copy_that_links_to_an_older_post_of_that_text_is_of_the_older(office: Office) -> None:
    first = office.post(TEXT)
    office.later(600)
    second = office.post(TEXT)
    office.do(office.person("siti"), office.side.tag, first, f"{TEXT} {first.url}")
    assert [len(office.find(post).sightings) for post in (first, second)] == [1, 0]


def test_where_our_own_posts_are_not_shown_links_still_count_and_copies_do_not(office: Office) -> None:
    post = office.post(OTHER)
    before, after = (office.do(office.person(name), office.side.tag, post, f"lihat {post.url}") for name in ("satu", "tiga"))
    copied = office.do(office.person("dua"), office.side.tag, post, OTHER)
    last = office.do(office.person("empat"), office.side.tag, post, f"lihat {post.url}")
    office.sandbox.fault(office.side.own_posts, "refused", times=-1)
    assert credited(office, post) == {deed.extra["id"]: 1 for deed in (before, after, last)}
    assert "not shown to this app" in office.find(post).note
    office.sandbox.sandbox.faults.clear()
    assert copied.extra["id"] in credited(office, post)
