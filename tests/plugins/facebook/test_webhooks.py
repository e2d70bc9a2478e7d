"""What is Facebook's own in following a push; tests/plugins/meta/test_pushes.py has what Instagram does alike."""

from typing import Any

import pytest

from gaung.core.records import Found, Notice, Publication
from gaung.plugins import facebook

Stage = Any
Receiver = Any
"""The classes of these names in conftest.py: folders of tests are no packages."""


@pytest.fixture
def pushes(fb: Stage, receiver: Receiver) -> Receiver:
    """The imitated Facebook pushes to a server that reads by our hook."""
    receiver.serve(fb.sandbox.world, facebook, fb.page)
    return receiver


def follow(fb: Stage, notice: Notice, *publications: Publication) -> Found:
    return facebook.gaung_follow_notice(account=fb.page, notice=notice, publications=publications)


def test_a_push_and_a_sweep_show_the_same_evidence(fb: Stage, pushes: Receiver) -> None:
    post, who = fb.publish(), fb.person("siti", "page")
    for signal in ("shared_post", "tagged_post"):
        fb.do(who, signal, post)
    assert fb.side.pusher.wait()
    pushed = {one for notice in pushes.notices.values() for one in follow(fb, notice, post).sightings}
    assert pushed == set(fb.find(post).sightings)


def test_without_access_to_others_pages_a_push_alone_proves_nothing(fb: Stage, pushes: Receiver) -> None:
    post = fb.publish()
    fb.do(fb.person("siti", "page"), "shared_post", post)
    assert fb.side.pusher.wait()
    fb.sandbox.world.quotas["facebook.public_content_access"] = 0
    [notice] = pushes.notices.values()
    assert follow(fb, notice, post).sightings == ()
