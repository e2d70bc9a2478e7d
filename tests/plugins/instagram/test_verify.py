"""Links that people hand in: proven where a professional account lists the media; else a claim as before."""

from dataclasses import replace
from typing import Any

import pytest

from gaung.core.errors import Unsupported
from gaung.plugins import instagram

TEXT = "Sudah terdaftar sebagai pemilih? Cek namamu hari ini, jangan sampai terlewat!"
People = Any
"""The class of that name in conftest.py: folders of tests are no packages."""


def test_a_link_is_proven_only_where_a_professional_account_lists_the_media(people: People) -> None:
    post = people.post()
    kinds = ("professional", "private", None)
    deeds = [
        people.do(people.person(f"{signal[:9]}{number}{str(kind)[:4]}", *([kind] if kind else [])), signal, post)
        for signal in people.side.deeds if signal != "collaborator" for kind in kinds for number in range(3)
    ]  # fmt: skip
    reached = 0
    for deed in deeds:
        try:
            one = people.verify(post, deed.url)
        except Unsupported:
            one = None
        assert (one is not None and (one.author, one.author_id) == (deed.profile.handle, deed.profile.external_id)) == deed.proves
        reached += one is not None
    assert reached == 9


def test_a_media_far_down_the_list_is_still_found(people: People) -> None:
    people.world.quotas["instagram.discovery_page"] = 10
    post, who = people.post(), people.person("siti", "professional")
    deed = people.do(who, "linked_media", post)
    for _ in range(35):
        people.do(who, "linked_media", post)
    assert people.verify(post, deed.url) is not None
    small = replace(people.account, settings={**people.account.settings, "look_requests": 2})
    with pytest.raises(Unsupported, match="far back"):
        instagram.gaung_verify_reshare(account=small, publication=post, url=deed.url)


def test_somebody_elses_media_below_ones_own_handle_proves_nothing(people: People) -> None:
    post, liar, true = people.post(), people.person("bohong", "professional"), people.person("jujur", "professional")
    people.do(liar, "linked_media", post)
    deed = people.do(true, "linked_media", post)
    assert people.verify(post, f"https://www.instagram.com/{liar.handle}/p/{deed.extra['code']}/") is None
    one = people.verify(post, f"https://www.instagram.com/{true.handle.upper()}/p/{deed.extra['code']}/?by={liar.handle}")
    assert one is not None
    assert one.author == true.handle


def test_a_media_that_says_nothing_of_ours_is_no_reshare(people: People) -> None:
    post, who = people.post(), people.person("siti", "professional")
    deed = people.do(who, "linked_media", post)
    deed.extra["caption"] = "Makan siang"
    assert people.verify(post, deed.url) is None


def test_a_media_with_another_posts_link_is_no_reshare_of_this_one(people: People) -> None:
    post, other, who = (
        people.post(),
        people.post("Jadwal pleno terbuka minggu depan sudah dapat dilihat."),
        people.person("siti", "professional"),
    )
    deed = people.do(who, "linked_media", other)
    deed.extra["caption"] = f"lihat {other.url}"
    assert people.verify(post, deed.url) is None


def by_another_office(people: People, account_for: Any, post: Any, *deeds: Any) -> list[bool]:
    """Which of these links another office's token proves."""
    other = account_for("instagram", handle="contoh_kpu_lain")
    return [instagram.gaung_verify_reshare(account=other, publication=post, url=deed.url) is not None for deed in deeds]


def test_another_offices_token_proves_a_link_and_a_copied_text_too(people: People, account_for: Any) -> None:
    people.world.quotas["instagram.discovery_page"] = 1
    post, who = people.post(), people.person("siti", "professional")
    people.post("Jadwal pleno terbuka minggu depan sudah dapat dilihat.")
    copied, linked = people.do(who, "linked_media", post), people.do(who, "linked_media", post)
    copied.extra["caption"], linked.extra["caption"] = TEXT, f"lihat {post.url}"
    assert by_another_office(people, account_for, post, copied, linked) == [True, True]


def test_a_text_that_the_other_office_posted_again_is_no_copy_of_the_first(people: People, account_for: Any) -> None:
    first, who = people.post(), people.person("siti", "professional")
    people.ig.pass_time(600)
    again = people.post()
    copied = people.do(who, "linked_media", again)
    copied.extra["caption"] = TEXT
    assert by_another_office(people, account_for, first, copied) == [False]
    assert by_another_office(people, account_for, again, copied) == [True]


def test_where_the_other_offices_media_are_not_shown_only_the_link_proves_anything(people: People, account_for: Any) -> None:
    post, who = replace(people.post(), handle="contoh_kpu_tiada"), people.person("siti", "professional")
    copied, linked = people.do(who, "linked_media", post), people.do(who, "linked_media", post)
    copied.extra["caption"], linked.extra["caption"] = TEXT, f"lihat {post.url}"
    assert by_another_office(people, account_for, post, copied, linked) == [False, True]


@pytest.mark.parametrize(
    "url",
    [
        "https://www.instagram.com/p/DAbc12xyz/?igsh=1", "https://www.instagram.com/share/p/BAbcdE12", "https://www.instagram.com/stories/contoh_agt_a/3301234567890/",
        "https://www.instagram.com/contoh_agt_tiada/p/DAbc12xyz/",
    ],
)  # fmt: skip
def test_a_link_that_proves_no_author_stays_a_claim(people: People, url: str) -> None:
    with pytest.raises(Unsupported):
        people.verify(people.post(), url)


def test_what_is_no_media_or_is_our_own_proves_nothing_without_a_request(people: People) -> None:
    post = people.post()
    assert post.url
    for url in (post.url, "https://www.facebook.com/x/posts/12345", "nonsense", "https://www.instagram.com/contoh_agt_siti/"):
        assert people.verify(post, url) is None
    assert people.ig.calls() == []
