"""Who passed a media on: everything that Instagram names, nothing that it does not, compared with what the sandbox knows to be true."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from gaung.core.errors import AuthRevoked, RateLimited, Transient, Unsupported

TEXT = "Sudah terdaftar sebagai pemilih? Cek namamu hari ini, jangan sampai terlewat!\n\n#KPULampung #KPUMelayani"
People = Any
"""The class of that name in conftest.py: folders of tests are no packages."""


def test_all_that_is_named_is_found_and_nothing_else(people: People) -> None:
    post, other = people.post(), people.post("Simulasi pemungutan suara di TPS contoh, Sabtu pagi pukul delapan. #KPULampung")
    for number, kind in enumerate(("professional", "private", None) * 8):
        who = people.person(f"n{number}", *([kind] if kind else []))
        for signal in people.side.deeds:
            if signal != "collaborator":
                people.do(who, signal, post if number % 4 else other)
    for name in ("satu", "dua", "tiga"):
        people.do(people.person(name), "collaborator", post)
    for what in (post, other):
        found = people.find(what)
        deeds = [deed for deed in people.world.deeds if deed.post == what.external_id]
        assert {(one.signal, one.author) for one in found.sightings} == {(deed.signal, deed.profile.handle) for deed in deeds if deed.names}
        assert found.total == sum(deed.signal in ("story", "private_share") for deed in deeds)
        assert f"{sum(deed.signal == 'repost' for deed in deeds)} reposts are counted" in found.note
    assert {one.signal for one in people.find(post).sightings} == {"tagged_media", "collaborator"}


def test_a_sighting_says_who_where_and_when(people: People) -> None:
    post, who = people.post(), people.person("siti")
    deed = people.do(who, "tagged_media", post)
    [one] = people.find(post).sightings
    assert (one.author, one.publication, one.evidence) == ("contoh_agt_siti", post.external_id, deed.extra["id"])
    assert one.url == f"https://www.instagram.com/p/{deed.extra['code']}/"
    assert one.at == datetime.fromtimestamp(int(deed.at), tz=post.published_at.tzinfo)


def test_what_the_account_itself_passes_on_is_nobodys(people: People) -> None:
    post = people.post()
    itself = people.side.people.kept.add(people.account.handle, "17841499999999999", {"professional"}, {"professional"})
    people.do(itself, "tagged_media", post)
    assert people.find(post).sightings == ()
    again = people.post(f"Lihat juga {post.url}")
    code = again.url.rstrip("/").rpartition("/")[2]
    for handle in (people.account.handle, people.account.handle.upper()):
        assert people.verify(post, f"https://www.instagram.com/{handle}/p/{code}/") is None


def test_only_an_accepted_invitation_is_a_collaboration(people: People) -> None:
    post, who = people.post(), people.person("siti")
    people.do(who, "collaborator", post)
    [one] = people.find(post).sightings
    assert (one.author, one.author_id, one.at) == (who.handle, who.external_id, None)
    for name in ("dua", "tiga"):
        people.do(people.person(name), "collaborator", post)
    with pytest.raises(KeyError):
        people.do(people.person("empat"), "collaborator", post)


def test_pages_of_results_are_read_to_the_end(people: People) -> None:
    post = people.post()
    for number in range(130):
        people.do(people.person(f"n{number}"), "tagged_media", post)
    assert len(people.find(post).sightings) == 130
    assert people.ig.count("tags") == 3


def test_a_look_costs_no_more_than_it_may_and_says_so(people: People) -> None:
    post = people.post()
    for number in range(130):
        people.do(people.person(f"n{number}"), "tagged_media", post)
    before = len(people.ig.calls())
    found = people.find(post, replace(people.account, settings={**people.account.settings, "look_requests": 6}))
    assert len(people.ig.calls()) - before == 6
    assert len(found.sightings) == 100
    assert "tags: not all was read" in found.note


def test_a_copied_text_is_not_ours_while_nobody_can_tell_it_from_a_later_one(people: People) -> None:
    post = people.post()
    for number in range(6):
        people.do(people.person(f"n{number}"), "tagged_media", post)
    copied = sum(deed.extra["caption"].startswith("Repost") for deed in people.world.deeds)
    assert 0 < copied < 6
    small = replace(people.account, settings={**people.account.settings, "look_requests": 4})
    assert len(people.find(post, small).sightings) == 6 - copied


def test_tags_are_read_no_further_back_than_the_publication(people: People) -> None:
    old = people.post("Kiriman lama yang sudah lewat, rekapitulasi suara tingkat kecamatan selesai dibacakan.")
    for number in range(130):
        people.do(people.person(f"n{number}"), "tagged_media", old)
    people.ig.pass_time(86400)
    post = people.post()
    people.do(people.person("siti"), "tagged_media", post)
    assert len(people.find(post).sightings) == 1
    assert people.ig.count("tags") == 2


@pytest.mark.parametrize(
    "caption", ["", "Mantap @contoh_kpulampung", "Sudah terdaftar sebagai pemilih?", "https://www.instagram.com/p/DLain12345/"]
)
def test_a_tag_that_names_none_of_our_media_is_dropped(people: People, caption: str) -> None:
    post = people.post()
    deed = people.do(people.person("siti"), "tagged_media", post)
    deed.extra["caption"] = caption
    assert people.find(post).sightings == ()


def test_a_short_text_of_ours_is_known_by_its_link_only(people: People) -> None:
    post = people.post("Selamat pagi! #KPULampung")
    copied, linked = (people.do(people.person(name), "tagged_media", post) for name in ("salin", "tautan"))
    copied.extra["caption"], linked.extra["caption"] = "Selamat pagi! #KPULampung", f"lihat {post.url}?igsh=1"
    assert [one.author for one in people.find(post).sightings] == ["contoh_agt_tautan"]


def test_a_rename_shows_the_new_handle_and_the_same_evidence(people: People) -> None:
    post, who = people.post(), people.person("siti")
    people.do(who, "tagged_media", post)
    people.do(who, "collaborator", post)
    before = people.find(post).sightings
    people.side.rename(who, "contoh_agt_baru")
    after = people.find(post).sightings
    assert {one.author for one in after} == {"contoh_agt_baru"}
    assert [(one.signal, one.evidence, one.author_id) for one in before] == [(one.signal, one.evidence, one.author_id) for one in after]


def test_what_was_undone_or_whose_author_is_gone_is_not_found(people: People) -> None:
    post, who, other = people.post(), people.person("siti"), people.person("budi")
    deeds = [people.do(one, "tagged_media", post) for one in (who, other)]
    people.side.undo(deeds[0])
    people.side.vanish(other)
    assert people.find(post).sightings == ()


@pytest.mark.parametrize(("operation", "signals"), [("instagram.tags", {"collaborator"}), ("instagram.collaborators", {"tagged_media"})])
def test_one_call_that_is_refused_does_not_lose_the_other(people: People, operation: str, signals: set[str]) -> None:
    post, who = people.post(), people.person("siti")
    people.do(who, "tagged_media", post)
    people.do(who, "collaborator", post)
    people.ig.sandbox.fault(operation, "refused", times=-1)
    found = people.find(post)
    assert {one.signal for one in found.sightings} == signals
    assert "refused a look (100)" in found.note


def test_a_metric_that_is_refused_leaves_the_total_unknown_and_the_rest_as_it_is(people: People) -> None:
    post, who = people.post(), people.person("siti")
    people.do(who, "tagged_media", post)
    people.do(who, "private_share", post)
    assert people.find(post).total == 1
    people.ig.sandbox.fault("instagram.insights", "refused", times=-1)
    found = people.find(post)
    assert found.total is None
    assert len(found.sightings) == 1
    people.ig.sandbox.sandbox.faults.clear()
    people.world.quotas["instagram.insights"] = 0
    assert people.find(post).total is None


def test_the_share_count_is_read_as_both_of_metas_examples_write_it(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    def data(rows: list[dict[str, Any]]) -> dict[str, Any]:
        return {"data": [{"name": row["name"], "total_value": row["values"][0]} for row in rows]}

    post = people.post()
    people.do(people.person("siti"), "private_share", post)
    monkeypatch.setattr(people.side.numbers, "_data", data)
    assert people.find(post).total == 1


def test_nothing_shown_at_all_is_unsupported_not_an_empty_result(people: People) -> None:
    post = people.post()
    for operation in ("tags", "collaborators"):
        people.ig.sandbox.fault(f"instagram.{operation}", "refused", times=-1)
    with pytest.raises(Unsupported, match="instagram_manage_comments"):
        people.find(post)


def test_a_dead_token_is_told_and_a_limit_and_a_lost_answer_too(people: People) -> None:
    post = people.post()
    for do, error in (("token_revoked", AuthRevoked), ("rate_limited", RateLimited), ("hangup_before", Transient)):
        people.ig.sandbox.fault("instagram.tags", do)
        with pytest.raises(error):
            people.find(post)


def test_nothing_of_a_person_is_in_reprs(people: People) -> None:
    post = people.post()
    people.do(people.person("siti"), "tagged_media", post)
    assert "siti" not in repr(people.find(post))
