"""What is Instagram's own in following a push; tests/plugins/meta/test_pushes.py has what Facebook does alike."""

from typing import Any

import pytest

from gaung.core.records import Found, Notice, Publication
from gaung.plugins import instagram

People = Any
Receiver = Any
"""The classes of these names in conftest.py: folders of tests are no packages."""


@pytest.fixture
def pushes(people: People, receiver: Receiver) -> Receiver:
    """The imitated Instagram pushes to a server that reads by our hook."""
    receiver.serve(people.world, instagram, people.account)
    return receiver


def follow(people: People, notice: Notice, *publications: Publication) -> Found:
    return instagram.gaung_follow_notice(account=people.account, notice=notice, publications=publications)


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


def test_a_comment_without_a_username_names_nobody(people: People, pushes: Receiver) -> None:
    post = people.post()
    people.do(people.person("siti"), "comment_mention", post)
    people.world.quotas["instagram.comment_usernames"] = 0
    assert people.side.pusher.wait()
    [notice] = pushes.notices.values()
    found = follow(people, notice, post)
    assert found.sightings == ()
    assert "without its author" in found.note


@pytest.mark.parametrize("payload", [{}, {"media_id": "1){id}"}, {"comment_id": "x"}, {"media_id": None}])
def test_a_notice_without_an_id_asks_nothing(people: People, payload: dict[str, object]) -> None:
    notice = Notice(key="k", account=people.account.external_id, kind="sighting", payload=payload)
    assert follow(people, notice, people.post()).sightings == ()
    assert people.ig.calls() == []
