"""What Meta really pushes, read and followed by either plugin: every true notice once, and only whom Meta names."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from gaung.core.errors import AuthRevoked, Transient
from gaung.core.records import Publication

TEXT = "Sudah terdaftar sebagai pemilih? Cek namamu hari ini, jangan sampai terlewat! #KPULampung"
OTHER = "Simulasi pemungutan suara di TPS contoh, Sabtu pagi pukul delapan. #KPULampung"
Office = Any
Receiver = Any
"""The classes of these names in conftest.py: folders of tests are no packages."""


@pytest.fixture
def pushes(office: Office, receiver: Receiver) -> Receiver:
    """The imitated platform pushes to a server that reads by the plugin's hook."""
    receiver.serve(office.world, office.side.plugin, office.account)
    return receiver


def all_of(office: Office, receiver: Receiver, publications: Sequence[Publication]) -> set[tuple[str, str, str | None]]:
    assert office.there.wait_for_pushes(10)
    assert office.there.pusher.dropped == 0
    sightings = [one for notice in receiver.notices.values() for one in office.follow(notice, *publications).sightings]
    return {(one.signal, one.publication, one.author) for one in sightings}


def test_every_true_notice_is_found_once_and_no_other(office: Office, pushes: Receiver) -> None:
    posts = [office.post(TEXT), office.post(OTHER)]
    for number, traits in enumerate(office.there.traits * 5):
        who = office.person(f"n{number}", traits)
        for signal in set(office.there.deeds) - {"collaborator"}:
            office.do(who, signal, posts[number % 4 == 0])
    found = all_of(office, pushes, posts)
    assert found == office.true(office.side.pushed)
    assert {(signal, post) for signal, post, _ in found} == {(signal, post.external_id) for signal in office.side.pushed for post in posts}
    told = [notice.key for answer in pushes.answers for notice in answer.notices]
    assert len(told) > len(set(told)), "some come twice"


def test_what_was_taken_back_meanwhile_is_no_evidence(office: Office, pushes: Receiver) -> None:
    post, who = office.post(TEXT), office.person("siti")
    deeds = [office.do(who, signal, post) for signal in office.side.pushed]
    assert office.there.wait_for_pushes(10)
    for deed in deeds:
        office.there.undo(deed)
    assert len(pushes.notices) == len(deeds)
    for notice in pushes.notices.values():
        found = office.follow(notice, post)
        assert found.sightings == ()
        assert "gone" in found.note


def test_who_renamed_meanwhile_is_named_by_the_new_handle(office: Office, pushes: Receiver) -> None:
    post, who = office.post(TEXT), office.person("siti")
    office.do(who, office.side.mention, post)
    assert office.there.wait_for_pushes(10)
    office.there.rename(who, "contohagtbaru")
    [one] = [one for notice in pushes.notices.values() for one in office.follow(notice, post).sightings]
    assert one.author == "contohagtbaru"
    assert one.author_id in (None, who.external_id)


def test_a_mention_that_names_none_of_these_publications_is_dropped(office: Office, pushes: Receiver) -> None:
    post, other, who = office.post(TEXT), office.post(OTHER), office.person("siti")
    for signal in office.side.pushed:
        office.do(who, signal, post)
    assert all_of(office, pushes, [other]) == set()


def test_a_copy_of_a_text_that_many_offices_published_belongs_to_the_mentioned_account(office: Office, pushes: Receiver) -> None:
    post, who = office.post(TEXT), office.person("siti")
    office.do(who, office.side.mention, post, TEXT)
    elsewhere = replace(post, id=2, external_id="999_1234567", url=None, account="999")
    assert all_of(office, pushes, [elsewhere, post]) == office.true({office.side.mention})
    assert all_of(office, pushes, [elsewhere]) == set()


def test_a_copied_text_belongs_to_the_latest_publication_before_it(office: Office, pushes: Receiver) -> None:
    first = office.post(TEXT)
    office.do(office.person("awal"), office.side.mention, first, TEXT)
    office.later(600)
    second = office.post(TEXT)
    office.do(office.person("akhir"), office.side.mention, second, TEXT)
    assert all_of(office, pushes, [first, second]) == office.true({office.side.mention})


def test_a_server_that_is_down_for_a_while_loses_nothing(office: Office, pushes: Receiver) -> None:
    pushes.refuse = 2
    post = office.post(TEXT)
    for number in range(20):
        office.do(office.person(f"n{number}"), office.side.mention, post)
    assert len(all_of(office, pushes, [post])) == 20


def test_a_look_that_fails_is_tried_again_and_a_dead_token_is_told(office: Office, pushes: Receiver) -> None:
    post = office.post(TEXT)
    office.do(office.person("siti"), office.side.mention, post)
    assert office.there.wait_for_pushes(10)
    [notice] = pushes.notices.values()
    for do, error in (("hangup_before", Transient), ("token_revoked", AuthRevoked)):
        office.sandbox.fault(office.side.looked_up, do)
        with pytest.raises(error):
            office.follow(notice, post)


def test_what_a_stranger_signed_is_refused_and_pushed_in_vain(office: Office, receiver: Receiver) -> None:
    stranger = replace(office.account, settings={**office.account.settings, "app_secret": "lain"})
    receiver.serve(office.world, office.side.plugin, stranger)
    post = office.post(TEXT)
    office.do(office.person("siti"), office.side.mention, post)
    assert office.there.wait_for_pushes(30)
    assert office.there.pusher.dropped >= 1
    assert receiver.notices == {}
    office.find(post)  # what is looked up is found all the same
