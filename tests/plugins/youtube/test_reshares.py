"""Who put a video into a playlist, compared with what people of the sandbox really did; and what it costs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from gaung.core.errors import RateLimited, Rejected, Transient, Unsupported
from gaung.core.records import Account, Profile, Publication
from gaung.core.sandbox.people import Deed, SandboxProfile
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import youtube as plugin
from gaung.plugins.youtube.platform import PLATFORM
from gaung.plugins.youtube.sandbox import YouTubeSandbox

Publish = Callable[..., Publication]
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def publish(youtube: YouTubeSandbox, channel: Account) -> Publish:
    """A video of ours that is public."""

    def make(title: str = "Cek DPT") -> Publication:
        post = youtube.post_by_hand(channel.external_id, "Cek namamu.", title=title)
        when = datetime.fromtimestamp(post.created_at, UTC)
        return Publication(id=1, external_id=post.id, url=post.url, published_at=when, account=channel.external_id)

    return make


@pytest.fixture
def people(youtube: YouTubeSandbox) -> Callable[..., SandboxProfile]:
    made = 0

    def make(*traits: str) -> SandboxProfile:
        nonlocal made
        made += 1
        return youtube.add_profile(f"contoh_agt_{made:04}", traits)

    return make


def registered(*profiles: SandboxProfile, by_id: bool = False) -> list[Profile]:
    return [Profile(id=n, handle=one.handle, external_id=one.external_id if by_id else None) for n, one in enumerate(profiles, 1)]


def do(youtube: YouTubeSandbox, who: SandboxProfile, signal: str, publication: Publication) -> Deed:
    return youtube.do(who, signal, publication.account, publication.external_id or "")


def units(sandbox: TestSandbox) -> list[str]:
    return [entry.operation.removeprefix("youtube.") for entry in sandbox.journal() if entry.operation != "youtube.token"]


def test_a_scan_finds_exactly_what_the_api_shows_of_these_people(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, publish: Publish, people: Callable[..., SandboxProfile]
) -> None:
    posts = [publish("Satu"), publish("Dua"), publish("Tiga")]
    crowd = [people(*(["private"] if n % 5 == 0 else [])) for n in range(20)]
    for n, who in enumerate(crowd):
        do(youtube, who, youtube.deeds[n % len(youtube.deeds)], posts[n % 3])
        do(youtube, who, "playlist_item", posts[0])
    youtube.undo(sandbox.world.deeds[3])
    found = plugin.gaung_scan_profiles(channel, registered(*crowd), posts, None)
    told = {(one.author_id, one.publication) for one in found.sightings}
    assert told == {(deed.profile.external_id, deed.post) for deed in sandbox.world.deeds if deed.names and not deed.undone}
    assert {one.signal for one in found.sightings} == {"playlist_item", "activity"} <= {signal.name for signal in PLATFORM.signals}
    assert {one.author for one in found.sightings} <= {who.handle for who in crowd}
    assert found.total is None


def test_a_sighting_says_when_and_where_and_a_second_look_says_the_same(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, publish: Publish, people: Callable[..., SandboxProfile]
) -> None:
    post, who = publish(), people()
    deed = do(youtube, who, "playlist_item", post)
    first = plugin.gaung_scan_profiles(channel, registered(who), [post], None)
    sandbox.world.clock_offset += 600
    assert plugin.gaung_scan_profiles(channel, registered(who, by_id=True), [post], NOW).sightings == first.sightings
    [sighting] = first.sightings
    assert sighting.at == datetime.fromtimestamp(int(deed.at), UTC)
    assert plugin.gaung_verify_reshare(channel, post, sighting.url or "") is not None
    assert who.handle not in repr(first)
    assert who.external_id not in repr(first)


def test_an_activity_and_its_playlist_item_are_one_evidence(
    youtube: YouTubeSandbox, channel: Account, publish: Publish, people: Callable[..., SandboxProfile]
) -> None:
    post, who = publish(), people()
    deed = do(youtube, who, "activity", post)
    [sighting] = plugin.gaung_scan_profiles(channel, registered(who), [post], None).sightings
    linked = plugin.gaung_verify_reshare(channel, post, deed.url)
    assert linked is not None
    assert (sighting.signal, linked.signal) == ("activity", "playlist_item")
    assert linked.evidence == sighting.evidence


def test_a_channel_costs_four_units_once_and_three_when_its_id_is_known(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, publish: Publish, people: Callable[..., SandboxProfile]
) -> None:
    posts, who = [publish(str(n)) for n in range(30)], people()
    do(youtube, who, "playlist_item", posts[4])
    plugin.gaung_scan_profiles(channel, registered(who), posts, None)
    assert units(sandbox) == ["channels.list", "playlists.list", "playlistItems.list", "activities.list"]
    sandbox.sandbox.journal.clear()
    plugin.gaung_scan_profiles(channel, registered(who, by_id=True), posts, None)
    assert units(sandbox) == ["playlists.list", "playlistItems.list", "activities.list"]
    assert youtube.tokens.used["units", next(iter(youtube.tokens.used))[1]] == 7


def test_activities_are_not_asked_once_playlists_gave_everything(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, publish: Publish, people: Callable[..., SandboxProfile]
) -> None:
    post, who = publish(), people()
    do(youtube, who, "playlist_item", post)
    plugin.gaung_scan_profiles(channel, registered(who), [post], None)
    assert "activities.list" not in units(sandbox)


def test_in_a_long_playlist_only_ours_are_asked_for(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, publish: Publish, people: Callable[..., SandboxProfile]
) -> None:
    post, who = publish(), people()
    do(youtube, who, "playlist_item", post)
    youtube.people.fill(who, 1)
    [ours, _] = youtube.people.playlists_of[who.external_id]
    for _ in range(400):
        youtube.people._add_item(ours, "contohvideo")
    found = plugin.gaung_scan_profiles(channel, registered(who), [post], None)
    assert len(found.sightings) == 1
    assert units(sandbox) == ["channels.list", "playlists.list", "playlistItems.list", "playlistItems.list"]


def test_what_is_in_the_second_page_of_a_playlist_is_found(
    youtube: YouTubeSandbox, channel: Account, publish: Publish, people: Callable[..., SandboxProfile]
) -> None:
    posts, who = [publish(str(n)) for n in range(3)], people()
    filled = youtube.people.fill(who, 70)
    youtube.people._add_item(filled, posts[2].external_id or "")
    [sighting] = plugin.gaung_scan_profiles(channel, registered(who), posts, None).sightings
    assert sighting.publication == posts[2].external_id


def test_a_channel_of_many_playlists_costs_no_more_than_its_share_and_the_note_says_so(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, publish: Publish, people: Callable[..., SandboxProfile]
) -> None:
    post, who, plain = publish(), people(), people()
    for size in range(40):
        youtube.people.fill(who, size + 1)
    do(youtube, who, "activity", post)
    found = plugin.gaung_scan_profiles(channel, registered(who, plain), [post], None)
    assert [one.signal for one in found.sightings] == ["activity"]
    assert len(units(sandbox)) == 12 + 3
    assert found.note == "1 channels have more playlists than were looked through"


def test_a_playlist_that_holds_our_videos_again_and_again_costs_no_more_than_its_share(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, publish: Publish, people: Callable[..., SandboxProfile]
) -> None:
    posts, who = [publish(str(n)) for n in range(8)], people()
    filled = youtube.people.fill(who, 0)
    for post in posts * 60:
        youtube.people._add_item(filled, post.external_id or "")
    found = plugin.gaung_scan_profiles(channel, registered(who), posts, None)
    assert len(units(sandbox)) == 12
    assert len(found.sightings) == 5
    assert found.note == "1 channels have more playlists than were looked through"


def test_what_somebody_else_put_into_a_members_playlist_is_not_the_members(
    youtube: YouTubeSandbox, channel: Account, publish: Publish, people: Callable[..., SandboxProfile]
) -> None:
    post, who, helper = publish(), people(), people()
    do(youtube, who, "playlist_item", post)
    youtube.people.playlists_of[who.external_id][0].items[0].channel = helper.external_id
    assert plugin.gaung_scan_profiles(channel, registered(who), [post], None).sightings == ()


def test_a_renamed_channel_is_followed_by_its_id_and_a_gone_one_stops_nothing(
    youtube: YouTubeSandbox, channel: Account, publish: Publish, people: Callable[..., SandboxProfile]
) -> None:
    post, moved, gone, stays = publish(), people(), people(), people()
    for who in (moved, gone, stays):
        do(youtube, who, "playlist_item", post)
    known = registered(moved, gone, stays, by_id=True)
    youtube.rename(moved, "contoh_agt_baru")
    youtube.vanish(gone)
    found = plugin.gaung_scan_profiles(channel, known, [post], None)
    assert {one.author_id for one in found.sightings} == {moved.external_id, stays.external_id}
    assert found.note == "1 channels are not there or show nothing"
    assert plugin.gaung_scan_profiles(channel, registered(gone), [post], None).note == found.note


def test_nothing_is_asked_where_nothing_is_published(sandbox: TestSandbox, channel: Account, people: Callable[..., SandboxProfile]) -> None:
    hidden = Publication(id=1, external_id=None, url=None, published_at=NOW)
    assert plugin.gaung_scan_profiles(channel, registered(people()), [hidden], None).sightings == ()
    assert sandbox.journal() == []


@pytest.mark.parametrize(
    ("do_", "error"), [("rate_limited", RateLimited), ("refused", Rejected), ("error_before", Transient), ("hangup_after", Transient)]
)
def test_trouble_is_told_and_never_taken_for_an_empty_channel(
    sandbox: TestSandbox, channel: Account, publish: Publish, people: Callable[..., SandboxProfile], do_: str, error: type[Exception]
) -> None:
    post, who = publish(), people()
    sandbox.fault("youtube.playlists.list", do_)
    with pytest.raises(error):
        plugin.gaung_scan_profiles(channel, registered(who), [post], None)


def test_a_link_proves_exactly_what_the_sandbox_says_it_proves(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, publish: Publish, people: Callable[..., SandboxProfile]
) -> None:
    post, other = publish("Satu"), publish("Dua")
    for signal in youtube.deeds:
        for traits in ((), ("private",)):
            do(youtube, people(*traits), signal, post)
    for deed in sandbox.world.deeds:
        try:
            found = plugin.gaung_verify_reshare(channel, post, deed.url)
        except Unsupported:
            assert deed.signal == "community_post"
            continue
        assert (found is not None) is deed.proves, deed.signal
        assert plugin.gaung_verify_reshare(channel, other, deed.url) is None
        if found is not None:
            assert (found.author_id, found.author) == (deed.profile.external_id, deed.profile.handle)
            assert found.publication == post.external_id
    youtube.vanish(sandbox.world.deeds[0].profile)
    assert plugin.gaung_verify_reshare(channel, post, sandbox.world.deeds[0].url) is None


def test_a_link_of_our_own_or_of_nothing_proves_nothing(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, publish: Publish
) -> None:
    post = publish()
    ours = youtube.post_by_hand(channel.external_id, f"Lihat juga {post.url}", title="Lain")
    for url in (post.url or "", ours.url, "https://youtu.be/nothinghere", "https://www.youtube.com/@contoh_agt_0001", "https://contoh.id"):
        assert plugin.gaung_verify_reshare(channel, post, url) is None
    assert plugin.gaung_verify_reshare(channel, post, "https://www.youtube.com/playlist?list=PLcontoh0123456789") is None


def test_a_comment_below_our_own_video_that_does_not_name_it_is_no_reshare(
    youtube: YouTubeSandbox, channel: Account, publish: Publish, people: Callable[..., SandboxProfile]
) -> None:
    post, who = publish(), people()
    deed = do(youtube, who, "comment_link", post)
    deed.extra["thing"].text = "Mantap!"
    assert plugin.gaung_verify_reshare(channel, post, f"{post.url}&lc={deed.extra['thing'].id}") is None


def test_comments_are_not_asked_for_where_the_consent_leaves_them_out(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, publish: Publish, people: Callable[..., SandboxProfile]
) -> None:
    post, who = publish(), people()
    deed = do(youtube, who, "comment_link", post)
    for grant in youtube.tokens.grants.values():
        grant.scopes = ("youtube.upload", "youtube.readonly")
    with pytest.raises(Unsupported, match=r"youtube\.force-ssl"):
        plugin.gaung_verify_reshare(channel, post, deed.url)
    assert units(sandbox) == []


def test_a_handle_is_one_persons_and_free_again_after_a_rename(youtube: YouTubeSandbox, people: Callable[..., SandboxProfile]) -> None:
    who = people()
    with pytest.raises(KeyError):
        youtube.add_profile(who.handle.upper())
    youtube.rename(who, "contoh_agt_baru")
    assert youtube.add_profile(who.former[0]).external_id != who.external_id


def test_a_crowd_of_tens_of_thousands_is_made_and_looked_at_quickly(
    youtube: YouTubeSandbox, channel: Account, publish: Publish, people: Callable[..., SandboxProfile]
) -> None:
    post = publish()
    crowd = [people() for _ in range(40_000)]
    for who in crowd[::4]:
        do(youtube, who, "playlist_item", post)
    since = datetime.now(UTC)
    found = plugin.gaung_scan_profiles(channel, registered(*crowd[:40]), [post], None)
    assert len(found.sightings) == 10
    assert datetime.now(UTC) - since < timedelta(seconds=20)
