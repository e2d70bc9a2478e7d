"""Who shared a Page's post: everything that Facebook names, nothing that it does not, compared with what the sandbox knows to be true."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from gaung.core.errors import AuthRevoked, RateLimited, Transient, Unsupported
from gaung.core.records import Content, Found, Published
from gaung.core.testkit.media import MediaMaker
from gaung.plugins import facebook

TEXT = "Sudah terdaftar sebagai pemilih? Cek namamu hari ini, jangan sampai terlewat! https://cekdptonline.kpu.go.id #KPULampung"
Stage = Any
"""The class of that name in conftest.py: folders of tests are no packages."""


def authors(found: Found) -> set[tuple[str, str | None, str | None]]:
    return {(one.signal, one.author, one.author_id) for one in found.sightings}


def test_all_that_is_named_is_found_and_nothing_else(fb: Stage) -> None:
    post, other = fb.publish(), fb.publish("Simulasi pemungutan suara di TPS contoh, Sabtu pagi pukul delapan. #KPULampung")
    kinds = ("page", "tester", "private", None)
    for number, kind in enumerate(kinds * 6):
        who = fb.person(f"n{number}", *([kind] if kind else []))
        for signal in fb.side.deeds:
            fb.do(who, signal, post if number % 3 else other)
    for what in (post, other):
        found = fb.find(what)
        true = {(deed.signal, deed.profile.external_id) for deed in fb.sandbox.world.deeds if deed.post == what.external_id and deed.names}
        assert {(one.signal, one.author_id) for one in found.sightings} == true
        assert {signal for signal, _ in true} == {"shared_post", "tagged_post"}
        assert "without their author" in found.note
        shares = [
            deed for deed in fb.sandbox.world.deeds if deed.post == what.external_id and deed.signal in ("shared_post", "private_share")
        ]
        assert found.total == len(shares)


def test_a_sighting_says_who_where_and_when(fb: Stage) -> None:
    post = fb.publish()
    who = fb.person("siti", "page")
    deed = fb.do(who, "shared_post", post)
    [one] = fb.find(post).sightings
    assert (one.author, one.author_id, one.publication) == ("contohagt.siti", who.external_id, post.external_id)
    assert one.at == datetime.fromtimestamp(int(deed.at), tz=fb.sandbox.world.today().tzinfo)
    assert one.url == f"https://www.facebook.com/{who.external_id}/posts/{deed.extra['number']}"
    assert one.evidence == deed.extra["id"]


def test_what_the_page_itself_passes_on_is_nobodys(fb: Stage) -> None:
    post = fb.publish()
    page = fb.side.people.kept.add("contohlampung", fb.page.external_id, {"page"}, {"page"})
    deeds = [fb.do(page, signal, post) for signal in ("shared_post", "tagged_post")]
    assert fb.find(post).sightings == ()
    assert fb.sandbox.journal("facebook.sharedposts")
    for deed in deeds:
        assert fb.verify(post, f"https://www.facebook.com/{fb.page.external_id}/posts/{deed.extra['number']}") is None


def test_no_share_is_no_total_since_facebook_leaves_the_count_out(fb: Stage) -> None:
    assert fb.find(fb.publish()) == Found(sightings=(), total=None, note="")


def test_pages_of_results_are_read_to_the_end(fb: Stage) -> None:
    post = fb.publish()
    for number in range(230):
        fb.do(fb.person(f"n{number}", "page"), "shared_post", post)
    for number in range(130):
        fb.do(fb.person(f"t{number}", "page"), "tagged_post", post)
    found = fb.find(post)
    assert (len(found.sightings), found.total, found.note) == (360, 230, "")
    assert len(fb.sandbox.journal("facebook.sharedposts")) == 3


def test_a_look_costs_no_more_than_it_may_and_says_so(fb: Stage) -> None:
    post = fb.publish()
    for number in range(230):
        fb.do(fb.person(f"n{number}", "page"), "shared_post", post)
    before = len(fb.sandbox.journal())
    found = fb.find(post, replace(fb.page, settings={**fb.page.settings, "look_requests": 3}))
    assert len(fb.sandbox.journal()) - before == 3
    assert len(found.sightings) == 200
    assert "sharedposts: not all was read" in found.note
    assert "tagged: not looked at" in found.note


def test_tags_are_read_no_further_back_than_the_publication(fb: Stage) -> None:
    old = fb.publish("Kiriman lama yang sudah lewat, rekapitulasi suara tingkat kecamatan selesai dibacakan.")
    for number in range(250):
        fb.do(fb.person(f"n{number}", "page"), "tagged_post", old)
    fb.later(86400)
    post = fb.publish()
    fb.do(fb.person("siti", "page"), "tagged_post", post)
    assert len(fb.find(post).sightings) == 1
    assert len(fb.sandbox.journal("facebook.tagged")) == 2  # the first page still has a new one


@pytest.mark.parametrize(
    "message", ["", "Mantap @contoh_lampung", "Sudah terdaftar sebagai pemilih?", "https://www.facebook.com/contohagt/posts/987654321"]
)
def test_a_tag_that_names_none_of_our_posts_is_dropped(fb: Stage, message: str) -> None:
    post = fb.publish()
    deed = fb.do(fb.person("siti", "page"), "tagged_post", post)
    deed.extra["message"] = message
    assert fb.find(post).sightings == ()


def test_a_copy_that_links_to_an_older_post_by_the_pages_name_is_of_the_older(fb: Stage) -> None:
    first = fb.publish()
    fb.side.post_by_hand(fb.page.external_id, "lain")
    fb.later(600)
    second = fb.publish()
    deed = fb.do(fb.person("siti", "page"), "tagged_post", first)
    number = str(first.external_id).rpartition("_")[2]
    deed.extra["message"] = f"{TEXT} https://www.facebook.com/contohlampung/posts/{number}"
    assert [len(fb.find(post).sightings) for post in (first, second)] == [1, 0]


def test_a_text_from_before_the_publication_is_no_copy_of_it(fb: Stage) -> None:
    post = fb.publish()
    deed = fb.do(fb.person("siti", "page"), "tagged_post", post)
    deed.extra["message"] = TEXT
    deed.at -= 3600
    assert fb.find(post).sightings == ()


def test_a_reel_is_found_by_the_post_that_shows_it(fb: Stage, make_media: MediaMaker) -> None:
    what = Content(format="reel", title="", text=TEXT, media=(make_media.mp4(),))
    attempt = fb.attempt()
    attempt.run(facebook.gaung_publish, fb.page, what)
    made = attempt.run(facebook.gaung_check, fb.page, what)
    assert isinstance(made, Published)
    reel = fb.publication(made.external_id, made.url, TEXT)
    assert reel.external_id is not None
    assert "_" not in reel.external_id
    for signal in ("shared_post", "tagged_post"):
        fb.do(fb.person(signal.replace("_", ""), "page"), signal, reel)
    found = fb.find(reel)
    assert {one.signal for one in found.sightings} == {"shared_post", "tagged_post"}
    assert {one.publication for one in found.sightings} == {reel.external_id}
    assert found.total == 1


def test_a_rename_keeps_the_id_and_shows_the_new_handle(fb: Stage) -> None:
    post, who = fb.publish(), fb.person("siti", "page")
    fb.do(who, "shared_post", post)
    fb.side.rename(who, "contohagt.siti.baru")
    assert authors(fb.find(post)) == {("shared_post", "contohagt.siti.baru", who.external_id)}
    assert fb.side.add_profile("contohagt.siti") is not who


def test_what_was_undone_or_whose_author_is_gone_is_not_found(fb: Stage) -> None:
    post, who, other = fb.publish(), fb.person("siti", "page"), fb.person("budi", "page")
    deeds = [fb.do(one, signal, post) for one in (who, other) for signal in ("shared_post", "tagged_post")]
    fb.side.undo(deeds[0])
    fb.side.vanish(other)
    found = fb.find(post)
    assert authors(found) == {("tagged_post", who.handle, who.external_id)}
    assert found.total is None


def test_a_graph_that_refuses_usernames_still_names_authors_by_id(fb: Stage) -> None:
    post, who = fb.publish(), fb.person("siti", "page")
    for signal in ("shared_post", "tagged_post"):
        fb.do(who, signal, post)
    fb.sandbox.world.quotas["facebook.usernames"] = 0
    assert authors(fb.find(post)) == {(signal, None, who.external_id) for signal in ("shared_post", "tagged_post")}
    assert [len(fb.sandbox.journal(f"facebook.{edge}")) for edge in ("sharedposts", "tagged")] == [2, 1], "it is refused once"


def test_an_app_without_public_content_access_says_so_and_still_reads_tags(fb: Stage) -> None:
    fb.sandbox.world.quotas["facebook.public_content_access"] = 0
    post, who = fb.publish(), fb.person("siti", "page")
    for signal in fb.side.deeds:
        fb.do(who, signal, post)
    found = fb.find(post)
    true = {(deed.signal, deed.profile.handle, deed.profile.external_id) for deed in fb.sandbox.world.deeds if deed.names}
    assert authors(found) == true == {("tagged_post", who.handle, who.external_id)}
    assert "refused a look (10)" in found.note


def test_nothing_shown_at_all_is_unsupported_not_an_empty_result(fb: Stage) -> None:
    post = fb.publish()
    fb.sandbox.fault("facebook.sharedposts", "refused", times=-1)
    fb.sandbox.fault("facebook.tagged", "refused", times=-1)
    with pytest.raises(Unsupported, match="pages_read_user_content"):
        fb.find(post)


def test_a_dead_token_is_told_and_a_limit_and_a_lost_answer_too(fb: Stage) -> None:
    post = fb.publish()
    for do, error in (("token_revoked", AuthRevoked), ("rate_limited", RateLimited), ("hangup_before", Transient)):
        fb.sandbox.fault("facebook.sharedposts", do)
        with pytest.raises(error):
            fb.find(post)


def test_a_publication_without_an_id_cannot_be_looked_at(fb: Stage) -> None:
    with pytest.raises(Unsupported):
        fb.find(replace(fb.publish(), external_id=None))


def test_nothing_of_a_person_is_in_reprs(fb: Stage) -> None:
    post = fb.publish()
    fb.do(fb.person("siti", "page"), "shared_post", post)
    found = fb.find(post)
    assert "siti" not in repr(found)
