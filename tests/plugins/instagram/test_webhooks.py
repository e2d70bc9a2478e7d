"""What Instagram really pushes, read and followed: every true notice once, and only whom Instagram names."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from gaung.core.errors import AuthRevoked, Transient
from gaung.core.records import Found, Notice, Publication, WebhookRequest
from gaung.plugins import instagram

People = Any
Receiver = Any
"""The classes of these names in conftest.py: folders of tests are no packages."""


@pytest.fixture
def pushes(people: People, receiver: Receiver) -> Iterator[Receiver]:
    """The imitated Instagram pushes to a server that reads by our hook."""

    def answer(request: WebhookRequest) -> Any:
        return instagram.gaung_read_webhook(request=replace(request, accounts=(people.account,)))

    receiver.answer = answer
    people.world.webhook_url = receiver.url
    yield receiver
    people.world.webhook_url = ""


def follow(people: People, notice: Notice, *publications: Publication) -> Found:
    return instagram.gaung_follow_notice(account=people.account, notice=notice, publications=publications)


def all_of(people: People, receiver: Receiver, publications: Sequence[Publication]) -> set[tuple[str, str, str | None]]:
    assert people.side.pusher.wait()
    assert people.side.pusher.dropped == 0
    sightings = [one for notice in receiver.notices.values() for one in follow(people, notice, *publications).sightings]
    return {(one.signal, one.publication, one.author) for one in sightings}


def test_every_true_notice_is_found_once_and_no_other(people: People, pushes: Receiver) -> None:
    posts = [people.post(), people.post("Simulasi pemungutan suara di TPS contoh, Sabtu pagi pukul delapan. #KPULampung")]
    for number, kind in enumerate(("professional", "private", None) * 8):
        who = people.person(f"n{number}", *([kind] if kind else []))
        for signal in people.side.deeds:
            if signal != "collaborator":
                people.do(who, signal, posts[number % 4 == 0])
    found = all_of(people, pushes, posts)
    pushed = ("mention", "comment_mention")
    assert found == {(deed.signal, deed.post, deed.profile.handle) for deed in people.world.deeds if deed.names and deed.signal in pushed}
    assert {signal for signal, _, _ in found} == set(pushed)
    told = [notice.key for answer in pushes.answers for notice in answer.notices]
    assert len(told) > len(set(told)), "some come twice"


def test_both_envelopes_came(people: People, pushes: Receiver) -> None:
    post = people.post()
    for number in range(40):
        people.do(people.person(f"n{number}"), "mention", post)
    assert people.side.pusher.wait()
    bodies = b"".join(request.body for request in pushes.requests)
    assert b'"changes"' in bodies
    assert b'"field": "mentions", "value"' in bodies.replace(b'[{"field"', b"")


def test_a_mention_says_who_where_and_when(people: People, pushes: Receiver) -> None:
    post, who = people.post(), people.person("siti")
    deed = people.do(who, "mention", post)
    assert people.side.pusher.wait()
    [one] = [one for notice in pushes.notices.values() for one in follow(people, notice, post).sightings]
    assert (one.author, one.evidence, one.url) == (who.handle, deed.extra["id"], f"https://www.instagram.com/p/{deed.extra['code']}/")
    assert one.at is not None
    assert one.at.timestamp() == int(deed.at)


def test_what_was_taken_back_meanwhile_is_no_evidence(people: People, pushes: Receiver) -> None:
    post, who = people.post(), people.person("siti")
    deeds = [people.do(who, signal, post) for signal in ("mention", "comment_mention")]
    assert people.side.pusher.wait()
    for deed in deeds:
        people.side.undo(deed)
    for notice in pushes.notices.values():
        found = follow(people, notice, post)
        assert found.sightings == ()
        assert "gone" in found.note


def test_a_mention_that_names_none_of_these_publications_is_dropped(people: People, pushes: Receiver) -> None:
    post, other, who = people.post(), people.post("Yang lain sama sekali, jadwal pleno terbuka minggu depan."), people.person("siti")
    for signal in ("mention", "comment_mention"):
        people.do(who, signal, post)
    assert all_of(people, pushes, [other]) == set()


def test_a_copy_of_a_text_that_many_offices_published_belongs_to_the_mentioned_account(people: People, pushes: Receiver) -> None:
    post, who = people.post(), people.person("siti")
    deed = people.do(who, "mention", post)
    deed.extra["caption"] = post.text
    elsewhere = replace(post, id=2, external_id="18019999", url="https://www.instagram.com/p/CLain12345/", account="999")
    assert all_of(people, pushes, [elsewhere, post]) == {("mention", post.external_id, who.handle)}
    assert all_of(people, pushes, [elsewhere]) == set()


def test_a_copied_text_belongs_to_the_latest_publication_before_it(people: People, pushes: Receiver) -> None:
    first = people.post()
    deed = people.do(people.person("awal"), "mention", first)
    deed.extra["caption"] = first.text
    people.ig.pass_time(600)
    second = people.post()
    late = people.do(people.person("akhir"), "mention", second)
    late.extra["caption"] = second.text
    assert all_of(people, pushes, [first, second]) == {
        ("mention", first.external_id, "contoh_agt_awal"), ("mention", second.external_id, "contoh_agt_akhir"),
    }  # fmt: skip


def test_a_comment_without_a_username_names_nobody(people: People, pushes: Receiver) -> None:
    post = people.post()
    people.do(people.person("siti"), "comment_mention", post)
    people.world.quotas["instagram.comment_usernames"] = 0
    assert people.side.pusher.wait()
    [notice] = pushes.notices.values()
    found = follow(people, notice, post)
    assert found.sightings == ()
    assert "without its author" in found.note


def test_a_look_that_fails_is_tried_again_and_a_dead_token_is_told(people: People, pushes: Receiver) -> None:
    post = people.post()
    people.do(people.person("siti"), "mention", post)
    assert people.side.pusher.wait()
    [notice] = pushes.notices.values()
    for do, error in (("hangup_before", Transient), ("token_revoked", AuthRevoked)):
        people.ig.sandbox.fault("instagram.user", do)
        with pytest.raises(error):
            follow(people, notice, post)


@pytest.mark.parametrize("payload", [{}, {"media_id": "1){id}"}, {"comment_id": "x"}, {"media_id": None}])
def test_a_notice_without_an_id_asks_nothing(people: People, payload: dict[str, object]) -> None:
    notice = Notice(key="k", account=people.account.external_id, kind="sighting", payload=payload)
    assert follow(people, notice, people.post()).sightings == ()
    assert people.ig.calls() == []
