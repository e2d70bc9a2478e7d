"""What TikTok tells of shares: a number, and to research clients what a registered user reposted; compared with what people really did."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from gaung.core.errors import RateLimited, Transient, Unsupported
from gaung.core.records import Account, Profile, Publication
from gaung.core.sandbox.people import SandboxProfile
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import tiktok as plugin
from gaung.plugins.tiktok import client as calls
from gaung.plugins.tiktok import research
from gaung.plugins.tiktok.platform import PLATFORM
from gaung.plugins.tiktok.sandbox import TikTokSandbox

Publish = Callable[..., Publication]
People = Callable[..., SandboxProfile]
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def researcher(sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account) -> Account:
    """The account of an office that has research access."""
    sandbox.world.quotas["tiktok.research"] = 1
    return replace(account, settings={**account.settings, **tiktok.settings()})


@pytest.fixture
def publish(tiktok: TikTokSandbox, account: Account) -> Publish:
    """A public post of ours."""

    def make(text: str = "Cek DPT") -> Publication:
        post = tiktok.post_by_hand(account.external_id, text)
        return Publication(id=1, external_id=post.id, url=post.url, published_at=NOW, account=account.external_id)

    return make


@pytest.fixture
def people(tiktok: TikTokSandbox) -> People:
    made = 0

    def make(*traits: str) -> SandboxProfile:
        nonlocal made
        made += 1
        return tiktok.add_profile(f"contoh_agt_{made:04}", traits)

    return make


def registered(*profiles: SandboxProfile) -> list[Profile]:
    return [Profile(id=n, handle=one.handle) for n, one in enumerate(profiles, 1)]


def do(tiktok: TikTokSandbox, who: SandboxProfile, signal: str, publication: Publication) -> None:
    tiktok.do(who, signal, publication.account, publication.external_id or "")


def test_a_share_is_counted_and_names_nobody(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, publish: Publish, people: People
) -> None:
    post = publish()
    assert plugin.gaung_find_reshares(account, post).total == 0
    for signal in ("share_button", "share_button", "dm", "duet"):
        do(tiktok, people(), signal, post)
    found = plugin.gaung_find_reshares(account, post)
    assert (found.total, found.sightings) == (3, ())
    assert [entry.operation for entry in sandbox.journal()] == ["tiktok.video.query"] * 2
    assert not any(deed.names or deed.proves for deed in sandbox.world.deeds)


def test_what_tiktok_does_not_count_is_unknown_and_not_zero(sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account) -> None:
    hidden = tiktok.post_by_hand(account.external_id, "x")
    hidden.visible = False
    gone = Publication(id=1, external_id=hidden.id, url=None, published_at=NOW)
    assert plugin.gaung_find_reshares(account, gone).total is None
    sandbox.sandbox.journal.clear()
    assert plugin.gaung_find_reshares(account, replace(gone, external_id=None)).total is None
    assert sandbox.journal() == []


def test_without_research_access_nobody_is_looked_at(sandbox: TestSandbox, account: Account, publish: Publish, people: People) -> None:
    for settings in ({}, {"research_client_key": "only-this"}, {"research_client_secret": "only-this"}):
        half = replace(account, settings={**account.settings, **settings})
        with pytest.raises(Unsupported, match="research access"):
            plugin.gaung_scan_profiles(half, registered(people()), [publish()])
    assert sandbox.journal() == []


def test_with_research_access_exactly_what_the_api_shows_is_found(
    sandbox: TestSandbox, tiktok: TikTokSandbox, researcher: Account, publish: Publish, people: People
) -> None:
    posts = [publish("Satu"), publish("Dua")]
    crowd = [people(*(["private"] if n % 4 == 0 else [])) for n in range(12)]
    for n, who in enumerate(crowd):
        do(tiktok, who, tiktok.deeds[n % len(tiktok.deeds)], posts[0])
        do(tiktok, who, "research_repost", posts[1])
    tiktok.undo(sandbox.world.deeds[3])
    tiktok.vanish(crowd[5])
    found = plugin.gaung_scan_profiles(researcher, registered(*crowd), posts)
    assert {(one.author, one.publication) for one in found.sightings} == {
        (deed.profile.handle, deed.post) for deed in sandbox.world.deeds if deed.names and not deed.undone
    }
    assert {one.signal for one in found.sightings} == {"research_repost"} == {signal.name for signal in PLATFORM.signals}
    assert {one.at for one in found.sightings} == {None}
    assert found.note == "4 accounts are not there or not public"
    assert plugin.gaung_scan_profiles(researcher, registered(*crowd), posts) == found
    assert not any(who.handle in repr(found) for who in crowd)


def test_the_same_repost_is_the_same_evidence_however_the_handle_is_written(
    tiktok: TikTokSandbox, researcher: Account, publish: Publish, people: People
) -> None:
    post, who = publish(), people()
    do(tiktok, who, "research_repost", post)
    spelled = [Profile(id=1, handle=handle) for handle in (who.handle, who.handle.upper())]
    found = plugin.gaung_scan_profiles(researcher, spelled, [post]).sightings
    assert len(found) == 2
    assert len({one.evidence for one in found}) == 1


def test_one_client_token_serves_all_and_each_account_costs_one_request(
    sandbox: TestSandbox, tiktok: TikTokSandbox, researcher: Account, publish: Publish, people: People
) -> None:
    plugin.gaung_scan_profiles(researcher, registered(people(), people()), [publish()])
    plugin.gaung_scan_profiles(researcher, registered(people()), [publish()])
    assert [entry.operation for entry in sandbox.journal()] == ["tiktok.oauth.token"] + ["tiktok.research.reposted"] * 3


def test_reposts_of_several_pages_are_read_as_far_as_one_account_may_cost(
    sandbox: TestSandbox, tiktok: TikTokSandbox, researcher: Account, publish: Publish, people: People
) -> None:
    first, second, who = publish(), publish(), people()
    do(tiktok, who, "research_repost", first)
    for _ in range(4):
        do(tiktok, who, "research_repost", second)
    tiktok.research.per_page = 2
    found = plugin.gaung_scan_profiles(researcher, registered(who), [first, second])
    assert {one.publication for one in found.sightings} == {first.external_id, second.external_id}
    for _ in range(20):
        do(tiktok, who, "research_repost", second)
    sandbox.sandbox.journal.clear()
    assert len(plugin.gaung_scan_profiles(researcher, registered(who), [first, second]).sightings) == 1
    assert len(sandbox.journal("tiktok.research.reposted")) == 3


def test_both_names_of_the_list_are_read(monkeypatch: pytest.MonkeyPatch, researcher: Account) -> None:
    for name in ("reposted_videos", "user_reposted_videos"):
        answer: dict[str, Any] = {name: [{"id": 7400000000000000001}, {"id": "7400000000000000003"}, {"id": 1.5}], "has_more": False}
        monkeypatch.setattr(research, "_post", lambda *_, answer=answer: answer)
        page = research.reposted(researcher, "contoh_agt_0001", None)
        assert page == research.Reposts(("7400000000000000001", "7400000000000000003"), None)


def test_an_account_that_is_known_by_its_id_only_cannot_be_asked_for(sandbox: TestSandbox, researcher: Account, publish: Publish) -> None:
    found = plugin.gaung_scan_profiles(researcher, [Profile(id=1, handle="", external_id="x")], [publish()])
    assert found.note == "1 accounts are known by id only"
    assert sandbox.journal() == []


@pytest.mark.parametrize("fault", ["token_expired", "rate_limited", "error_before", "hangup_after"])
def test_trouble_of_the_research_api_never_touches_the_account(
    sandbox: TestSandbox, researcher: Account, publish: Publish, people: People, fault: str
) -> None:
    post, who = publish(), people()
    sandbox.fault("tiktok.research.reposted", fault)
    with pytest.raises(Transient):
        plugin.gaung_scan_profiles(researcher, registered(who), [post])
    assert plugin.gaung_scan_profiles(researcher, registered(who), [post]).sightings == ()
    assert calls.share_counts(researcher, [post.external_id or ""])


def test_a_refused_research_token_is_got_anew(
    sandbox: TestSandbox, tiktok: TikTokSandbox, researcher: Account, publish: Publish, people: People
) -> None:
    post, who = publish(), people()
    plugin.gaung_scan_profiles(researcher, registered(who), [post])
    tiktok.research.tokens = dict.fromkeys(tiktok.research.tokens, 0.0)
    with pytest.raises(Transient, match="refused"):
        plugin.gaung_scan_profiles(researcher, registered(who), [post])
    assert plugin.gaung_scan_profiles(researcher, registered(who), [post]).note == ""


def test_a_used_up_day_stops_looking_and_pauses_nothing(
    sandbox: TestSandbox, researcher: Account, publish: Publish, people: People
) -> None:
    sandbox.world.quotas["tiktok.research.per_day"] = 1
    with pytest.raises(Transient, match="no more requests") as caught:
        plugin.gaung_scan_profiles(researcher, registered(people(), people()), [publish()])
    assert not isinstance(caught.value, RateLimited)


def test_a_client_without_the_right_or_with_a_wrong_secret_is_unsupported(
    tiktok: TikTokSandbox, researcher: Account, publish: Publish, people: People
) -> None:
    post, who = publish(), people()
    ordinary = {"research_client_key": tiktok.state.client_key, "research_client_secret": tiktok.state.client_secret}
    wrong = {"research_client_secret": "salah"}
    for settings in (ordinary, wrong):
        with pytest.raises(Unsupported):
            plugin.gaung_scan_profiles(replace(researcher, settings={**researcher.settings, **settings}), registered(who), [post])


def test_a_renamed_account_is_found_by_its_new_handle_only(
    tiktok: TikTokSandbox, researcher: Account, publish: Publish, people: People
) -> None:
    post, who = publish(), people()
    do(tiktok, who, "research_repost", post)
    before = registered(who)
    tiktok.rename(who, "contoh_agt_baru")
    assert plugin.gaung_scan_profiles(researcher, before, [post]).sightings == ()
    assert len(plugin.gaung_scan_profiles(researcher, registered(who), [post]).sightings) == 1
    with pytest.raises(KeyError):
        tiktok.add_profile("Contoh_Agt_Baru")


def test_no_link_can_be_proved_and_the_record_says_so() -> None:
    assert not PLATFORM.capabilities.verifies_links
    assert not hasattr(plugin, "gaung_verify_reshare")
