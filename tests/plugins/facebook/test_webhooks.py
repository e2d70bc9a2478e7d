"""What Facebook really pushes, read and followed: every true notice once, and only whom Facebook names."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from gaung.core.errors import AuthRevoked, Transient
from gaung.core.records import Found, Notice, Publication, WebhookRequest
from gaung.plugins import facebook

Stage = Any
Receiver = Any
"""The classes of these names in conftest.py: folders of tests are no packages."""


@pytest.fixture
def pushes(fb: Stage, receiver: Receiver) -> Iterator[Receiver]:
    """The imitated Facebook pushes to a server that reads by our hook."""

    def answer(request: WebhookRequest) -> Any:
        return facebook.gaung_read_webhook(request=replace(request, accounts=(fb.page,)))

    receiver.answer = answer
    fb.sandbox.world.webhook_url = receiver.url
    yield receiver
    fb.sandbox.world.webhook_url = ""


def follow(fb: Stage, notice: Notice, *publications: Publication) -> Found:
    return facebook.gaung_follow_notice(account=fb.page, notice=notice, publications=publications)


def all_of(fb: Stage, receiver: Receiver, publications: Sequence[Publication]) -> set[tuple[str, str, str | None]]:
    assert fb.side.pusher.wait()
    assert fb.side.pusher.dropped == 0
    sightings = [one for notice in receiver.notices.values() for one in follow(fb, notice, *publications).sightings]
    return {(one.signal, one.publication, one.author_id) for one in sightings}


def test_every_true_notice_is_found_once_and_no_other(fb: Stage, pushes: Receiver) -> None:
    posts = [fb.publish(), fb.publish("Simulasi pemungutan suara di TPS contoh, Sabtu pagi pukul delapan. #KPULampung")]
    for number, kind in enumerate(("page", "tester", "private", None) * 4):
        who = fb.person(f"n{number}", *([kind] if kind else []))
        for signal in fb.side.deeds:
            fb.do(who, signal, posts[number % 3 == 0])
    found = all_of(fb, pushes, posts)
    assert found == {(deed.signal, deed.post, deed.profile.external_id) for deed in fb.sandbox.world.deeds if deed.names}
    assert {signal for signal, _, _ in found} == {"shared_post", "tagged_post", "comment_mention"}
    told = [notice.key for answer in pushes.answers for notice in answer.notices]
    assert len(told) > len(set(told)), "some come twice"


def test_a_push_and_a_sweep_show_the_same_evidence(fb: Stage, pushes: Receiver) -> None:
    post, who = fb.publish(), fb.person("siti", "page")
    for signal in ("shared_post", "tagged_post"):
        fb.do(who, signal, post)
    assert fb.side.pusher.wait()
    pushed = {one for notice in pushes.notices.values() for one in follow(fb, notice, post).sightings}
    assert pushed == set(fb.find(post).sightings)


def test_what_was_taken_back_meanwhile_is_no_evidence(fb: Stage, pushes: Receiver) -> None:
    post, who = fb.publish(), fb.person("siti", "page")
    deeds = [fb.do(who, signal, post) for signal in ("shared_post", "tagged_post", "comment_mention")]
    assert fb.side.pusher.wait()
    for deed in deeds:
        fb.side.undo(deed)
    for notice in pushes.notices.values():
        found = follow(fb, notice, post)
        assert found.sightings == ()
        assert "gone" in found.note


def test_who_renamed_meanwhile_is_named_by_the_new_handle_and_the_same_id(fb: Stage, pushes: Receiver) -> None:
    post, who = fb.publish(), fb.person("siti", "page")
    fb.do(who, "shared_post", post)
    assert fb.side.pusher.wait()
    fb.side.rename(who, "contohagt.baru")
    [one] = [one for notice in pushes.notices.values() for one in follow(fb, notice, post).sightings]
    assert (one.author, one.author_id) == ("contohagt.baru", who.external_id)


def test_a_mention_that_names_none_of_these_publications_is_dropped(fb: Stage, pushes: Receiver) -> None:
    post, other, who = fb.publish(), fb.publish("Yang lain sama sekali, jadwal pleno terbuka minggu depan."), fb.person("siti", "page")
    for signal in ("shared_post", "tagged_post", "comment_mention"):
        fb.do(who, signal, post)
    assert all_of(fb, pushes, [other]) == set()


def test_a_copy_of_a_text_that_many_offices_published_belongs_to_the_mentioned_page(fb: Stage, pushes: Receiver) -> None:
    post, who = fb.publish(), fb.person("siti", "page")
    deed = fb.do(who, "tagged_post", post)
    deed.extra["message"] = post.text
    elsewhere = replace(post, id=2, external_id="999_1234567", url=None, account="999")
    assert all_of(fb, pushes, [elsewhere, post]) == {("tagged_post", post.external_id, who.external_id)}
    assert all_of(fb, pushes, [elsewhere]) == set()


def test_a_server_that_is_down_for_a_while_loses_nothing(fb: Stage, pushes: Receiver) -> None:
    pushes.refuse = 2
    post = fb.publish()
    for number in range(20):
        fb.do(fb.person(f"n{number}", "page"), "shared_post", post)
    assert len(all_of(fb, pushes, [post])) == 20


def test_a_look_that_fails_is_tried_again_and_a_dead_token_is_told(fb: Stage, pushes: Receiver) -> None:
    post = fb.publish()
    fb.do(fb.person("siti", "page"), "shared_post", post)
    assert fb.side.pusher.wait()
    [notice] = pushes.notices.values()
    for do, error in (("hangup_before", Transient), ("token_revoked", AuthRevoked)):
        fb.sandbox.fault("facebook.node", do)
        with pytest.raises(error):
            follow(fb, notice, post)


def test_without_access_to_others_pages_a_push_alone_proves_nothing(fb: Stage, pushes: Receiver) -> None:
    post = fb.publish()
    fb.do(fb.person("siti", "page"), "shared_post", post)
    assert fb.side.pusher.wait()
    fb.sandbox.world.quotas["facebook.public_content_access"] = 0
    [notice] = pushes.notices.values()
    assert follow(fb, notice, post).sightings == ()


def test_a_foreign_secret_is_refused_and_pushed_in_vain(fb: Stage, receiver: Receiver) -> None:
    stranger = replace(fb.page, settings={**fb.page.settings, "app_secret": "lain"})

    def answer(request: WebhookRequest) -> Any:
        return facebook.gaung_read_webhook(request=replace(request, accounts=(stranger,)))

    receiver.answer = answer
    fb.sandbox.world.webhook_url = receiver.url
    fb.do(fb.person("siti", "page"), "shared_post", fb.publish())
    assert fb.side.pusher.wait(30)
    assert fb.side.pusher.dropped >= 1
    assert receiver.notices == {}
