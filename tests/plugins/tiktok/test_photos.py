"""Photos are handed over by one irreversible call, which TikTok answers before it has fetched anything."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from gaung.core.errors import Ambiguous, AuthExpired, PlatformError, RateLimited, Rejected, Transient
from gaung.core.records import Account, CannotTell, Content, NotThere, Pending, Published
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import tiktok as plugin
from gaung.plugins.tiktok.sandbox import TikTokSandbox

Attempts = Callable[..., LiveAttempt]


def settled(attempt: LiveAttempt, account: Account, content: Content) -> object:
    """Ask until TikTok has fetched the photos."""
    for _ in range(200):
        answer = attempt.run(plugin.gaung_check, account, content)
        if not isinstance(answer, Pending):
            return answer
        time.sleep(0.02)
    raise AssertionError("the photos never came")


def test_photos_are_fetched_as_jpegs_and_published_with_title_and_description(
    tiktok: TikTokSandbox, account: Account, photos: Content, live_attempt: Attempts
) -> None:
    attempt = live_attempt()
    assert isinstance(attempt.run(plugin.gaung_publish, account, photos), Pending)
    found = settled(attempt, account, photos)
    [post] = tiktok.posts()
    assert found == Published(post.id, f"https://www.tiktok.com/@contoh_lampung/photo/{post.id}")
    assert (post.title, post.text) == (photos.title, photos.text)
    assert [file.mime for file in post.files] == ["image/jpeg", "image/jpeg"]
    assert attempt.mutations == 1


def test_pictures_above_1080p_are_made_smaller(
    tiktok: TikTokSandbox, account: Account, photos: Content, make_media: MediaMaker, live_attempt: Attempts
) -> None:
    large = replace(photos, media=(make_media.jpeg(2400, 1600), make_media.jpeg(1600, 2400), make_media.webp(2000, 2000)))
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, large)
    assert isinstance(settled(attempt, account, large), Published)


def test_the_order_and_the_choices_reach_tiktok(tiktok: TikTokSandbox, account: Account, photos: Content, live_attempt: Attempts) -> None:
    chosen = replace(photos, options={**photos.options, "allow_comment": True, "auto_add_music": True})
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, chosen)
    settled(attempt, account, chosen)
    assert tiktok.posts()[0].extra["post_info"] == {
        "title": photos.title,
        "description": photos.text,
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "disable_comment": False,
        "auto_add_music": True,
        "brand_content_toggle": False,
        "brand_organic_toggle": False,
    }


@pytest.mark.parametrize("do", ["hangup_after", "error_after", "hangup_before", "error_before"])
def test_a_lost_answer_is_ambiguous_and_the_call_is_made_once(
    sandbox: TestSandbox, account: Account, photos: Content, live_attempt: Attempts, do: str
) -> None:
    sandbox.fault("tiktok.content.init", do)
    attempt = live_attempt()
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, account, photos)
    assert attempt.mutation_started_at is not None
    assert len(sandbox.journal("tiktok.content.init")) == 1


@pytest.mark.parametrize(("do", "kind"), [("refused", Rejected), ("rate_limited", RateLimited), ("token_expired", AuthExpired)])
def test_a_plain_refusal_of_the_call_leaves_no_doubt(
    sandbox: TestSandbox,
    tiktok: TikTokSandbox,
    account: Account,
    photos: Content,
    live_attempt: Attempts,
    do: str,
    kind: type[PlatformError],
) -> None:
    sandbox.fault("tiktok.content.init", do)
    attempt = live_attempt()
    with pytest.raises(kind):
        attempt.run(plugin.gaung_publish, account, photos)
    attempt.outcome_unknown()
    assert isinstance(attempt.reborn().run(plugin.gaung_find_published, account, photos), NotThere)
    again = attempt.reborn(number=2)
    again.run(plugin.gaung_publish, account, photos)
    assert isinstance(settled(again, account, photos), Published)
    assert len(tiktok.posts()) == 1


def test_a_refusal_of_an_earlier_try_does_not_hide_that_the_later_one_was_lost(
    sandbox: TestSandbox, account: Account, photos: Content, live_attempt: Attempts
) -> None:
    sandbox.fault("tiktok.content.init", "rate_limited")
    sandbox.fault("tiktok.content.init", "hangup_before")
    attempt = live_attempt()
    with pytest.raises(RateLimited):
        attempt.run(plugin.gaung_publish, account, photos)
    again = attempt.reborn(number=2)
    with pytest.raises(Ambiguous):
        again.run(plugin.gaung_publish, account, photos)
    again.outcome_unknown()
    assert isinstance(again.run(plugin.gaung_find_published, account, photos), CannotTell)


def test_photos_that_could_not_be_fetched_may_be_tried_again(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, photos: Content, live_attempt: Attempts
) -> None:
    gone = replace(photos, media=tuple(replace(media, public_base=f"{sandbox.base_url}/nowhere") for media in photos.media))
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, gone)
    with pytest.raises(Ambiguous, match="photo_pull_failed"):
        settled(attempt, account, gone)
    attempt.outcome_unknown()
    assert isinstance(attempt.run(plugin.gaung_find_published, account, gone), NotThere)
    again = attempt.reborn(number=2)
    again.run(plugin.gaung_publish, account, photos)
    assert isinstance(settled(again, account, photos), Published)
    assert len(tiktok.posts()) == 1


def test_publishing_again_with_the_publish_id_of_photos_under_way_does_not_post_again(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, photos: Content, live_attempt: Attempts
) -> None:
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, photos)
    settled(attempt, account, photos)
    attempt.reborn(number=2).run(plugin.gaung_publish, account, photos)
    assert len(sandbox.journal("tiktok.content.init")) == 1
    assert len(tiktok.posts()) == 1


def test_a_media_address_that_is_not_verified_is_told_with_the_remedy(
    tiktok: TikTokSandbox, account: Account, photos: Content, live_attempt: Attempts
) -> None:
    tiktok.state.unverified_hosts.add("127.0.0.1")
    with pytest.raises(Rejected, match="verify the domain") as caught:
        live_attempt().run(plugin.gaung_publish, account, photos)
    assert caught.value.code == "url_ownership_unverified"


def test_without_a_public_address_nothing_is_called_that_cannot_be_undone(
    account: Account, photos: Content, live_attempt: Attempts
) -> None:
    hidden = replace(photos, media=tuple(replace(media, public_base=None) for media in photos.media))
    attempt = live_attempt()
    with pytest.raises(Rejected, match="public_url"):
        attempt.run(plugin.gaung_publish, account, hidden)
    assert attempt.mutation_started_at is None


def test_a_picture_that_is_gone_from_the_store_is_named(account: Account, photos: Content, live_attempt: Attempts) -> None:
    gone = replace(photos, media=(replace(photos.media[0], sha256="0" * 64),))
    attempt = live_attempt()
    with pytest.raises(Rejected, match=r"poster\.jpg"):
        attempt.run(plugin.gaung_publish, account, gone)
    assert attempt.mutation_started_at is None


@pytest.mark.parametrize("do", ["hangup_after", "error_after"])
def test_a_lost_answer_about_the_creator_is_harmless(
    sandbox: TestSandbox, account: Account, photos: Content, live_attempt: Attempts, do: str
) -> None:
    sandbox.fault("tiktok.creator_info", do)
    attempt = live_attempt()
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, account, photos)
    assert attempt.mutation_started_at is None
